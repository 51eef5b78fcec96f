package excp.gateway;

import com.genesyslab.platform.commons.protocol.Message;
import java.util.List;

/** What reaches a feed's thread. One queue for all of it: what happened first is seen first. */
sealed interface Item {
    /** A message of the SIP Server. */
    record Received(TServerLink link, Message message) implements Item {}

    /** The channel was opened. */
    record Up(TServerLink link, String server) implements Item {}

    /** The channel was lost; it is restored by itself. */
    record Down(TServerLink link, String reason) implements Item {}

    /** Messages of this link were dropped: there is a gap behind what was received before. */
    record Overflowed(TServerLink link) implements Item {}

    /** The Platform SDK has given up restoring the channel. */
    record GivenUp(TServerLink link, String reason) implements Item {}

    record Subscribe(Client client, List<ClientFrame.Dn> dns) implements Item {}

    record Register(Client client, List<ClientFrame.Dn> dns) implements Item {}

    record Unregister(Client client, List<String> dns) implements Item {}

    record AskSnapshot(Client client) implements Item {}

    /** The client's connection is over. */
    record Gone(Client client) implements Item {}

    /** The gateway stops. */
    record Stop() implements Item {}
}
