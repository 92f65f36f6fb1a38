package dev.moat.output;

import dev.moat.input.InputText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A Markdown page, of which a command writes the lines between two marks; everything else on it stays.
 *
 * @param page its file, UTF-8
 * @param begin the line behind which they stand; they end at the next {@link #END}
 */
public record MarkedPage(Path page, String begin) {
    public static final String END = "<!-- end -->";

    private static final int MOST_BYTES = 4 << 20;
    /** How each table's first mark begins, whichever command writes it. */
    private static final String BEGINS = "<!-- begin: written by moat ";

    private static final String ENDS_LINKS = "%()<>[]|?#\"\\";

    /**
     * Asks for the marks, before anything is worked out that is to stand between them.
     *
     * @throws IOException when the page cannot be read, or has them not
     * @throws dev.moat.input.InputException when it is larger than 4 MiB or no UTF-8
     */
    public void requireMarks() throws IOException {
        text();
    }

    /**
     * The lines that stand there, without the empty ones before and behind.
     *
     * @throws IOException when the page cannot be read, or has no marks
     * @throws dev.moat.input.InputException when it is larger than 4 MiB or no UTF-8
     */
    public List<String> lines() throws IOException {
        String text = text();
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(END, from)).strip().lines().toList();
    }

    /**
     * Puts lines in the place of those that stand there, with an empty one before and behind.
     *
     * @throws IOException when the page cannot be read or written, or has no marks
     * @throws dev.moat.input.InputException when it is larger than 4 MiB or no UTF-8
     */
    public void write(List<String> lines) throws IOException {
        String text = text();
        int from = text.indexOf(begin);
        int end = text.indexOf(END, from);
        String between = String.join("\n", lines).strip();
        OutputFile.write(page, text.substring(0, from) + begin + "\n\n" + between + "\n\n" + text.substring(end));
    }

    /**
     * A file or directory as links on the page name it: what ends a link in Markdown, or a cell of a table, is written as a browser
     * would.
     */
    public String link(Path target) {
        Path from = page.toAbsolutePath().getParent();
        Path to = target.toAbsolutePath();
        String words = (from == null ? to : from.relativize(to)).toString();
        StringBuilder link = new StringBuilder();
        words.chars().forEach(c -> {
            if (c <= ' ' || ENDS_LINKS.indexOf(c) >= 0) {
                link.append(String.format(Locale.ROOT, "%%%02x", c));
            } else {
                link.append((char) c);
            }
        });
        // What lies beside the page is in no other directory; an empty word would be taken for no link.
        return link.isEmpty() ? "." : link.toString();
    }

    private String text() throws IOException {
        String text = InputText.read(page, MOST_BYTES);
        int from = text.indexOf(begin);
        int end = from < 0 ? from : text.indexOf(END, from);
        if (end < 0) {
            throw new IOException(page + " has no lines '" + begin + "' and '" + END + "'");
        }
        int next = text.indexOf(BEGINS, from + begin.length());
        if (next >= 0 && next < end) {
            // The table behind it would be lost.
            throw new IOException(page + " has another table before the line '" + END + "' of '" + begin + "'");
        }
        return text;
    }
}
