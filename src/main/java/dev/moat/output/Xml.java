package dev.moat.output;

import dev.moat.input.Printable;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Text of others in XML. */
public final class Xml {
    private Xml() {}

    /**
     * A text of several lines as it may stand between tags and in quoted attributes. {@link Printable} writes out what a terminal would
     * act upon, which XML 1.0 cannot say either or a reader would show; line ends stay.
     */
    public static String escaped(String text) {
        return Arrays.stream(text.split("\n", -1)).map(Xml::line).collect(Collectors.joining("\n"));
    }

    private static String line(String line) {
        return Printable.of(line)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("\ufffe", "\\ufffe")
                .replace("\uffff", "\\uffff");
    }
}
