package excp.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON text, strictly by RFC 8259.
 *
 * <p>Values: Map in the text's order, List, String, Long, Double (also integers of more than 64 bits), Boolean, null.
 */
final class JsonReader {
    /** Deeper nesting than this is refused: no frame needs it, and it would exhaust the stack. */
    static final int MAX_DEPTH = 64;

    private final String text;
    private int at;

    /** The text is not JSON. The message never holds any of the text: it may be a caller's number. */
    static final class JsonException extends Exception {
        private static final long serialVersionUID = 1;

        JsonException(String message) {
            super(message);
        }
    }

    private JsonReader(String text) {
        this.text = text;
    }

    static Object read(byte[] utf8) throws JsonException {
        try {
            return read(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
        } catch (CharacterCodingException e) {
            throw new JsonException("not UTF-8");
        }
    }

    static Object read(String text) throws JsonException {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        reader.space();
        if (reader.at < text.length()) {
            throw reader.error("more after the end");
        }
        return value;
    }

    private Object value(int depth) throws JsonException {
        space();
        if (depth > MAX_DEPTH) {
            throw error("nested too deep");
        }
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                return list(depth);
            case '"':
                return string();
            case 't':
                return word("true", Boolean.TRUE);
            case 'f':
                return word("false", Boolean.FALSE);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> object(int depth) throws JsonException {
        Map<String, Object> object = new LinkedHashMap<>();
        at++;
        if (ends('}')) {
            return object;
        }
        do {
            space();
            if (peek() != '"') {
                throw error("a name expected");
            }
            String name = string();
            space();
            expect(':');
            object.put(name, value(depth + 1));
        } while (goesOn('}'));
        return object;
    }

    private List<Object> list(int depth) throws JsonException {
        List<Object> list = new ArrayList<>();
        at++;
        if (ends(']')) {
            return list;
        }
        do {
            list.add(value(depth + 1));
        } while (goesOn(']'));
        return list;
    }

    private boolean ends(char end) {
        space();
        if (peek() != end) {
            return false;
        }
        at++;
        return true;
    }

    private boolean goesOn(char end) throws JsonException {
        if (ends(end)) {
            return false;
        }
        expect(',');
        return true;
    }

    private String string() throws JsonException {
        StringBuilder string = new StringBuilder();
        at++;
        while (true) {
            char character = take();
            if (character == '"') {
                return string.toString();
            }
            if (character < ' ') {
                throw error("a control character in a string");
            }
            string.append(character == '\\' ? escaped() : character);
        }
    }

    private char escaped() throws JsonException {
        char character = take();
        switch (character) {
            case '"':
            case '\\':
            case '/':
                return character;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                return hexadecimal();
            default:
                throw error("no such escape");
        }
    }

    private char hexadecimal() throws JsonException {
        int code = 0;
        for (int digits = 0; digits < 4; digits++) {
            char character = take();
            int digit = character < 128 ? Character.digit(character, 16) : -1;
            if (digit < 0) {
                throw error("four hexadecimal digits expected");
            }
            code = code * 16 + digit;
        }
        return (char) code;
    }

    private Number number() throws JsonException {
        int start = at;
        skip('-');
        if (!skip('0')) {
            digits();
        }
        boolean integer = true;
        if (skip('.')) {
            integer = false;
            digits();
        }
        if (skip('e') || skip('E')) {
            integer = false;
            if (!skip('-')) {
                skip('+');
            }
            digits();
        }
        String number = text.substring(start, at);
        if (integer && number.length() <= 20) {
            try {
                return Long.valueOf(number);
            } catch (NumberFormatException e) {
                return Double.valueOf(number);
            }
        }
        return Double.valueOf(number);
    }

    private void digits() throws JsonException {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == start) {
            throw error("a value expected");
        }
    }

    private Object word(String word, Object value) throws JsonException {
        if (!text.startsWith(word, at)) {
            throw error("a value expected");
        }
        at += word.length();
        return value;
    }

    private boolean skip(char character) {
        if (peek() != character) {
            return false;
        }
        at++;
        return true;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private char take() throws JsonException {
        if (at >= text.length()) {
            throw error("the text ends too early");
        }
        return text.charAt(at++);
    }

    private void expect(char character) throws JsonException {
        if (peek() != character) {
            throw error("'" + character + "' expected");
        }
        at++;
    }

    private JsonException error(String what) {
        return new JsonException(what + " at character " + at);
    }
}
