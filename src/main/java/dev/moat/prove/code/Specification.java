package dev.moat.prove.code;

import dev.moat.bits.Layout;
import dev.moat.input.InputException;
import dev.moat.input.InputText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file of {@code specs/layouts}: functions over words of 64 bits in SMT-LIB. Solvers read the text itself. This
 * class reads only the names of the functions and the width of fields.
 */
public final class Specification {
    /** Bits of a reserved kind, as a function of a word. */
    static final String RESERVED = "RSVD";
    /** Bits of which nothing is said, as a function of a word. */
    static final String REST = "REST";
    /** Bits of the rest that the code reserves all the same, as a function of a word; none where there is no such function. */
    static final String ALONE = "ALONE";

    private static final Pattern FUNCTION = Pattern.compile("\\(define-fun (\\S+)\\s+\\(");
    private static final Pattern FIELD =
            Pattern.compile("\\(define-fun (\\S+)\\s+\\(\\(e W\\)\\) \\(_ BitVec (\\d+)\\) \\(\\(_ extract ");

    /** Characters of a file, and lists within lists. */
    private static final int MOST = 1 << 20;

    private static final int DEEPEST = 100;

    /** What a statement of this name may be given, is to mean, part by part, and refuses. */
    private static final Pattern OF_STATEMENT = Pattern.compile("(.*)\\.(given|means|means-.*|refused)");

    private static final Pattern DEFINITION = Pattern.compile("\\((define-fun|define-sort)\\s");
    private static final Pattern COMPLAINT = Pattern.compile("line (\\d+) column (\\d+): ([^\"]*)");

    private final String file;
    private final String text;
    private final Map<String, Integer> fields = new LinkedHashMap<>();
    private final List<String> functions;

    /**
     * @param file how it is named where something is wrong
     * @param text of the whole file
     * @throws InputException at the first thing that is no definition, then at the first field that no word has room for
     */
    public Specification(String file, String text) {
        this.file = file;
        this.text = text;
        requireDefinitions();
        functions = FUNCTION.matcher(text).results().map(r -> r.group(1)).toList();
        Matcher field = FIELD.matcher(text);
        while (field.find()) {
            if (field.group(2).length() > 2) {
                throw InputText.at(file, text, field.start(2)).error("a field has at most 64 bits");
            }
            fields.put(field.group(1), Integer.valueOf(field.group(2)));
        }
    }

    /**
     * The file of a family.
     *
     * @param specs directory
     * @throws IOException when it cannot be read
     * @throws InputException when it is no text of definitions
     */
    public static Specification of(Layout family, Path specs) throws IOException {
        Path file = specs.resolve("layouts").resolve(family.name() + ".smt2");
        return new Specification(file.toString(), InputText.read(file, MOST));
    }

    /** A file that asserts, or ends the text, would decide questions that come after it: it only defines. */
    private void requireDefinitions() {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ';') {
                int end = text.indexOf('\n', i);
                i = end < 0 ? text.length() : end;
            } else if (c == '(') {
                if (depth == 0
                        && !DEFINITION.matcher(text).region(i, text.length()).lookingAt()) {
                    throw InputText.at(file, text, i).error("only define-fun and define-sort stand here");
                } else if (++depth > DEEPEST) {
                    throw InputText.at(file, text, i).error("more than " + DEEPEST + " lists within lists");
                }
            } else if (c == ')') {
                if (--depth < 0) {
                    throw InputText.at(file, text, i).error("nothing to close here");
                }
            } else if (c == '"' || c == '|' || (depth == 0 && !Character.isWhitespace(c))) {
                throw InputText.at(file, text, i)
                        .error("only define-fun and define-sort stand here, without strings and bars");
            }
        }
        if (depth > 0) {
            throw InputText.end(file, text).error("a list is not closed");
        }
    }

    /** What a solver objects to in the text, at its place; in what was put after it, that something is not there. */
    InputException refused(String complaint) {
        Matcher first = COMPLAINT.matcher(complaint);
        if (!first.find()) {
            return InputException.withoutPlace(file, complaint);
        }
        int line = Integer.parseInt(first.group(1));
        String says = first.group(3).strip();
        return line <= text.lines().count()
                ? new InputException(file, line, Math.max(1, Integer.parseInt(first.group(2))), says)
                : InputException.withoutPlace(file, "does not define what the code is compared with: " + says);
    }

    String text() {
        return text;
    }

    boolean has(String function) {
        return functions.contains(function);
    }

    /** Functions of this name, and of those that go on with a hyphen. */
    List<String> functions(String name) {
        return functions.stream()
                .filter(f -> f.equals(name) || f.startsWith(name + "-"))
                .toList();
    }

    /** The words that have fields, reserved bits or a rest, by their names. */
    List<String> words() {
        return functions.stream()
                .filter(this::isOfWord)
                .map(f -> f.substring(0, f.lastIndexOf('.')))
                .distinct()
                .toList();
    }

    /** The statements, by their names. */
    List<String> statements() {
        return functions.stream()
                .map(OF_STATEMENT::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(1))
                .distinct()
                .toList();
    }

    /** What is of no word and of no statement, and is used by nothing: whoever reads it would take it for proved. */
    List<String> unused() {
        Map<String, Long> uses = Arrays.stream(text.replaceAll(";.*", "").split("[\\s()]+"))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return functions.stream()
                .filter(f -> !isOfWord(f) && !OF_STATEMENT.matcher(f).matches() && uses.getOrDefault(f, 0L) < 2)
                .toList();
    }

    private boolean isOfWord(String function) {
        return (fields.containsKey(function) && function.indexOf('.') > 0)
                || function.endsWith("." + RESERVED)
                || function.endsWith("." + REST)
                || function.endsWith("." + ALONE);
    }

    /** Bits of each field of a word, by its name, in the order of the file. */
    Map<String, Integer> fields(String word) {
        Map<String, Integer> found = new LinkedHashMap<>();
        fields.forEach((function, bits) -> {
            int dot = function.lastIndexOf('.');
            if (dot > 0 && function.substring(0, dot).equals(word)) {
                found.put(function.substring(dot + 1), bits);
            }
        });
        return found;
    }
}
