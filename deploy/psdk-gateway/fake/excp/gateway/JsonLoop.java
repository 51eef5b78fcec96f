package excp.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Reads JSON texts, one a line, and writes each again, or REFUSED: for the tests of the reader and the writer. */
public final class JsonLoop {
    private JsonLoop() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try {
                out.println(JsonWriter.write(JsonReader.read(line.getBytes(StandardCharsets.UTF_8))));
            } catch (JsonReader.JsonException e) {
                out.println("REFUSED " + e.getMessage());
            }
        }
    }
}
