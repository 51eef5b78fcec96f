package excp.gateway;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What a gateway is started with; {@link SettingsReader} makes it of the environment. Times are milliseconds.
 *
 * @param sipServers the SIP Server pair: primary and backup, or one server alone
 * @param serverName name of the pair, told to clients for their logs
 * @param listenHost address the gateway listens on
 * @param listenPort its port; 0 takes a free one
 * @param tls what clients connect with; null for plain TCP
 * @param sipTls what the SIP Servers are connected with; null for plain TCP
 * @param sipHostChecked whether the SIP Server's certificate must carry its host's name
 * @param clientName name under which the T-Servers log these clients; the feed's name is added
 * @param clientPassword null for none
 * @param charset of the SIP Server's strings; null leaves it to the Platform SDK
 * @param addpTimeout seconds, 0 switches ADDP off
 * @param addpRemoteTimeout seconds
 * @param openTimeout of one attempt to open a channel
 * @param retryDelay between two rounds over both servers
 * @param addressTypes of Virtual Queues and of Extensions, in the order in which they are tried
 * @param callMonitoring RegModeMask of the call monitoring
 * @param registerWindow registrations on their way at a time
 * @param registerTimeout until a registration counts as not answered
 * @param keepRegistered how long a DN stays registered after the last client left it
 * @param snapshotComplete when a snapshot is told to be complete
 * @param snapshotQuiet without a re-reported call after which the re-report is over
 * @param fractionMillis whether TimeinuSecs comes in milliseconds
 * @param inbox messages of a feed that may wait to be read
 * @param clientBuffer bytes that may wait for one client
 * @param linkWait how long a subscription waits for the SIP Server
 * @param heartbeat of the gateway protocol
 * @param metricsPort null for none
 */
record Settings(
        List<Address> sipServers,
        String serverName,
        Set<Feed> feeds,
        String listenHost,
        int listenPort,
        Pem tls,
        Pem sipTls,
        boolean sipHostChecked,
        String clientName,
        String clientPassword,
        String charset,
        int addpTimeout,
        int addpRemoteTimeout,
        int openTimeout,
        int retryDelay,
        AddressTypes addressTypes,
        String callMonitoring,
        int registerWindow,
        int registerTimeout,
        int keepRegistered,
        SnapshotComplete snapshotComplete,
        int snapshotQuiet,
        boolean fractionMillis,
        int inbox,
        int clientBuffer,
        int clientsMax,
        int linkWait,
        int heartbeat,
        Integer metricsPort) {

    /** Host and port. */
    record Address(String host, int port) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** PEM files: own certificate with its key (both or none), and the CA the other side is checked against. */
    record Pem(Path certificate, Path key, Path ca) {}

    /** AddressType names of the Platform SDK, in the order in which they are tried. */
    record AddressTypes(List<String> queues, List<String> extensions) {
        List<String> of(Feed feed) {
            return feed == Feed.VQ ? queues : extensions;
        }
    }

    /** When a snapshot is told to be complete; see the README. */
    enum SnapshotComplete {
        /** Never. */
        NEVER,
        /** When it settled and the server has shown that it re-reports calls. */
        PROVEN,
        /** When it settled. */
        SETTLED
    }
}
