package dev.moat.explain;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A log without what stands before its messages: marks of quotation, time stamps, names of hosts, {@code (XEN)}, colours. Messages that a
 * mail program has wrapped are found across line ends. Bytes that are not UTF-8 are replaced, because serial lines lose some.
 */
public final class LogText {
    static final int MOST_BYTES = 16 << 20;
    /** Longer lines are no messages; the rest of them is not looked at. */
    private static final int LONGEST_LINE = 2000;

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]{0,20}[A-Za-z]");

    /** What may stand before a message; each is taken away once, in this order, the first also within. */
    private static final List<Pattern> BEFORE = List.of(
            Pattern.compile("^[\\s>|*]+"),
            Pattern.compile("^(?:kern|user|daemon)\\s*:\\s*\\w{1,10}\\s*:\\s*"),
            Pattern.compile("^<\\d{1,3}>\\s*"),
            Pattern.compile("^(?:[A-Z][a-z]{2} +\\d{1,2} [\\d:.]{8,15}|\\d{4}-\\d\\d-\\d\\d[T ][\\d:.,+Z-]{8,22}) +"
                    + "(?:\\S{1,80} +)?(?:[\\w./-]{1,40}(?:\\[\\d+])?: +)"),
            Pattern.compile("^(?:[\\w.-]{1,60} )?kernel: *"),
            Pattern.compile("^\\(XEN\\) *"),
            Pattern.compile(
                    "^\\[(?:\\s*\\d+(?:\\.\\d+)+\\s*|[A-Z][a-z]{2} [A-Z][a-z]{2} +\\d[\\d :]{10,20}|\\d{4}-\\d\\d-\\d\\d[ \\d:.]+"
                            + "|[0-9a-f]{12,16})] *"),
            Pattern.compile("^\\[\\s*[TC]\\d+] *"),
            Pattern.compile("^\\(XEN\\) *"));

    /** Some text of the log, and the lines that it is of, numbered from 1. */
    record Found(MatchResult match, int first, int last) {
        /** A group, empty if it matched nothing. */
        String group(int number) {
            String text = match.group(number);
            return text == null ? "" : text;
        }

        List<Integer> lines() {
            return IntStream.rangeClosed(first, last).boxed().toList();
        }
    }

    private final String joined;
    /** Where each line begins in it. */
    private final List<Integer> starts = new ArrayList<>();

    LogText(String text) {
        StringBuilder all = new StringBuilder(text.length());
        for (String line : text.split("\n", -1)) {
            starts.add(all.length());
            all.append(message(line)).append('\n');
        }
        joined = all.toString();
    }

    /**
     * Reads a log.
     *
     * @throws InputException when it is larger than 16 MiB, when it is UTF-16, when it has a NUL byte
     */
    static LogText read(String file, InputStream in) throws IOException {
        return new LogText(text(file, in));
    }

    /**
     * The text of a log as it is.
     *
     * @throws InputException as {@link #read}
     */
    public static String text(String file, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw InputText.tooLarge(file, MOST_BYTES);
        }
        int first = bytes.length < 2 ? 0 : ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
        if (first == 0xfffe || first == 0xfeff) {
            throw InputException.withoutPlace(file, "text of UTF-16; 'iconv -f UTF-16 -t UTF-8' makes it UTF-8");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        int binary = text.indexOf('\0');
        if (binary >= 0) {
            throw InputText.at(file, text, binary).error("byte 0x0 is no text: the file is binary or damaged");
        }
        return text;
    }

    /** A line without what stands before its message, and without blanks around it. */
    public static String message(String line) {
        String text = line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line;
        text = COLOUR.matcher(text).replaceAll("").replace('\r', ' ');
        for (Pattern before : BEFORE) {
            text = before.matcher(text).replaceFirst("");
        }
        return text.strip();
    }

    /** A pattern in which a blank stands for blanks and at most one line end with what was before its message. */
    static Pattern form(String pattern) {
        return Pattern.compile(pattern.replace(" ", "[ \\t]*+\\n?[ \\t]*+"));
    }

    /** All places where a form is found, in order. */
    List<Found> all(Pattern form) {
        List<Found> found = new ArrayList<>();
        Matcher matcher = form.matcher(joined);
        while (matcher.find()) {
            found.add(found(matcher.toMatchResult()));
        }
        return found;
    }

    /** The first place behind a line, at most so many lines further; null if there is none. */
    @Nullable
    Found next(Pattern form, int line, int within) {
        Matcher matcher = form.matcher(joined).region(start(line), start(line + within));
        return matcher.find() ? found(matcher.toMatchResult()) : null;
    }

    /** All places in the lines between two. */
    List<Found> between(Pattern form, int after, int before) {
        List<Found> found = new ArrayList<>();
        Matcher matcher = form.matcher(joined).region(start(after), start(before - 1));
        while (matcher.find()) {
            found.add(found(matcher.toMatchResult()));
        }
        return found;
    }

    /** Where the lines behind this many begin. */
    private int start(int lines) {
        return lines < starts.size() ? starts.get(Math.max(0, lines)) : joined.length();
    }

    /** The text of its first line before a place. */
    String before(Found found) {
        return joined.substring(starts.get(found.first() - 1), found.match().start());
    }

    private Found found(MatchResult match) {
        return new Found(match, lineAt(match.start()), lineAt(Math.max(match.start(), match.end() - 1)));
    }

    private int lineAt(int index) {
        int low = 0;
        int high = starts.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts.get(middle) <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low + 1;
    }
}
