package dev.moat.cli.command;

import dev.moat.input.InputText;
import dev.moat.model.Component;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rows of "Not modelled" on the page of real bugs. */
final class NotModelled {
    private static final Path PAGE = Path.of("docs/reference/real-bugs.md");
    private static final String SECTION = "\n## Not modelled\n";
    private static final int MOST_BYTES = 4 << 20;
    private static final Pattern RANGE = Pattern.compile("XSA-(\\d{1,4}) to (\\d{1,4})");
    private static final Pattern BUG = Pattern.compile("XSA-\\d{1,4}|CVE-\\d{4}-\\d{3,6}");
    private static final Pattern QUOTED = Pattern.compile("`([a-z0-9.-]+)`");

    private NotModelled() {}

    /**
     * The rows that have a word, numbers within ranges included: the subject, examples, why it is not modelled, and the nearest faults that are.
     *
     * @param home the directory that has the page; without it there are no rows
     * @throws IOException when the page cannot be read
     */
    public static List<List<String>> with(String word, Path home, List<Component> components) throws IOException {
        Path page = home.resolve(PAGE.toString());
        if (!Files.exists(page)) {
            return List.of();
        }
        String text = InputText.read(page, MOST_BYTES);
        int section = text.indexOf(SECTION);
        List<List<String>> rows = new ArrayList<>();
        for (String line : text.substring(Math.max(0, section)).lines().toList()) {
            String[] cells = line.split("\\|");
            if (section >= 0
                    && cells.length == 4
                    && !cells[1].contains("---")
                    && !cells[1].strip().equals("what")) {
                rows.add(List.of(cells[1].strip(), cells[2].strip(), plain(cells[3]), nearest(line, components)));
            }
        }
        return rows.stream().filter(row -> has(row, word)).toList();
    }

    private static String plain(String cell) {
        return cell.strip().replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1").replace("`", "");
    }

    private static boolean has(List<String> row, String word) {
        String all = String.join("\n", row).toLowerCase(Locale.ROOT);
        boolean ranged = RANGE.matcher(row.get(1)).results().anyMatch(range -> isWithin(range, word));
        // A number is not found in a longer one.
        String end = word.matches("(?i).*\\d") ? "(?!\\d)" : "";
        return ranged
                || Pattern.compile(Pattern.quote(word.toLowerCase(Locale.ROOT)) + end)
                        .matcher(all)
                        .find();
    }

    private static boolean isWithin(MatchResult range, String word) {
        if (!word.matches("(?i)XSA-\\d{1,4}")) {
            return false;
        }
        int number = Integer.parseInt(word.substring(4));
        return number >= Integer.parseInt(range.group(1)) && number <= Integer.parseInt(range.group(2));
    }

    /** The faults that a row names; if it names none, those of the bugs that it names. */
    private static String nearest(String row, List<Component> components) {
        List<String> quoted =
                QUOTED.matcher(row).results().map(found -> found.group(1)).toList();
        List<String> bugs = BUG.matcher(row).results().map(MatchResult::group).toList();
        List<String> named = faults(components, quoted, List.of());
        List<String> near = named.isEmpty() ? faults(components, List.of(), bugs) : named;
        return "nearest: " + (near.isEmpty() ? "none" : String.join(", ", near));
    }

    private static List<String> faults(List<Component> components, List<String> ids, List<String> bugs) {
        return components.stream()
                .flatMap(c -> c.faults().stream()
                        .filter(f -> ids.contains(f.id())
                                || bugs.stream().anyMatch(bug -> (f.bug() + " ").matches(".*\\b" + bug + "\\b.*")))
                        .map(f -> f.id() + " (" + c.id() + ")"))
                .distinct()
                .limit(6)
                .collect(Collectors.toList());
    }
}
