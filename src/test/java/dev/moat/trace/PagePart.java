package dev.moat.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a page that is generated, between two marks; {@code -Dsnapshot.update=true} writes it. */
public final class PagePart {
    private PagePart() {}

    /** Fails unless the part of that name is the text. */
    public static void check(Path page, String name, String text) throws IOException {
        String begin = "<!-- " + name + ": begin -->\n";
        String end = "<!-- " + name + ": end -->\n";
        String there = Files.readString(page);
        assertThat(there).contains(begin, end);
        int from = there.indexOf(begin) + begin.length();
        int to = there.indexOf(end);
        if (Boolean.getBoolean("snapshot.update")) {
            Files.writeString(page, there.substring(0, from) + text + there.substring(to));
        } else {
            assertThat(there.substring(from, to)).as(page + ", " + name).isEqualTo(text);
        }
    }

    /** Text that stands in a cell of a table as it is. */
    public static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }
}
