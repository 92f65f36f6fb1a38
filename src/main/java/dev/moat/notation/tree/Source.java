package dev.moat.notation.tree;

import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a tree was read from.
 *
 * @param file as messages print it
 * @param text "" where Java made the tree
 */
public record Source(String file, String text) {
    /** Begins the name of the source of an edit, which stands in no file. */
    public static final String EDIT = "edit ";

    private static final int MOST_LINES = 12;
    private static final Pattern NEXT_STEP = Pattern.compile("^(?:[A-Za-z_][^\\s:()\\[\\]]*:(?!=)|use\\s)");

    /** The error of a message at a place, with the line that it is in. */
    public InputException error(At at, String message) {
        if (at.edit() != null && !at.edit().equals(this)) {
            return at.edit().error(at, message);
        }
        String line = text.lines().skip(at.line() - 1L).findFirst().orElse("");
        return new InputException(file, at.line(), at.column(), message).showing(line);
    }

    /**
     * The lines of what begins on a line, without those that are blank or comments: up to the next line that is indented no deeper,
     * or for a step up to the next label or use; at most {@value #MOST_LINES}.
     */
    public List<String> lines(int line, boolean isStep) {
        List<String> all = new ArrayList<>();
        List<String> text = this.text.lines().skip(line - 1L).limit(MOST_LINES).toList();
        for (String next : text) {
            String plain = next.strip();
            boolean deeper = all.isEmpty() || indent(next) > indent(all.get(0));
            boolean over = isStep && !all.isEmpty() && NEXT_STEP.matcher(plain).find();
            if (plain.isEmpty() || over || !deeper) {
                break;
            }
            all.add(next);
        }
        return all;
    }

    /** All lines of what begins on a line, up to the next line that is indented no deeper; blank ones and comments among them. */
    public List<String> whole(int line) {
        List<String> all = new ArrayList<>();
        int end = 0;
        for (String next : text.lines().skip(line - 1L).toList()) {
            boolean code = !next.isBlank() && !next.strip().startsWith("#");
            if (code && !all.isEmpty() && indent(next) <= indent(all.get(0))) {
                break;
            }
            all.add(next);
            end = code ? all.size() : end;
        }
        return all.subList(0, end);
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }
}
