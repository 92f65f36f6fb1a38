package dev.moat.cli.command;

import dev.moat.check.Engine;
import dev.moat.check.Finding;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.Verdict;
import dev.moat.check.needed.PromisePage;
import dev.moat.check.needed.PromiseTable;
import dev.moat.check.needed.PromiseTable.Cell;
import dev.moat.check.needed.PromiseTable.Row;
import dev.moat.cli.site.LimitOptions;
import dev.moat.cli.site.Site;
import dev.moat.explore.Limits;
import dev.moat.limit.Alarm;
import dev.moat.limit.StoppedException;
import dev.moat.model.BadSettingException;
import dev.moat.output.Counted;
import dev.moat.output.MarkedPage;
import dev.moat.output.OutputFile;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moat promises}: which promise falls on which hardware under which policy. */
@Command(
        name = "promises",
        description =
                "Search for a shortest run that breaks each property of the DMA layer, for each IOMMU and policy.",
        footer = {
            "%nPromises and bounds are the scenarios of the set 'promises'.",
            "%nExamples:",
            "  moat promises                            the DMA layer's table",
            "  moat promises --save results/promises --page docs/explanation/linux-dma.md"
        })
public final class PromisesCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(
            arity = "0..1",
            paramLabel = "COMPONENT",
            description = "default: ${DEFAULT-VALUE}",
            defaultValue = "iommu-dma")
    private String component = "iommu-dma";

    @Mixin
    private LimitOptions options = new LimitOptions();

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "put the table between the marks of this Markdown page; links lead to what --save writes")
    private @Nullable Path page;

    @Option(names = "--save", paramLabel = "DIR", description = "write the shortest run of each promise that falls")
    private @Nullable Path save;

    public PromisesCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        Limits limits = options.limits();
        Engine engine = site.engine();
        List<Scenario> scenarios = Alarm.within(
                limits.time().runLeft(),
                "reading the scenarios",
                () -> site.scenarios(engine)
                        .all(s -> s.set().equals(PromiseTable.SET)
                                && s.machine().component().equals(component)));
        if (scenarios.isEmpty()) {
            throw new BadSettingException(component, "no scenario of the set 'promises' is of component " + component);
        }
        Catalog catalog = Catalog.load();
        ScenarioChecker checker = new ScenarioChecker(catalog, engine);
        PromiseTable table = new PromiseTable(checker, catalog.component(component), scenarios, limits);
        MarkedPage target = page == null ? null : new MarkedPage(page, PromisePage.BEGIN);
        if (target != null) {
            target.requireMarks();
        }
        PromisePage markdown = new PromisePage(target == null || save == null ? "" : target.link(save));
        List<Cell> all = new ArrayList<>();
        for (Row row : table.rows()) {
            List<Cell> cells = table.cells(row);
            StoppedException.look();
            for (Cell cell : cells) {
                report(row, cell);
            }
            markdown.add(row, cells);
            all.addAll(cells);
        }
        if (target != null) {
            target.write(markdown.lines());
        }
        List<String> unjudged = PromiseTable.unjudged(all);
        if (!unjudged.isEmpty()) {
            site.print("nothing was judged of " + String.join(", ", unjudged) + ": no row allows such a machine");
        }
        return PromiseTable.exit(all).code();
    }

    private void report(Row row, Cell cell) throws IOException {
        Finding finding = cell.finding();
        Verdict.Kind kind = cell.kind();
        String settled = kind == null ? "nothing to judge" : kind.name().toLowerCase(Locale.ROOT);
        String answer = finding == null ? settled : "broken after " + finding.transitions() + " transitions";
        site.print(String.format(
                Locale.ROOT,
                "%-8s %-13s %-24s %-26s %s, %s",
                row.hardware(),
                row.policy(),
                cell.scenario().id(),
                cell.invariant(),
                answer,
                Counted.of(cell.states(), "state")));
        site.out().flush();
        // Behind the line: where it cannot be written, what was settled is not lost.
        Path directory = save;
        if (finding != null && directory != null) {
            OutputFile.write(
                    directory.resolve(PromisePage.file(row, cell, finding)),
                    finding.document().text());
        }
    }
}
