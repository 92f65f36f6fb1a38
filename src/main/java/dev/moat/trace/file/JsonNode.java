package dev.moat.trace.file;

import dev.moat.input.InputException;
import dev.moat.model.Suggestion;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A JSON value that knows its place in the file, and answers a wrong question with an error at that place.
 *
 * @param file name of the file, for messages
 * @param line 1-based line of the first character
 * @param column 1-based column of the first character
 * @param kind what it is
 * @param text the characters of a string, number or Boolean; empty otherwise
 * @param fields the members of an object, in the order of the file; empty otherwise
 * @param elements the elements of an array; empty otherwise
 */
record JsonNode(
        String file,
        int line,
        int column,
        Kind kind,
        String text,
        Map<String, JsonNode> fields,
        List<JsonNode> elements) {
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,19})");
    private static final int SHOWN = 60;

    enum Kind {
        OBJECT("an object"),
        ARRAY("an array"),
        STRING("a string"),
        NUMBER("a number"),
        BOOLEAN("true or false"),
        NULL("null");

        private final String says;

        Kind(String says) {
            this.says = says;
        }
    }

    /** An error at this place. */
    InputException error(String message) {
        return new InputException(file, line, column, message);
    }

    private JsonNode must(Kind wanted, String what) {
        if (kind != wanted) {
            throw error(what + " must be " + wanted.says + ", not " + kind.says);
        }
        return this;
    }

    /** This value as an object whose members all have known names. */
    JsonNode object(String what, Collection<String> known) {
        must(Kind.OBJECT, what);
        for (Map.Entry<String, JsonNode> field : fields.entrySet()) {
            String name = field.getKey();
            if (!known.contains(name)) {
                throw field.getValue()
                        .error("unknown " + quote(name) + " in " + what + Suggestion.phrase(shorten(name), known));
            }
        }
        return this;
    }

    /** This value as an object with any members. */
    JsonNode object(String what) {
        return must(Kind.OBJECT, what);
    }

    /** A member of this object. */
    JsonNode member(String name) {
        JsonNode member = fields.get(name);
        if (member == null) {
            throw error(quote(name) + " is missing");
        }
        return member;
    }

    List<JsonNode> array(String what) {
        return must(Kind.ARRAY, what).elements;
    }

    String string(String what) {
        return must(Kind.STRING, what).text;
    }

    boolean flag(String what) {
        return Boolean.parseBoolean(must(Kind.BOOLEAN, what).text);
    }

    /** A whole number, written as a number or as ITF's {@code #bigint}. */
    BigInteger integer(String what) {
        JsonNode digits = this;
        if (kind == Kind.OBJECT && fields.containsKey("#bigint")) {
            digits = object(what, List.of("#bigint")).member("#bigint").must(Kind.STRING, "#bigint");
        } else {
            must(Kind.NUMBER, what);
        }
        if (!INTEGER.matcher(digits.text).matches()) {
            throw digits.error(what + " must be a whole number of at most 20 digits, not " + quote(digits.text));
        }
        return new BigInteger(digits.text);
    }

    /** A text from the file as it may stand in a one-line message. */
    static String quote(String text) {
        return "'" + shorten(text) + "'";
    }

    private static String shorten(String text) {
        String start = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
