package excp.gateway;

import com.genesyslab.platform.commons.protocol.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** JSON lines to and from the simulated T-Server of the tests. */
public final class FakeConnection {
    private final Socket socket;
    private final BufferedReader in;

    public FakeConnection(Endpoint endpoint, int timeout) throws IOException {
        Socket plain = new Socket();
        plain.connect(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()), timeout);
        socket = endpoint.tls == null ? plain : secured(plain, endpoint);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static Socket secured(Socket plain, Endpoint endpoint) throws IOException {
        SSLSocket socket = (SSLSocket)
                endpoint.tls.getSocketFactory().createSocket(plain, endpoint.getHost(), endpoint.getPort(), true);
        if (endpoint.tlsOptions.hostnameChecked) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return socket;
    }

    public void send(Map<String, Object> line) throws IOException {
        socket.getOutputStream().write((JsonWriter.write(line) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The next line; null at the end. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> read() throws IOException {
        String line = in.readLine();
        try {
            return line == null ? null : (Map<String, Object>) JsonReader.read(line);
        } catch (JsonReader.JsonException e) {
            throw new IOException(e);
        }
    }

    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
