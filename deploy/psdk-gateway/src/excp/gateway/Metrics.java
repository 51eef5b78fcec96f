package excp.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The counters for Prometheus, at /metrics. */
final class Metrics {
    private final HttpServer server;

    private Metrics(HttpServer server) {
        this.server = server;
    }

    /** Serve them on that port; null serves nothing. */
    static Metrics start(Integer port, Counters counters) throws IOException {
        if (port == null) {
            return new Metrics(null);
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/metrics", exchange -> answer(exchange, counters));
        server.start();
        Log.info("metrics served", "port", server.getAddress().getPort());
        return new Metrics(server);
    }

    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    private static void answer(HttpExchange exchange, Counters counters) throws IOException {
        StringBuilder text = new StringBuilder();
        counters.all().forEach((name, count) -> text.append("excp_psdk_gateway_")
                .append(name.replaceFirst("\\{", "_total{"))
                .append(' ')
                .append(count)
                .append('\n'));
        byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
