package dev.moat.output;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import dev.moat.input.Printable;

/**
 * JSON as Moat writes it: whatever others wrote is in it as it was, but characters that a terminal would act upon, or that turn the
 * writing, are escaped.
 */
public final class Json {
    private static final Gson PRETTY =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    private static final Gson PRETTY_WITH_NULLS =
            PRETTY.newBuilder().serializeNulls().create();
    private static final Gson PLAIN = new GsonBuilder().disableHtmlEscaping().create();

    /** Escapes every character that could end an element of HTML. */
    private static final Gson IN_PAGE = new GsonBuilder().serializeNulls().create();

    private Json() {}

    /** A document of several lines, the last with its end. Members that are null are left out. */
    public static String document(JsonElement value) {
        return escaped(PRETTY.toJson(value)) + "\n";
    }

    /** The same with members that are null. */
    public static String documentWithNulls(JsonElement value) {
        return escaped(PRETTY_WITH_NULLS.toJson(value)) + "\n";
    }

    /** A text in quotes. */
    public static String quoted(String text) {
        return escaped(PLAIN.toJson(text));
    }

    /** A value in a line, as it may stand within an element of HTML. */
    public static String inPage(JsonElement value) {
        return escaped(IN_PAGE.toJson(value));
    }

    /** Outside of texts JSON has none of these but line ends. */
    private static String escaped(String json) {
        StringBuilder shown = new StringBuilder(json.length());
        json.codePoints().forEach(c -> {
            if (c == '\n' || Printable.isHarmless(c)) {
                shown.appendCodePoint(c);
            } else {
                for (char half : Character.toChars(c)) {
                    shown.append(String.format("\\u%04x", (int) half));
                }
            }
        });
        return shown.toString();
    }
}
