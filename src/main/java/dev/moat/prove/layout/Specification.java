package dev.moat.prove.layout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of {@code specs/layouts}: functions over words of 64 bits in SMT-LIB. Solvers read the text itself; what is read here is only what
 * functions there are, and how many bits a field has.
 */
public final class Specification {
    /** Bits of a reserved kind, as a function of a word. */
    static final String RESERVED = "RSVD";
    /** Bits of which nothing is said, as a function of a word. */
    static final String REST = "REST";

    private static final Pattern FUNCTION = Pattern.compile("\\(define-fun (\\S+)\\s+\\(");
    private static final Pattern FIELD =
            Pattern.compile("\\(define-fun (\\S+)\\s+\\(\\(e W\\)\\) \\(_ BitVec (\\d+)\\) \\(\\(_ extract ");

    private final String text;
    private final Map<String, Integer> fields = new LinkedHashMap<>();
    private final List<String> functions;

    /** @param text of the whole file */
    public Specification(String text) {
        this.text = text;
        functions = FUNCTION.matcher(text).results().map(r -> r.group(1)).toList();
        Matcher field = FIELD.matcher(text);
        while (field.find()) {
            fields.put(field.group(1), Integer.valueOf(field.group(2)));
        }
    }

    /**
     * The file of a family.
     *
     * @param specs directory
     * @throws IOException when it cannot be read
     */
    public static Specification of(Family family, Path specs) throws IOException {
        return new Specification(Files.readString(specs.resolve("layouts").resolve(family.name() + ".smt2")));
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

    /** The words that have fields or reserved bits, by their names. */
    List<String> words() {
        return functions.stream()
                .filter(f -> f.endsWith("." + RESERVED))
                .map(f -> f.substring(0, f.length() - RESERVED.length() - 1))
                .toList();
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
