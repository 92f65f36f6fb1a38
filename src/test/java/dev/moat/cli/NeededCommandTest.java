package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.needed.NeedPage;
import dev.moat.cli.site.Site;
import dev.moat.output.MarkedPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code moat needed} as people call it, on two small rungs. */
class NeededCommandTest {
    private static final String BEFORE = "# Title\n\nText before.\n\n";
    private static final String AFTER = "\n\nText after.\n";
    private static final Pattern LINK = Pattern.compile("\\]\\((\\.\\./results/needed/[^)]+)\\)");

    @TempDir
    Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path page;
    private Path saved;

    @BeforeEach
    void writeRungsAndPage() throws IOException {
        rung("a", "operation", "refs: 1, handles: 2");
        rung("b", "step", "refs: 1, handles: 1, reallocation: false");
        page = home.resolve("docs/table.md");
        saved = home.resolve("results/needed");
        Files.createDirectories(page.getParent());
        Files.writeString(page, BEFORE + NeedPage.BEGIN + "\nold table\n" + MarkedPage.END + AFTER);
    }

    private void rung(String id, String granularity, String parameters) throws IOException {
        rung(id, granularity, parameters, "xen-vtd");
    }

    private void rung(String id, String granularity, String parameters, String component) throws IOException {
        Path file = home.resolve("specs/scenarios/" + id + ".yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "id: " + id + "\nsays: A rung.\ncomponent: " + component + "\ngranularity: " + granularity
                        + "\nparameters: {" + parameters
                        + "}\nproperties: {hold: [no-foreign, no-stale, legitimate-dma-passes]}\n"
                        + "expect: {verdict: held}\nset: needed\n");
    }

    private int needed(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("needed"));
        all.addAll(List.of(args));
        Site site = new Site(
                home,
                new PrintWriter(out),
                new PrintWriter(err),
                false,
                false,
                anyHome -> CheckoutEngine.open(Path.of("")));
        return Moat.run(site, all.toArray(new String[0]));
    }

    /** The page and the results, by the path that the page's links name. */
    private Map<String, String> everything() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.startsWith(home.resolve("specs"))) {
                    texts.put(page.getParent().relativize(file).toString(), Files.readString(file));
                }
            }
        }
        return texts;
    }

    @Test
    void pageIsRewrittenBetweenItsMarksWithLinksThatReplay() throws IOException {
        String[] command = {
            "--row", "omit.unmap-wait", "--row", "omit.map-wait", "--row", "omit.map-flush",
            "--column", "defaults", "--column", "rewalk=false", "--column", "flush=queued",
            "--page", page.toString(), "--save", saved.toString()
        };
        assertThat(needed(command)).as(err.toString()).isZero();
        Map<String, String> first = everything();
        String text = first.get("table.md");
        assertThat(text)
                .startsWith(BEFORE + NeedPage.BEGIN + "\n")
                .endsWith("\n" + MarkedPage.END + AFTER)
                .contains(
                        "| left out | `defaults` | `rewalk=false` |\n",
                        "| left out | `defaults` | `flush=queued` |\n",
                        "| `omit.map-wait` | **superfluous**, [r1 2](#the-rungs), ",
                        "states | needed: [legitimate-dma-passes](../results/needed/omit.map-wait--rewalk=false.itf.json) 4, r1 |\n",
                        "| `omit.unmap-wait` | needed: [no-foreign, no-stale](../results/needed/omit.unmap-wait--defaults.itf.json) 4, r1 |")
                .doesNotContain("old table", "omit.map-flush");
        Matcher links = LINK.matcher(text);
        List<String> linked =
                links.results().map(m -> m.group(1)).sorted().distinct().toList();
        assertThat(linked).isNotEmpty();
        assertThat(first.keySet().stream().filter(name -> !name.equals("table.md")))
                .containsExactlyElementsOf(linked);
        for (String name : linked) {
            assertThat(CheckoutEngine.open(Path.of(""))
                            .replay(page.getParent().resolve(name))
                            .lines())
                    .as(name)
                    .first()
                    .asString()
                    .startsWith("reproduced");
        }
        assertThat(needed(command)).isZero();
        assertThat(everything()).isEqualTo(first);
    }

    @Test
    void whereAFileCannotBeWrittenTheDocumentHasTheCellsSoFar() throws IOException {
        Path blocked = Files.writeString(home.resolve("blocked"), "");
        assertThat(needed(
                        "--row",
                        "omit.map-wait",
                        "--row",
                        "omit.unmap-wait",
                        "--column",
                        "defaults",
                        "--json",
                        "--save",
                        blocked.toString()))
                .isEqualTo(74);
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(document.get("complete").getAsBoolean()).isFalse();
        assertThat(document.getAsJsonArray("cells")).hasSize(1);
        assertThat(err.toString()).contains("moat: cannot read or write: " + blocked);
    }

    /** The unmap of both columns prints alike, so one file shows it. */
    @Test
    void cellsWhoseCounterexamplesPrintAlikeShareAFile() throws IOException {
        assertThat(needed(
                        "--row",
                        "omit.unmap-wait",
                        "--column",
                        "defaults",
                        "--column",
                        "rewalk=false",
                        "--save",
                        saved.toString()))
                .isZero();
        assertThat(everything()).containsOnlyKeys("table.md", "../results/needed/omit.unmap-wait--defaults.itf.json");
    }

    @Test
    void unknownNamesAreUsageErrorsBeforeAnySearch() throws IOException {
        Map<String, String> before = everything();
        assertThat(needed("--row", "omit.unmap-wiat", "--page", page.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("unknown row 'omit.unmap-wiat'; did you mean 'omit.unmap-wait'?");
        assertThat(needed("--column", "rewalk=flase", "--page", page.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("unknown column 'rewalk=flase'; did you mean 'rewalk=false'?");
        assertThat(needed("--column", "flush=queued,refs=2")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown column 'refs=2'");
        assertThat(needed("--column", "caching-mode=true,tables=first-device")).isEqualTo(2);
        assertThat(err.toString()).contains("devices beside the common case are for hardware as it is by default");
        assertThat(needed("discipline")).isEqualTo(2);
        assertThat(err.toString()).contains("no scenario of the set 'needed' is of component discipline");
        assertThat(out.toString()).isEmpty();
        assertThat(everything()).isEqualTo(before);
    }

    /** Rungs of another IOMMU have a table of their own, below a mark of their own, with the columns that it brings. */
    @Test
    void eachIommuHasItsOwnTable() throws IOException {
        rung("c", "operation", "iommu: amd-vi, refs: 1, handles: 2", "xen");
        String marked = BEFORE + NeedPage.begin("amd-vi") + "\n" + MarkedPage.END + AFTER + NeedPage.BEGIN
                + "\nold table\n" + MarkedPage.END + "\n";
        Files.writeString(page, marked);
        String[] command = {
            "--iommu",
            "amd-vi",
            "--row",
            "omit.unmap-wait",
            "--column",
            "defaults",
            "--column",
            "np-cache=true",
            "--page",
            page.toString(),
            "--save",
            saved.toString()
        };
        assertThat(needed(command)).as(err.toString()).isZero();
        assertThat(Files.readString(page))
                .contains(
                        NeedPage.begin("amd-vi") + "\n\n| left out | `defaults` | `np-cache=true` |\n",
                        "| `omit.unmap-wait` | needed: [no-foreign, no-stale](",
                        NeedPage.BEGIN + "\nold table\n");
        assertThat(out.toString()).contains(", c, ").doesNotContain(", a, ");
        assertThat(needed("--iommu", "amd-vi", "--column", "caching-mode=true")).isEqualTo(2);
        assertThat(needed("--iommu", "gart")).isEqualTo(2);
        assertThat(err.toString()).contains("no scenario of the set 'needed' is of component xen-vtd with iommu: gart");
        assertThat(needed("--row", "omit.unmap-wait", "--column", "defaults")).isZero();
        assertThat(out.toString()).contains(", a, ").doesNotContain(", c, ");
    }

    @Test
    void aPageWithoutMarksIsRefusedBeforeAnySearch() throws IOException {
        Files.writeString(page, "# No marks\n");
        assertThat(needed("--page", page.toString())).isEqualTo(74);
        assertThat(err.toString()).contains("has no lines '" + NeedPage.BEGIN + "'");
        assertThat(out.toString()).isEmpty();
        assertThat(everything()).containsExactly(Map.entry("table.md", "# No marks\n"));
        assertThat(needed("--page", home.resolve("docs/none.md").toString())).isEqualTo(74);
        assertThat(err.toString()).contains("no such file");
    }

    /** A part of the table is written to a page that has no more than it. */
    @Test
    void aPartOfTheTableDoesNotTakeThePlaceOfMore() throws IOException {
        String row = "| `omit.map-wait` | held |\n";
        String table = NeedPage.BEGIN + "\n\n| left out | `defaults` |\n|---|---|\n" + row;
        String[] command = {"--row", "omit.map-wait", "--column", "defaults", "--states", "100", "--page", "" + page};
        for (String more : new String[] {row.replace("map-wait", "unmap-wait"), "| left out | `rewalk=false` |\n"}) {
            String text = BEFORE + table + more + MarkedPage.END + AFTER;
            Files.writeString(page, text);
            assertThat(needed(command)).isEqualTo(2);
            String lost = more.contains("rewalk") ? "rewalk=false" : "omit.unmap-wait";
            assertThat(err.toString()).contains("table.md has '" + lost + "', which would be lost: leave --row and");
            assertThat(Files.readString(page)).isEqualTo(text);
        }
        Files.writeString(page, BEFORE + table + MarkedPage.END + AFTER);
        assertThat(needed(command)).isEqualTo(5);
        assertThat(needed(command)).as("again, over what it wrote").isEqualTo(5);
        assertThat(Files.readString(page)).contains("| `omit.map-wait` | undecided, r1 |");
    }

    @Test
    void aLimitIsNeverSuperfluous() throws IOException {
        String[] command = {
            "--row", "omit.map-wait", "--column", "defaults", "--states", "100", "--page", page.toString()
        };
        assertThat(needed(command)).isEqualTo(5);
        assertThat(Files.readString(page))
                .contains("| `omit.map-wait` | undecided, r1 |")
                .doesNotContain("superfluous");
    }

    @Test
    void jsonSaysHowEachCellWasSettled() {
        assertThat(needed("--row", "omit.unmap-wait", "--column", "drain=false", "--json", "--save", saved.toString()))
                .isZero();
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(document.get("format").getAsString()).isEqualTo("moat-needed-1");
        List<JsonObject> cells = new ArrayList<>();
        document.getAsJsonArray("cells").forEach(c -> cells.add(c.getAsJsonObject()));
        assertThat(cells).hasSize(2);
        assertThat(cells.get(0).keySet())
                .containsExactly(
                        "omission",
                        "variation",
                        "answer",
                        "heldOnRungs",
                        "scenario",
                        "distinct",
                        "violates",
                        "actions",
                        "transitions",
                        "file");
        assertThat(cells.get(0).get("answer").getAsString()).isEqualTo("needed");
        assertThat(saved.resolve(cells.get(0).get("file").getAsString())).exists();
        assertThat(cells.get(1).get("omission").getAsString()).isEqualTo("nothing");
        assertThat(cells.get(1).get("answer").getAsString()).isEqualTo("holds");
    }
}
