package dev.moat.trace.file;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.moat.input.InputException;
import dev.moat.input.InputText;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an untrusted JSON file into {@link JsonNode}s: bounded in size, depth and number of values. */
final class JsonFile {
    /** Largest file, in bytes. */
    static final int MAX_BYTES = 16 << 20;
    /** Deepest nesting of arrays and objects. */
    static final int MAX_DEPTH = 50;
    /** Most values in a file. */
    static final int MAX_VALUES = 2_000_000;

    // Gson keeps its position to itself but prints it, in toString and in the messages of its exceptions.
    private static final Pattern PLACE = Pattern.compile(" at line (\\d+) column (\\d+) path ");

    private final String file;
    private final String text;
    private final JsonReader reader;
    private final List<Integer> lineStarts = new ArrayList<>();
    private int values;

    private JsonFile(String file, String text) {
        this.file = file;
        this.text = text;
        reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(MAX_DEPTH);
        lineStarts.add(0);
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
            lineStarts.add(i + 1);
        }
    }

    /**
     * The value that a file holds.
     *
     * @throws InputException when the file is too large, no UTF-8, no JSON by the letter of RFC 8259, nested too
     *     deep, or has too many values or a member twice
     * @throws IOException when it cannot be read
     */
    static JsonNode read(Path path) throws IOException {
        return new JsonFile(path.toString(), InputText.read(path, MAX_BYTES)).whole();
    }

    private JsonNode whole() throws IOException {
        try {
            JsonNode node = value(place());
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new AssertionError("a strict reader refuses a second value");
            }
            return node;
        } catch (MalformedJsonException | EOFException e) {
            String message = String.valueOf(e.getMessage());
            Matcher place = PLACE.matcher(message);
            if (!place.find()) {
                int[] at = place();
                throw new InputException(
                        file,
                        at[0],
                        at[1],
                        "not JSON: " + message.lines().findFirst().orElse(""));
            }
            // Where gson would accept the text in a lenient mode, its message tells the programmer how to turn it on.
            String reason = message.contains("setStrictness")
                    ? "a value or name is malformed"
                    : message.substring(0, place.start());
            throw new InputException(
                    file, Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)), "not JSON: " + reason);
        }
    }

    private JsonNode value(int[] place) throws IOException {
        if (++values > MAX_VALUES) {
            throw new InputException(file, place[0], place[1], "more than " + MAX_VALUES + " values");
        }
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> object(place);
            case BEGIN_ARRAY -> array(place);
            case STRING -> leaf(place, JsonNode.Kind.STRING, reader.nextString());
            case NUMBER -> leaf(place, JsonNode.Kind.NUMBER, reader.nextString());
            case BOOLEAN -> leaf(place, JsonNode.Kind.BOOLEAN, Boolean.toString(reader.nextBoolean()));
            case NULL -> {
                reader.nextNull();
                yield leaf(place, JsonNode.Kind.NULL, "");
            }
            case END_ARRAY, END_OBJECT, END_DOCUMENT, NAME ->
                throw new InputException(file, place[0], place[1], "not JSON: a value is missing");
        };
    }

    private JsonNode leaf(int[] place, JsonNode.Kind kind, String characters) {
        return new JsonNode(file, place[0], place[1], kind, characters, Map.of(), List.of());
    }

    private JsonNode object(int[] place) throws IOException {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        reader.beginObject();
        for (int[] at = place(); reader.hasNext(); at = place()) {
            String name = reader.nextName();
            if (fields.put(name, value(place())) != null) {
                throw new InputException(file, at[0], at[1], JsonNode.quote(name) + " stands twice");
            }
        }
        reader.endObject();
        return new JsonNode(file, place[0], place[1], JsonNode.Kind.OBJECT, "", fields, List.of());
    }

    private JsonNode array(int[] place) throws IOException {
        List<JsonNode> elements = new ArrayList<>();
        reader.beginArray();
        for (int[] at = place(); reader.hasNext(); at = place()) {
            elements.add(value(at));
        }
        reader.endArray();
        return new JsonNode(file, place[0], place[1], JsonNode.Kind.ARRAY, "", Map.of(), elements);
    }

    /** Line and column of the token that comes next; before gson peeks, it stands right behind the last one. */
    private int[] place() {
        Matcher m = PLACE.matcher(reader.toString());
        if (!m.find()) {
            throw new AssertionError("gson prints no position: " + reader);
        }
        int line = Integer.parseInt(m.group(1));
        int column = Integer.parseInt(m.group(2));
        int offset = lineStarts.get(line - 1) + column - 1;
        while (offset < text.length() && " \t\r\n:,".indexOf(text.charAt(offset)) >= 0) {
            if (text.charAt(offset++) == '\n') {
                line++;
            }
        }
        return new int[] {line, offset - lineStarts.get(line - 1) + 1};
    }
}
