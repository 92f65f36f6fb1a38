package dev.moat.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.check.Finding;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.why.EditBounds;
import dev.moat.check.why.Ladder;
import dev.moat.check.why.Question;
import dev.moat.check.why.WhyRow;
import dev.moat.check.why.WhyTable;
import dev.moat.cli.site.LimitOptions;
import dev.moat.cli.site.Site;
import dev.moat.explore.Limits;
import dev.moat.limit.Alarm;
import dev.moat.machine.Granularity;
import dev.moat.model.BadSettingException;
import dev.moat.model.Operation;
import dev.moat.model.Suggestion;
import dev.moat.output.Counted;
import dev.moat.output.Json;
import dev.moat.output.OutputFile;
import dev.moat.page.Html;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat why}: what each step of an operation is for. */
@Command(
        name = "why",
        description =
                "Leave out each step of an operation, swap each two neighbours, shorten each lock, and see what breaks.",
        footer = {
            "%nEach edit is searched in small bounds with one CPU and with two, and in the smallest bounds in which a control"
                    + " of each property is caught. An answer has the command that shows it.",
            "%nExamples:",
            "  moat why unmap_grant_ref                 in small bounds of the component that has it",
            "  moat why unmap_grant_ref xen-step-cm     under the properties and on the hardware of a scenario",
            "  moat why dma_unmap_page dma-vtd-queue --total-time 5m --html why"
        })
public final class WhyCommand implements Callable<Integer> {
    private final Site site;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "OPERATION", description = "as 'moat list steps' names it")
    private String operation = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SCENARIO",
            description = "of granularity step; default: a small one of the component that has the operation")
    private @Nullable String scenario;

    @Mixin
    private LimitOptions options = new LimitOptions();

    @Option(names = "--json", description = "print one JSON document and nothing else")
    private boolean json;

    @Option(names = "--html", paramLabel = "DIR", description = "write the table for a browser, DIR/index.html")
    private @Nullable Path html;

    public WhyCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        Limits limits = options.limits();
        Engine engine = site.engine();
        Catalog catalog = Catalog.load();
        ScenarioChecker checker = new ScenarioChecker(catalog, engine);
        ScenarioLibrary library = site.scenarios(engine);
        Scenario base = Alarm.within(limits.time().runLeft(), "reading the scenarios", () -> base(catalog, library));
        List<Question> questions = WhyTable.questions(catalog, base, operation);
        List<Scenario> peers = Alarm.within(
                limits.time().runLeft(),
                "reading the scenarios",
                () -> library.ofComponent(base.machine().component(), Scenario.SETS.get(0)));
        Ladder.Chosen chosen = new Ladder(catalog, checker, base, operation, limits).choose(peers, scenario != null);
        if (chosen.bounds().isEmpty()) {
            site.err().println("moat: no bounds to ask in: " + String.join("; ", chosen.leftOut()));
            return ExitCode.LIMIT.code();
        }
        begin(base, chosen);
        List<WhyRow> rows = new ArrayList<>();
        boolean complete = false;
        try (WhyTable table = new WhyTable(catalog, checker, operation, questions, chosen, limits)) {
            for (int i = 0; i < questions.size(); i++) {
                WhyRow row = table.row(i);
                boolean first =
                        i == 0 || questions.get(i - 1).kind() != row.question().kind();
                report(row, first);
                rows.add(row);
            }
            complete = true;
        } finally {
            // Whatever ends the run: what was answered until then.
            JsonObject document = document(base, chosen, rows, complete);
            if (json) {
                site.out().print(Json.document(document));
            }
            writePage(document);
        }
        boolean undecided = rows.stream().anyMatch(row -> row.answer() == WhyRow.Answer.UNDECIDED);
        return (undecided ? ExitCode.LIMIT : ExitCode.OK).code();
    }

    private void writePage(JsonObject document) throws IOException {
        Path directory = html;
        if (directory != null) {
            // Java refuses to write files on an interrupted thread.
            boolean interrupted = Thread.interrupted();
            OutputFile.write(
                    directory.resolve("index.html"),
                    Html.page("moat why " + operation, List.of("element.js", "table.js", "why.js"), document, false));
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Scenario base(Catalog catalog, ScenarioLibrary library) throws IOException {
        String name = scenario;
        if (name == null) {
            List<Scenario> all = library.described();
            return Ladder.base(catalog, all, operation).orElseThrow(() -> unknown(operations(catalog, all)));
        }
        Scenario base = library.find(name);
        Set<String> known = operations(catalog, List.of(base));
        if (!known.contains(operation)) {
            throw new ParameterException(
                    spec.commandLine(),
                    base.id() + " has no operation '" + operation + "'" + Suggestion.among(operation, known));
        }
        if (base.machine().granularity() != Granularity.STEP) {
            throw new BadSettingException(
                    "granularity",
                    base.id() + " is of granularity operation, where no order of steps shows: name a scenario of"
                            + " granularity step, or none");
        }
        return base;
    }

    private ParameterException unknown(Set<String> known) {
        String why = known.contains(operation)
                ? "no scenario of the default set has operation '" + operation
                        + "' at granularity step: name a scenario"
                : "unknown operation '" + operation + "'" + Suggestion.among(operation, known);
        return new ParameterException(spec.commandLine(), why);
    }

    private static Set<String> operations(Catalog catalog, List<Scenario> scenarios) {
        Set<String> all = new TreeSet<>();
        for (Scenario s : scenarios) {
            catalog.model(s.machine().withFaults(List.of())).operations().stream()
                    .map(Operation::name)
                    .forEach(all::add);
        }
        return all;
    }

    private void begin(Scenario base, Ladder.Chosen chosen) {
        if (json) {
            return;
        }
        site.print(operation + " in " + base.id() + " (" + base.machine().component() + ")");
        site.print("bounds");
        for (EditBounds b : chosen.bounds()) {
            site.print("  " + b.number() + "  " + b.command() + ": " + Counted.of(b.distinct(), "state") + ", "
                    + Counted.of(b.cpus(), "CPU"));
            byFault(b)
                    .forEach((fault, properties) ->
                            site.print("       control " + fault + " is caught: " + String.join(", ", properties)));
        }
        if (!chosen.uncontrolled().isEmpty()) {
            site.print("  no control in these bounds, so that 'nothing' says nothing of: "
                    + String.join(", ", chosen.uncontrolled()));
        }
        chosen.leftOut().forEach(left -> site.print("  not searched: " + left + "; --states N asks for more"));
        site.out().flush();
    }

    private static Map<String, List<String>> byFault(EditBounds bounds) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        bounds.caught()
                .forEach((property, fault) ->
                        all.computeIfAbsent(fault, f -> new ArrayList<>()).add(property));
        return all;
    }

    private void report(WhyRow row, boolean first) {
        if (json) {
            return;
        }
        if (first) {
            site.print(row.question().kind().title());
        }
        site.print(("  " + String.format(Locale.ROOT, "%-40s ", row.question().about()) + text(row)).stripTrailing());
        if (!row.command().isEmpty()) {
            site.print("      " + row.command());
        }
        site.out().flush();
    }

    private static String text(WhyRow row) {
        Finding finding = row.finding();
        if (finding != null) {
            return String.join(", ", finding.invariants()) + " after " + Counted.of(finding.actions(), "action")
                    + cases(row);
        }
        String held = row.held().isEmpty()
                ? ""
                : ", bounds " + row.held().stream().map(String::valueOf).collect(Collectors.joining(" "));
        return row.answer().word() + held + (row.says().isEmpty() ? "" : ": " + String.join("; ", row.says()));
    }

    private static String cases(WhyRow row) {
        return cases(row, true, "; when the entry was ")
                + cases(row, false, "; not when it was ")
                + cases(row, null, "; not decided when it was ");
    }

    private static String cases(WhyRow row, @Nullable Boolean breaks, String says) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        row.cases().stream()
                .filter(c -> Objects.equals(c.breaks(), breaks))
                .forEach(c -> all.computeIfAbsent(c.change(), change -> new ArrayList<>())
                        .add(c.with()));
        return all.isEmpty()
                ? ""
                : says
                        + all.entrySet().stream()
                                .map(e -> e.getKey()
                                        + (e.getValue().contains("")
                                                ? ""
                                                : " (" + String.join(", ", e.getValue()) + ")"))
                                .collect(Collectors.joining(", "));
    }

    private JsonObject document(Scenario base, Ladder.Chosen chosen, List<WhyRow> rows, boolean complete) {
        JsonObject document = new JsonObject();
        document.addProperty("format", "moat-why-1");
        document.addProperty("operation", operation);
        document.addProperty("component", base.machine().component());
        document.addProperty("scenario", base.id());
        document.addProperty("complete", complete);
        JsonArray bounds = new JsonArray();
        chosen.bounds().forEach(b -> bounds.add(object(b)));
        document.add("bounds", bounds);
        document.add("uncontrolled", words(chosen.uncontrolled()));
        document.add("notSearched", words(chosen.leftOut()));
        JsonArray all = new JsonArray();
        rows.forEach(row -> all.add(object(row)));
        document.add("rows", all);
        return document;
    }

    private static JsonElement words(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    private static JsonObject object(EditBounds b) {
        JsonObject object = new JsonObject();
        object.addProperty("number", b.number());
        object.addProperty("command", b.command());
        object.addProperty("distinct", b.distinct());
        object.addProperty("cpus", b.cpus());
        JsonObject caught = new JsonObject();
        b.caught().forEach(caught::addProperty);
        object.add("caught", caught);
        return object;
    }

    private static JsonObject object(WhyRow row) {
        JsonObject object = new JsonObject();
        object.addProperty("asks", row.question().kind().title());
        object.addProperty("about", row.question().about());
        object.addProperty("edit", row.question().edit());
        object.addProperty("answer", row.answer().word());
        JsonArray held = new JsonArray();
        row.held().forEach(held::add);
        object.add("held", held);
        object.add("says", words(row.says()));
        Finding finding = row.finding();
        EditBounds bounds = row.bounds();
        if (finding != null && bounds != null) {
            object.addProperty("violates", String.join(", ", finding.invariants()));
            object.addProperty("actions", finding.actions());
            object.addProperty("transitions", finding.transitions());
            object.addProperty("bounds", bounds.number());
            object.addProperty("command", row.command());
            JsonArray cases = new JsonArray();
            for (WhyRow.Case c : row.cases()) {
                JsonObject one = new JsonObject();
                one.addProperty("entry", c.change());
                one.addProperty("with", c.with());
                one.addProperty("answer", c.breaks() == null ? "not decided" : c.breaks() ? "breaks" : "nothing");
                one.addProperty("command", c.command());
                cases.add(one);
            }
            object.add("cases", cases);
        }
        return object;
    }
}
