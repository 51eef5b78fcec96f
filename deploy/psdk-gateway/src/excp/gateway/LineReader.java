package excp.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Cuts what a client sends into lines, within bounded memory. */
final class LineReader {
    /** So many bytes without a line feed are no line of this protocol. */
    static final int FRAMING_LOST = 16 * Line.MAX_LINE;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;

    /** The lines cannot be read any further; `code` is the protocol's. */
    static final class LineException extends Exception {
        private static final long serialVersionUID = 1;

        final String code;

        LineException(String code, String message) {
            super(message);
            this.code = code;
        }
    }

    LineReader(InputStream in) {
        this.in = in;
    }

    /** The next line that is not empty, without its line feed; null at the end of the stream. */
    byte[] next() throws IOException, LineException {
        while (true) {
            byte[] line = line();
            if (line == null || !blank(line)) {
                return line;
            }
        }
    }

    private byte[] line() throws IOException, LineException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = 0;
        while (true) {
            if (at == end) {
                end = in.read(buffer);
                at = 0;
                if (end < 0) {
                    end = 0;
                    return null;
                }
            }
            int start = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            length += at - start;
            if (length < Line.MAX_LINE) {
                line.write(buffer, start, at - start);
            }
            if (at < end) {
                at++;
                if (length >= Line.MAX_LINE) {
                    throw new LineException(
                            "bad_frame", "a line of " + (length + 1) + " bytes, longer than " + Line.MAX_LINE);
                }
                return line.toByteArray();
            }
            if (length > FRAMING_LOST) {
                throw new LineException("line_too_long", FRAMING_LOST + " bytes without a line feed");
            }
        }
    }

    private static boolean blank(byte[] line) {
        for (byte each : line) {
            if (each != ' ' && each != '\t' && each != '\r') {
                return false;
            }
        }
        return true;
    }
}
