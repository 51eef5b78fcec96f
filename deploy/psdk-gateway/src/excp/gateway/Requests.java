package excp.gateway;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.EventMask;
import com.genesyslab.platform.voice.protocol.tserver.AddressType;
import com.genesyslab.platform.voice.protocol.tserver.ControlMode;
import com.genesyslab.platform.voice.protocol.tserver.RegModeMask;
import com.genesyslab.platform.voice.protocol.tserver.RegisterMode;
import com.genesyslab.platform.voice.protocol.tserver.requests.callmonitoring.RequestStartCallMonitoring;
import com.genesyslab.platform.voice.protocol.tserver.requests.dn.RequestRegisterAddress;
import com.genesyslab.platform.voice.protocol.tserver.requests.dn.RequestUnregisterAddress;
import com.genesyslab.platform.voice.protocol.tserver.requests.queries.RequestQueryServer;
import com.genesyslab.platform.voice.protocol.tserver.requests.special.RequestSetInputMask;
import java.util.ArrayList;
import java.util.List;

/** The requests this gateway sends to a SIP Server. */
final class Requests {
    private Requests() {}

    static Message register(String dn, String addressType) {
        return RequestRegisterAddress.create(
                dn, RegisterMode.ModeShare, ControlMode.RegisterDefault, AddressType.valueOf(addressType));
    }

    static Message unregister(String dn) {
        return RequestUnregisterAddress.create(dn, ControlMode.RegisterDefault);
    }

    static Message startCallMonitoring(String mode) {
        return RequestStartCallMonitoring.create(RegModeMask.valueOf(mode));
    }

    static Message queryServer() {
        return RequestQueryServer.create();
    }

    /** Ask for the feed's events and for the answers, and for nothing else. */
    static Message inputMask(Feed feed) {
        EventMask mask = new EventMask();
        mask.clearAll();
        feed.events.keySet().forEach(mask::set);
        MessageId.OF_EVERY_FEED.keySet().forEach(mask::set);
        return RequestSetInputMask.create(mask);
    }

    /** Names in the settings that this Platform SDK does not know. */
    static List<String> unknownNames(Settings settings) {
        List<String> unknown = new ArrayList<>();
        for (Feed feed : List.of(Feed.VQ, Feed.AGENT)) {
            for (String name : settings.addressTypes().of(feed)) {
                if (AddressType.valueOf(name) == null) {
                    unknown.add("AddressType." + name);
                }
            }
        }
        if (RegModeMask.valueOf(settings.callMonitoring()) == null) {
            unknown.add("RegModeMask." + settings.callMonitoring());
        }
        return unknown;
    }
}
