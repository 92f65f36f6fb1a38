package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.InjectedFault;
import dev.moat.scenario.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pages can be read at normal speed: short sentences, paragraphs and cells, plain words, a purpose, links that lead somewhere. */
class ProseTest {
    private static final Path GLOSSARY = Path.of("docs/reference/glossary.md");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

    /** Packages that others use, or read first. */
    private static final List<String> READ_FIRST =
            List.of("check", "explore", "iommu", "junit", "logic", "machine", "model", "prove", "state", "trace");

    private static final Pattern SAYS = Pattern.compile("(?m)^says: (.*(?:\\n {2,}.*)*)");
    private static final int LONGEST_SAYS = 20;
    private static final Pattern SOURCE = Pattern.compile(":source \"([^\"]*)\"");
    private static final Pattern NOT_OPEN = Pattern.compile("(?i)\\b(?:fact sheets?|seeds?|drafts|study|V[IC]\\d+)\\b");

    private static final Map<Path, String> PAGES = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        List<Path> files = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
        try (Stream<Path> below = Files.walk(Path.of("docs"))) {
            below.filter(file -> file.toString().endsWith(".md")).forEach(files::add);
        }
        for (Path file : files) {
            PAGES.put(file, Files.readString(file));
        }
    }

    @Test
    void pagesCanBeReadAtNormalSpeed() {
        List<String> coined = Prose.coined(PAGES.get(GLOSSARY));
        assertThat(coined).contains("discipline", "witness");
        assertThat(PAGES.get(GLOSSARY).split("<a id=", -1)).as("terms").hasSizeLessThanOrEqualTo(1 + 60);
        List<String> wrong = new ArrayList<>();
        PAGES.forEach((page, text) -> new Prose(text)
                .complaints(page.equals(GLOSSARY) ? List.of() : coined)
                .forEach(complaint -> wrong.add(page + ": " + complaint)));
        assertThat(wrong).isEmpty();
    }

    @Test
    void linksLeadSomewhere() {
        List<String> broken = new ArrayList<>();
        PAGES.forEach((page, text) -> {
            Path from = page.toAbsolutePath().getParent();
            for (Matcher link = LINK.matcher(text); link.find(); ) {
                if (!Files.exists(from.resolve(link.group(1)))) {
                    broken.add(page + ": " + link.group(1));
                }
            }
            Map<String, String> others = new HashMap<>();
            PAGES.forEach((other, its) ->
                    others.put(from.relativize(other.toAbsolutePath()).toString(), its));
            Prose.brokenAnchors(text, others).forEach(anchor -> broken.add(page + ": " + anchor));
        });
        assertThat(broken).isEmpty();
        assertThat(Prose.brokenAnchors("[a](#b) [c](d.md#e-f) [g](d.md#h)", Map.of("d.md", "# E f\n## I")))
                .containsExactly("#b", "d.md#h");
    }

    /** From the index a reader comes to each page, except to the pages of examples. */
    @Test
    void theIndexHasEachPage() {
        Path index = Path.of("docs/index.md");
        List<Path> there = LINK.matcher(PAGES.get(index))
                .results()
                .map(link -> Path.of("docs").resolve(link.group(1)).normalize())
                .toList();
        assertThat(PAGES.keySet().stream()
                        .filter(page -> page.startsWith("docs") && !page.equals(index))
                        .filter(page -> !page.toString().matches(".*/examples/.*")))
                .isSubsetOf(there);
    }

    /** A scenario says in fewer than twenty words what is to be seen; one that must fail begins with "Control:". */
    @Test
    void scenariosSayWhetherTheyAreControls() throws IOException {
        List<String> wrong = new ArrayList<>();
        try (Stream<Path> below = Files.walk(Path.of("specs/scenarios"))) {
            for (Path file : below.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                String text = Files.readString(file);
                Matcher says = SAYS.matcher(text);
                if (!says.find()
                        || says.group(1).split("\\s+").length > LONGEST_SAYS
                        || says.group(1).matches("['\"]?Control: [\\s\\S]*") != text.contains("verdict: violated")) {
                    wrong.add(file.toString());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** A fault says in a sentence of at most twenty plain words what goes wrong. */
    @Test
    void faultsSayPlainlyWhatGoesWrong() {
        List<String> all = Catalog.load().components().stream()
                .flatMap(component -> component.faults().stream())
                .map(InjectedFault::says)
                .toList();
        assertThat(all).hasSizeGreaterThan(600);
        assertThat(all.stream()
                        .filter(says -> says.split("\\s+").length > LONGEST_SAYS
                                || !says.matches("[A-Z0-9].*[^.]\\.")
                                || !Prose.banned(says).isEmpty()))
                .isEmpty();
    }

    /** Where a fault or an invariant is from, a reader can look up: not in notes that are not part of Moat. */
    @Test
    void sourcesCanBeOpened() throws IOException {
        List<String> sources = new ArrayList<>(Catalog.load().components().stream()
                .flatMap(component -> component.faults().stream())
                .map(InjectedFault::bug)
                .toList());
        try (Stream<Path> files = Files.list(Path.of("invariants"))) {
            for (Path file : files.toList()) {
                SOURCE.matcher(Files.readString(file)).results().forEach(found -> sources.add(found.group(1)));
            }
        }
        assertThat(sources)
                .hasSizeGreaterThan(800)
                .noneMatch(source -> NOT_OPEN.matcher(source).find());
    }

    /** In the packages that others read first; in most of them no comment says "what", where a noun would name the thing. */
    @Test
    void classCommentsCanBeReadAtNormalSpeed() throws IOException {
        List<String> wrong = new ArrayList<>();
        int read = 0;
        for (String name : READ_FIRST) {
            try (Stream<Path> below = Files.walk(Path.of("src/main/java/dev/moat", name))) {
                for (Path file :
                        below.filter(f -> f.toString().endsWith(".java")).toList()) {
                    Prose comment = Prose.ofClass(Files.readString(file));
                    read++;
                    comment.hard().forEach(complaint -> wrong.add(file + ": " + complaint));
                    if (!name.equals("iommu") && comment.says("what")) {
                        wrong.add(file + ": \"what\"");
                    }
                }
            }
        }
        assertThat(read).isGreaterThan(800);
        assertThat(wrong).isEmpty();
        assertThat(Prose.ofClass("/** The unit is nobody's. */\n@A(b = \"c\")\npublic final class U {}")
                        .hard())
                .hasSize(1);
    }

    @Test
    void everyRuleIsSeenBroken() {
        String opening = "# Title\n\nThis page is for you. Read it once.\n\n";
        assertThat(new Prose(opening).complaints(List.of())).isEmpty();
        complains("# Title\n\n| a | b |\n|---|---|\n", "no paragraph");
        complains("# Title\n\nOne sentence.\n", "no paragraph");
        complains(opening + "word ".repeat(41) + ".\n", "sentence of 41 words");
        complains(opening + ("word ".repeat(30) + ".\n\n").repeat(4), "sentences of 21.3 words on the mean");
        complains(opening + "Five words are here now. ".repeat(19) + "\n", "paragraph of 95 words");
        complains(opening + "| a | " + "word ".repeat(16) + "|\n|---|---|\n", "cell of 16 words");
        complains(opening + "| a | b |\n|---|---|\n\n| c | d |\n", "table without a header: | c | d |");
        complains(opening + "- The page is nobody's.\n", "\"nobody's\"");
        complains(opening + "A limbo is [here](glossary.md#limbo).\n", "\"limbo\" has no link");
        complains(opening + "A [limbo](glossary.md#limbo) is here, and the limbo is there.\n");
        complains(opening + "Two limbos.\n\nA [limbo](glossary.md#limbo) is here.\n", "\"limbo\" has no link");
        complains(opening + "```\n" + "word ".repeat(99) + "\n```\n<!-- x: begin -->\n" + "w ".repeat(99)
                + "<!-- x: end -->\n");
        complains(opening + "`" + "word ".repeat(60) + "` is \"" + "word ".repeat(60) + "\".\n");
    }

    private static void complains(String page, String... parts) {
        List<String> complaints = new Prose(page).complaints(List.of("limbo"));
        assertThat(complaints).hasSize(parts.length);
        for (int i = 0; i < parts.length; i++) {
            assertThat(complaints.get(i)).contains(parts[i]);
        }
    }
}
