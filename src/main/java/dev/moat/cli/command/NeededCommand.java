package dev.moat.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.check.Finding;
import dev.moat.check.Verdict;
import dev.moat.check.needed.NeedColumn;
import dev.moat.check.needed.NeedFiles;
import dev.moat.check.needed.NeedHtml;
import dev.moat.check.needed.NeedPage;
import dev.moat.check.needed.NeedRun;
import dev.moat.check.needed.NeedTable;
import dev.moat.check.needed.NeedTable.Answer;
import dev.moat.check.needed.NeedTable.Cell;
import dev.moat.cli.site.LimitOptions;
import dev.moat.cli.site.Site;
import dev.moat.explore.Limits;
import dev.moat.limit.Alarm;
import dev.moat.limit.StoppedException;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.Suggestion;
import dev.moat.output.Counted;
import dev.moat.output.Json;
import dev.moat.output.MarkedPage;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moat needed}: which invalidations are needed. */
@Command(
        name = "needed",
        description =
                "Leave out each invalidation and each wait, under each capability and policy, and report the broken property.",
        footer = {
            "%nThe bounds are the scenarios of the set 'needed', in the order of their ids.",
            "%nExamples:",
            "  moat needed                              the whole table; --time bounds each search, --total-time all",
            "  moat needed --row omit.unmap-wait        one row",
            "  moat needed --column flush=queued,write-buffer=true",
            "  moat needed --cases --row omit.map-invalidation --column defaults --column caching-mode=true",
            "  moat needed --save results/needed --page results/needed.md",
            "  moat needed --iommu amd-vi --column np-cache=true"
        })
public final class NeededCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(
            arity = "0..1",
            paramLabel = "COMPONENT",
            description = "default: ${DEFAULT-VALUE}",
            defaultValue = "xen-vtd")
    private String component = "xen-vtd";

    @Option(
            names = "--iommu",
            paramLabel = "IOMMU",
            description = "the rungs whose parameter iommu names it; default: those of the component's own")
    private String iommu = "";

    @Mixin
    private LimitOptions options = new LimitOptions();

    @Option(names = "--row", paramLabel = "OMISSION", description = "only this row (repeatable)")
    private List<String> rows = new ArrayList<>();

    @Option(
            names = "--column",
            paramLabel = "COLUMN",
            description = "only this column, as printed; several settings with commas (repeatable)")
    private List<String> columns = new ArrayList<>();

    @Option(
            names = "--cases",
            description =
                    "also say by which changes of the entry a cell is needed: added, widened, narrowed, moved, removed")
    private boolean cases;

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "put the table between the marks of this Markdown page; links lead to what --save writes;"
                    + " a part of it does not take the place of more")
    private @Nullable Path page;

    @Option(names = "--json", description = "print one JSON document and nothing else")
    private boolean json;

    @Option(names = "--save", paramLabel = "DIR", description = "write the counterexample of each needed cell")
    private @Nullable Path save;

    @Option(
            names = "--html",
            paramLabel = "DIR",
            description =
                    "write the table for a browser, DIR/index.html; with --save, pages of the counterexamples too")
    private @Nullable Path html;

    public NeededCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        Limits given = options.limits();
        Engine engine = site.engine();
        Catalog catalog = Catalog.load();
        Component subject = catalog.component(component);
        List<Scenario> ladder = Alarm.within(
                given.time().runLeft(), "reading the scenarios", () -> ladder(site.scenarios(engine), subject));
        NeedTable table = new NeedTable(catalog, engine, subject, ladder);
        List<InjectedFault> chosenRows = chosenRows(table);
        List<NeedTable.Variation> wanted = wanted(table);
        // Searches of one thread waste nothing, as long as there are columns enough for all.
        int sideBySide = Math.min(given.workers(), wanted.size());
        Limits limits = given.sharedBy(sideBySide);
        List<NeedColumn> built =
                Alarm.within(given.time().runLeft(), "building the machines", () -> possible(table, wanted, limits));
        MarkedPage target = page == null ? null : new MarkedPage(page, NeedPage.begin(iommu));
        if (target != null) {
            requireNothingLost(target, chosenRows, wanted);
        }
        NeedFiles files = new NeedFiles();
        NeedPage markdown = new NeedPage(target == null || save == null ? "" : target.link(save), files);
        JsonArray cells = new JsonArray();
        Path pages = html;
        NeedHtml browsed = pages == null ? null : new NeedHtml(pages);
        Sink sink = new Sink(engine, files, cells, browsed);
        boolean undecided = false;
        boolean complete = false;
        try (NeedRun run = new NeedRun(built, chosenRows, sideBySide, cases)) {
            for (int i = 0; i < built.size(); i++) {
                List<Cell> settled = new ArrayList<>();
                for (int row = 0; row < chosenRows.size(); row++) {
                    settled.add(report(run.cell(i, row), true, sink));
                }
                List<Cell> own = run.ownRuns(i);
                Set<List<String>> shown = new HashSet<>();
                for (Cell cell : own) {
                    report(cell, shown.add(cell.violated()), sink);
                }
                markdown.add(built.get(i).variation(), settled, own);
                if (target != null) {
                    // After each column: a run that is interrupted leaves what it has settled.
                    target.write(markdown.lines());
                }
                undecided |=
                        Stream.concat(settled.stream(), own.stream()).anyMatch(c -> c.answer() == Answer.UNDECIDED);
            }
            complete = true;
        } finally {
            // Whatever ends the run: what was settled until then.
            if (json) {
                site.out().print(Json.document(document(cells, complete)));
            }
            if (browsed != null) {
                // Java refuses to write files on an interrupted thread.
                boolean interrupted = Thread.interrupted();
                browsed.write(document(cells, complete));
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        return (undecided ? ExitCode.LIMIT : ExitCode.OK).code();
    }

    /** A part of the table does not take the place of more of it. */
    private void requireNothingLost(MarkedPage target, List<InjectedFault> written, List<NeedTable.Variation> wanted)
            throws IOException {
        List<String> before = target.lines();
        if (rows.isEmpty() && columns.isEmpty()) {
            return;
        }
        Set<String> names = new HashSet<>();
        written.forEach(row -> names.add(row.id()));
        wanted.forEach(column -> names.add(column.name()));
        Optional<String> lost = NeedPage.lost(before, names);
        if (lost.isPresent()) {
            throw new BadSettingException(
                    "page",
                    target.page() + " has '" + lost.get() + "', which would be lost: leave --row and --column out, or"
                            + " name another page");
        }
    }

    /** The columns, all where none is named; each once, as its cells would be counted twice. */
    private List<NeedTable.Variation> wanted(NeedTable table) {
        if (columns.isEmpty()) {
            return table.variations();
        }
        List<NeedTable.Variation> wanted = new ArrayList<>();
        for (String column : columns) {
            NeedTable.Variation variation = table.variation(column);
            if (wanted.stream().anyMatch(other -> other.settings().equals(variation.settings()))) {
                throw new BadSettingException("column", "column '" + column + "' is given twice");
            }
            wanted.add(variation);
        }
        return wanted;
    }

    /** The rungs: those that name the IOMMU, or those that name none. */
    private List<Scenario> ladder(ScenarioLibrary library, Component subject) throws IOException {
        List<Scenario> rungs = library.all(s -> s.set().equals("needed") && isOf(s.machine(), subject));
        if (rungs.isEmpty()) {
            String named = iommu.isEmpty() ? "" : " with iommu: " + iommu;
            throw new BadSettingException(
                    component, "no scenario of the set 'needed' is of component " + component + named);
        }
        return rungs;
    }

    private boolean isOf(MachineSpec machine, Component subject) {
        String id = machine.component();
        String named = machine.settings().getOrDefault("iommu", "");
        // Where the component has an id for each kind of IOMMU, the parameter may mean something else under its own.
        boolean byId = !subject.otherIds().isEmpty();
        boolean own = id.equals(subject.id());
        return iommu.isEmpty()
                ? own && (byId || named.isEmpty())
                : (byId ? subject.otherIds().contains(id) : own) && iommu.equals(named);
    }

    private JsonObject document(JsonArray cells, boolean complete) {
        JsonObject document = new JsonObject();
        document.addProperty("format", "moat-needed-1");
        document.addProperty("component", component);
        document.addProperty("complete", complete);
        if (!iommu.isEmpty()) {
            document.addProperty("iommu", iommu);
        }
        document.add("cells", cells);
        return document;
    }

    /** The columns; where none was asked for by name, all but those that no machine of the ladder can have by themselves. */
    private List<NeedColumn> possible(NeedTable table, List<NeedTable.Variation> wanted, Limits limits) {
        List<NeedColumn> possible = new ArrayList<>();
        for (NeedTable.Variation variation : wanted) {
            StoppedException.look();
            try {
                possible.add(table.column(variation, limits));
            } catch (BadSettingException e) {
                if (!columns.isEmpty()) {
                    throw e;
                }
                site.err().println("moat: column " + variation.name() + " left out: " + e.getMessage());
            }
        }
        return possible;
    }

    /** The rows, in the order of the component, all when none was named. */
    private List<InjectedFault> chosenRows(NeedTable table) {
        List<String> known = table.omissions().stream().map(InjectedFault::id).toList();
        for (String row : rows) {
            if (!known.contains(row)) {
                throw new BadSettingException("row", "unknown row '" + row + "'" + Suggestion.among(row, known));
            }
        }
        return table.omissions().stream()
                .filter(row -> rows.isEmpty() || rows.contains(row.id()))
                .toList();
    }

    /** Where cells go as they are settled. */
    private record Sink(
            Engine engine,
            NeedFiles files,
            JsonArray cells,
            @Nullable NeedHtml browsed) {}

    /** @param shows whether its counterexample is one to keep */
    private Cell report(Cell cell, boolean shows, Sink sink) throws IOException {
        Verdict verdict = cell.verdict();
        Finding finding = verdict == null ? null : verdict.finding();
        if (!json) {
            site.print(line(cell, verdict, finding) + cases(cell, true, "; when ") + cases(cell, false, "; not when "));
            site.out().flush();
        }
        // Behind the line: where it cannot be written, what was settled is not lost.
        Path directory = save;
        if (finding != null && directory != null && shows) {
            sink.files().save(cell, directory);
            if (sink.browsed() != null) {
                sink.browsed()
                        .trace(sink.engine(), directory.resolve(sink.files().name(cell)));
            }
        }
        sink.cells().add(object(cell, shows ? sink.files() : null));
        return cell;
    }

    private static String cases(Cell cell, boolean needed, String says) {
        String all = cell.cases().entrySet().stream()
                .filter(e -> e.getValue() == needed)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        return all.isEmpty() ? "" : says + all;
    }

    private JsonObject object(Cell cell, @Nullable NeedFiles files) {
        JsonObject object = new JsonObject();
        object.addProperty("omission", cell.omission());
        object.addProperty("variation", cell.variation());
        object.addProperty("answer", word(cell));
        JsonArray held = new JsonArray();
        cell.held().forEach(held::add);
        object.add("heldOnRungs", held);
        if (!cell.cases().isEmpty()) {
            JsonObject all = new JsonObject();
            cell.cases().forEach(all::addProperty);
            object.add("cases", all);
        }
        Verdict verdict = cell.verdict();
        if (verdict != null) {
            object.addProperty("scenario", verdict.scenario().id());
            object.addProperty("distinct", verdict.run().distinct());
            Finding finding = verdict.finding();
            if (finding != null) {
                object.addProperty("violates", String.join(", ", finding.invariants()));
                object.addProperty("actions", finding.actions());
                object.addProperty("transitions", finding.transitions());
                if (save != null && files != null) {
                    object.addProperty("file", files.name(cell));
                }
            }
        }
        return object;
    }

    /** A column's own "superfluous" means that its design holds with everything in place. */
    private static String word(Cell cell) {
        boolean own = cell.omission().equals(NeedColumn.NOTHING);
        return own && cell.answer() == Answer.SUPERFLUOUS
                ? "holds"
                : cell.answer().name().toLowerCase(Locale.ROOT);
    }

    private static String line(Cell cell, @Nullable Verdict verdict, @Nullable Finding finding) {
        String detail = "";
        if (finding != null) {
            detail = String.join(", ", finding.invariants()) + " after " + finding.actions() + " actions, ";
        } else if (cell.held().size() > 1) {
            detail = "rungs " + cell.held().stream().map(String::valueOf).collect(Collectors.joining(" ")) + ", ";
        }
        if (verdict != null) {
            detail += String.format(
                    Locale.ROOT,
                    "%s, %s",
                    verdict.scenario().id(),
                    Counted.of(verdict.run().distinct(), "state"));
        }
        return String.format(Locale.ROOT, "%-32s %-34s %-12s %s", cell.variation(), cell.omission(), word(cell), detail)
                .stripTrailing();
    }
}
