package dev.moat.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.check.AtomicFile;
import dev.moat.check.Checker;
import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.check.Finding;
import dev.moat.check.NeedPage;
import dev.moat.check.NeedTable;
import dev.moat.check.NeedTable.Answer;
import dev.moat.check.Verdict;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.Suggestion;
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

@Command(
        name = "needed",
        description =
                "Leave out each invalidation and each wait, under each capability and policy, and see what breaks.",
        footer = {
            "%nThe bounds are the scenarios of the set 'needed', in the order of their ids.",
            "%nExamples:",
            "  moat needed                              the whole table; --time bounds each search",
            "  moat needed --row omit.unmap-wait        one row",
            "  moat needed --save counterexamples/needed --json"
        })
final class NeededCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(
            arity = "0..1",
            paramLabel = "COMPONENT",
            description = "default: ${DEFAULT-VALUE}",
            defaultValue = "xen-vtd")
    private String component = "xen-vtd";

    @Mixin
    private CheckOptions options = new CheckOptions();

    @Option(names = "--row", paramLabel = "OMISSION", description = "only this row (repeatable)")
    private List<String> rows = new ArrayList<>();

    @Option(names = "--column", paramLabel = "COLUMN", description = "only this column, as printed (repeatable)")
    private List<String> columns = new ArrayList<>();

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "put the table between the marks of this Markdown page; links lead to what --save writes")
    private @Nullable Path page;

    @Option(names = "--json", description = "print one JSON document and nothing else")
    private boolean json;

    @Option(names = "--save", paramLabel = "DIR", description = "write the counterexample of each needed cell")
    private @Nullable Path save;

    NeededCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        Engine engine = site.engine();
        Catalog catalog = Catalog.load();
        Component subject = catalog.component(component);
        rows.forEach(row -> Catalog.fault(subject, row));
        List<Scenario> ladder = site.scenarios(engine).all().stream()
                .filter(s -> s.set().equals("needed") && s.machine().component().equals(component))
                .toList();
        NeedTable table = new NeedTable(new Checker(catalog, engine), subject, ladder, options.limits());
        requireKnown(table);
        JsonArray cells = new JsonArray();
        NeedPage markdown = new NeedPage(links());
        boolean undecided = false;
        for (NeedTable.Variation column : table.variations()) {
            if (!columns.isEmpty() && !columns.contains(column.name())) {
                continue;
            }
            NeedTable.Cell base = table.baseline(column);
            print(cells, base);
            markdown.addBaseline(base);
            undecided |= base.answer() == Answer.UNDECIDED;
            for (InjectedFault row : table.omissions()) {
                if (base.answer() == Answer.SUPERFLUOUS && (rows.isEmpty() || rows.contains(row.id()))) {
                    NeedTable.Cell cell = table.cell(row, column);
                    print(cells, cell);
                    markdown.add(cell);
                    undecided |= cell.answer() == Answer.UNDECIDED;
                }
            }
        }
        Path target = page;
        if (target != null) {
            markdown.writeInto(target);
        }
        if (json) {
            JsonObject document = new JsonObject();
            document.addProperty("component", component);
            document.add("cells", cells);
            site.out().println(new GsonBuilder().setPrettyPrinting().create().toJson(document));
        }
        return (undecided ? ExitCode.LIMIT : ExitCode.OK).code();
    }

    private void requireKnown(NeedTable table) {
        List<String> known =
                table.variations().stream().map(NeedTable.Variation::name).toList();
        for (String column : columns) {
            if (!known.contains(column)) {
                throw new BadSettingException(
                        "column",
                        "unknown column '" + column + "'" + Suggestion.phrase(column, known) + " (known: "
                                + String.join(", ", known) + ")");
            }
        }
    }

    /** The directory of the counterexamples as the page sees it, empty when there are none. */
    private String links() {
        Path from = page == null ? null : page.toAbsolutePath().getParent();
        Path to = save;
        return from == null || to == null
                ? ""
                : from.relativize(to.toAbsolutePath()).toString();
    }

    private void print(JsonArray cells, NeedTable.Cell cell) throws IOException {
        Verdict verdict = cell.verdict();
        Finding finding = verdict == null ? null : verdict.finding();
        Path directory = save;
        if (finding != null && directory != null) {
            AtomicFile.write(directory.resolve(NeedPage.fileName(cell)), finding.document());
        }
        String answer = word(cell);
        if (json) {
            JsonObject object = new JsonObject();
            object.addProperty("omission", cell.omission());
            object.addProperty("variation", cell.variation());
            object.addProperty("answer", answer);
            if (verdict != null) {
                object.addProperty("scenario", verdict.scenario().id());
                object.addProperty("distinct", verdict.run().distinct());
            }
            if (finding != null) {
                object.addProperty("violates", String.join(", ", finding.invariants()));
                object.addProperty("actions", finding.actions());
                object.addProperty("transitions", finding.transitions());
            }
            cells.add(object);
        } else {
            site.print(line(cell, answer, verdict, finding));
            site.out().flush();
        }
    }

    /** The baseline's "superfluous" means that the design holds with everything in place. */
    private static String word(NeedTable.Cell cell) {
        boolean baseline = cell.omission().equals("nothing");
        return baseline && cell.answer() == Answer.SUPERFLUOUS
                ? "holds"
                : cell.answer().name().toLowerCase(Locale.ROOT);
    }

    private static String line(
            NeedTable.Cell cell, String answer, @Nullable Verdict verdict, @Nullable Finding finding) {
        String detail = "";
        if (finding != null) {
            detail = String.join(", ", finding.invariants()) + " after " + finding.actions() + " actions";
        }
        if (verdict != null) {
            detail += (detail.isEmpty() ? "" : ", ")
                    + String.format(
                            Locale.ROOT,
                            "%s, %,d states",
                            verdict.scenario().id(),
                            verdict.run().distinct());
        }
        return String.format(Locale.ROOT, "%-32s %-34s %-12s %s", cell.variation(), cell.omission(), answer, detail);
    }
}
