package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the DMA layer's tables say was held has no counterexample to replay: it is searched again, and comes to as many states. */
class NeededHeldTest {
    private static final Path PAGE = Path.of("results/needed-dma.md");
    private static final Pattern STATES = Pattern.compile("held, .* ([0-9,]+) states");
    private static final long FEW = 4_300;

    @TempDir
    Path directory;

    /** @param at the IOMMU, or nothing for the default one, and behind a blank the column */
    private record Cell(String at, String row, String text) {
        boolean isHeld() {
            return text.startsWith("held");
        }

        long states() {
            Matcher states = STATES.matcher(text);
            assertThat(states.matches()).as(text).isTrue();
            return Long.parseLong(states.group(1).replace(",", ""));
        }
    }

    /** The cells of the tables that stand below an IOMMU's mark; a column of both tables is there twice. */
    private static List<Cell> cells(String page, String iommu) {
        int begin = page.indexOf(NeedPage.begin(iommu));
        List<Cell> cells = new ArrayList<>();
        String[] columns = {};
        for (String line : page.substring(begin, page.indexOf(MarkedPage.END, begin))
                .lines()
                .toList()) {
            String[] parts = line.split(" *\\| *", -1);
            if (line.startsWith("| left out")) {
                columns = parts;
            }
            for (int i = 2; line.startsWith("| `") && i < parts.length - 1; i++) {
                cells.add(new Cell(iommu + " " + plain(columns[i]), plain(parts[1]), parts[i]));
            }
        }
        return cells;
    }

    private static String plain(String code) {
        return code.replace("`", "");
    }

    private static List<Cell> committed() throws IOException {
        String page = Files.readString(PAGE);
        List<Cell> all = new ArrayList<>();
        for (String iommu : List.of("", "amd-vi", "calgary", "gart")) {
            all.addAll(cells(page, iommu));
        }
        return all.stream().distinct().toList();
    }

    private void searchedAgain(Predicate<Cell> which) throws IOException {
        Map<String, List<Cell>> columns = new TreeMap<>();
        for (Cell cell : committed()) {
            if (cell.isHeld() && which.test(cell)) {
                columns.computeIfAbsent(cell.at(), at -> new ArrayList<>()).add(cell);
            }
        }
        assertThat(columns).hasSizeGreaterThan(5);
        for (Map.Entry<String, List<Cell>> column : columns.entrySet()) {
            assertThat(search(column.getKey(), column.getValue()))
                    .as(column.getKey())
                    .containsAll(column.getValue());
        }
    }

    private List<Cell> search(String at, List<Cell> held) throws IOException {
        String iommu = at.substring(0, at.indexOf(' '));
        Path page = directory.resolve("page.md");
        Files.writeString(page, NeedPage.begin(iommu) + "\n" + MarkedPage.END + "\n");
        List<String> command = new ArrayList<>(List.of("needed", "iommu-dma", "--page", page.toString()));
        command.addAll(List.of("--column", at.substring(at.indexOf(' ') + 1)));
        if (!iommu.isEmpty()) {
            command.addAll(List.of("--iommu", iommu));
        }
        held.forEach(cell -> command.addAll(List.of("--row", cell.row())));
        StringWriter err = new StringWriter();
        Site site = new Site(
                Path.of(""),
                new PrintWriter(new StringWriter()),
                new PrintWriter(err),
                false,
                false,
                home -> CheckoutEngine.open(Path.of("")));
        assertThat(Moat.run(site, command.toArray(new String[0])))
                .as(() -> command + "\n" + err)
                .isZero();
        return cells(Files.readString(page), iommu);
    }

    @Test
    void smallCellsHoldAgain() throws IOException {
        searchedAgain(cell -> cell.states() < FEW);
    }

    @Test
    @Tag("deep")
    void allOfThemHoldAgain() throws IOException {
        searchedAgain(cell -> true);
    }
}
