package dev.moat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command of Moat that a page says to type.
 *
 * @param words behind {@code moat}, single spaces between them
 * @param code how the page says that it ends; null where it says nothing
 * @param where how it stands there
 */
record DocCommand(String words, @Nullable Integer code, Where where) {
    enum Where {
        /** Between fences, or indented by four spaces. */
        BLOCK,
        /** Between backquotes in a sentence. */
        SENTENCE
    }

    private static final Pattern LINE = Pattern.compile("(?:.*\\| )?(?:\\$ )?(?:\\./)?moat (.*)");
    private static final Pattern SPAN = Pattern.compile("`(?:\\./)?moat\\s([^`]+)`");
    private static final Pattern EXIT = Pattern.compile("exit code (\\d+)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
    /** What a reader puts a name or a number of his own for: FILE, N, [--trace FTRACE], FILE.csv. */
    private static final Pattern PLACE = Pattern.compile("[A-Z]+(\\.[a-z]+)?");

    /** All of a page, in blocks and then in sentences. */
    static List<DocCommand> on(Path page) throws IOException {
        List<DocCommand> all = new ArrayList<>();
        List<String> code = new ArrayList<>();
        List<String> prose = new ArrayList<>();
        split(Files.readAllLines(page), code, prose);
        String above = "";
        for (String line : String.join("\n", code).replace("\\\n", " ").split("\n")) {
            Matcher m = LINE.matcher(line.strip());
            if (m.matches()) {
                String[] parts = m.group(1).split("\\s+#\\s*", 2);
                String says = parts.length > 1 ? parts[1] : above.startsWith("#") ? above : "";
                Matcher exit = EXIT.matcher(says);
                all.add(new DocCommand(
                        single(parts[0].replaceFirst(" > \\S+$", "")),
                        exit.find() ? Integer.valueOf(exit.group(1)) : null,
                        Where.BLOCK));
            }
            above = line;
        }
        for (MatchResult span : SPAN.matcher(String.join("\n", prose)).results().toList()) {
            all.add(new DocCommand(single(span.group(1)), null, Where.SENTENCE));
        }
        return all;
    }

    /** The lines of code between fences. */
    static List<String> code(Path page) throws IOException {
        List<String> code = new ArrayList<>();
        split(Files.readAllLines(page), code, new ArrayList<>());
        return code;
    }

    private static void split(List<String> lines, List<String> code, List<String> prose) {
        boolean inside = false;
        for (String line : lines) {
            boolean indented =
                    line.startsWith("    ") && LINE.matcher(line.strip()).matches();
            if (line.strip().startsWith("```")) {
                inside = !inside;
            } else {
                (inside || indented ? code : prose).add(line);
            }
        }
    }

    private static String single(String words) {
        return words.strip().replaceAll("\\s+", " ");
    }

    /** Whether it is only called by its name, as {@code moat audit} or {@code moat conform xen} in a sentence. */
    boolean isName() {
        List<String> all = split();
        return where == Where.SENTENCE
                && !all.get(0).startsWith("-")
                && (all.size() == 1 || all.size() == 2 && all.get(0).equals("conform"));
    }

    /** Whether it is a name, or a reader has to put something of his own into it. */
    boolean isForm() {
        boolean traceless = where == Where.SENTENCE && words.equals("audit --strict");
        return isName()
                || traceless
                || words.contains("[--")
                || split().stream().anyMatch(w -> PLACE.matcher(w).matches() || w.matches("\\[[A-Z]+]"));
    }

    /** The words as a shell reads them. */
    List<String> split() {
        return WORD.matcher(words)
                .results()
                .map(w -> Optional.ofNullable(w.group(1))
                        .or(() -> Optional.ofNullable(w.group(2)))
                        .orElse(w.group(3)))
                .toList();
    }

    /** The same of a form: what may be left out is there, and each place has a number. */
    List<String> filled() {
        return WORD.matcher(words.replaceAll("[\\[\\]](?!\\d)", " ")
                        .replaceAll("(?<=\\s)" + PLACE.pattern() + "(?=\\s|$)", "7"))
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
