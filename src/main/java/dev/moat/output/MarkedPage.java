package dev.moat.output;

import dev.moat.input.InputText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A Markdown page, of which a command writes the lines between two marks; everything else on it stays.
 *
 * @param page its file, UTF-8
 * @param begin the line behind which they stand; they end at the next {@link #END}
 */
public record MarkedPage(Path page, String begin) {
    public static final String END = "<!-- end -->";

    private static final int MOST_BYTES = 4 << 20;

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

    /** A file or directory as links on the page name it. */
    public String link(Path target) {
        Path from = page.toAbsolutePath().getParent();
        Path to = target.toAbsolutePath();
        return (from == null ? to : from.relativize(to)).toString();
    }

    private String text() throws IOException {
        String text = InputText.read(page, MOST_BYTES);
        int from = text.indexOf(begin);
        if (from < 0 || text.indexOf(END, from) < 0) {
            throw new IOException(page + " has no lines '" + begin + "' and '" + END + "'");
        }
        return text;
    }
}
