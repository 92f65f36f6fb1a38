package dev.moat.cli.command;

import dev.moat.check.CheckRequest;
import dev.moat.check.Engine;
import dev.moat.check.Property;
import dev.moat.cli.site.ChangeOptions;
import dev.moat.cli.site.Site;
import dev.moat.explore.Limits;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Parameter;
import dev.moat.model.StepTable;
import dev.moat.model.Suggestion;
import dev.moat.output.OutputFile;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat list}: what there is. */
@Command(
        name = "list",
        description = "List scenarios, invariants, components, parameters, injected faults, mechanisms and programs.",
        footer = {
            "%nExamples:",
            "  moat list",
            "  moat list faults",
            "  moat list faults unmap",
            "  moat list steps unmap_grant_ref",
            "  moat list steps my-driver.moat",
            "  moat list steps unmap_grant_ref xen-step --edit 'move unlock before await in unmap_grant_ref'"
        })
public final class ListCommand implements Callable<Integer> {
    private final Site site;

    /** What can be listed; spelled as on the command line. */
    enum Topic {
        scenarios,
        invariants,
        components,
        parameters,
        faults,
        mechanisms,
        steps;

        /** What is printed only when it is asked for. */
        private static final Set<Topic> LONG = EnumSet.of(mechanisms, steps);
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "TOPIC",
            description = "${COMPLETION-CANDIDATES}; default: all except mechanisms and steps")
    private @Nullable Topic topic;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "WORD",
            description =
                    "only lines with this word; with faults also real bugs that are not modelled; with steps an operation"
                            + " that it has in some scenario, or a text (*.moat)")
    private @Nullable String word;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "SCENARIO",
            description = "with steps and an operation: its program in this scenario, with all edits marked")
    private @Nullable String scenario;

    @Mixin
    private ChangeOptions changes = new ChangeOptions();

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "with faults: write an HTML table of the properties that each fault must break")
    private @Nullable Path html;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public ListCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        List<Component> components = Catalog.load().components();
        String of = word;
        String machine = scenario;
        if (machine != null && of != null && topic == Topic.steps && html == null) {
            printProgram(of, site.scenarios(site.engine()).find(machine));
            return 0;
        }
        if (machine != null || !changes.words().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "a scenario, --edit, --inject and -P go with 'list steps OPERATION SCENARIO' only");
        }
        Path page = html;
        if (page != null) {
            write(page, components);
            return 0;
        }
        if (topic == Topic.steps) {
            printPrograms(of);
            return 0;
        }
        if (topic == Topic.mechanisms) {
            printMechanisms(components, of == null ? "" : of.toLowerCase(Locale.ROOT));
            return 0;
        }
        for (Topic each : Topic.values()) {
            if (topic == each || (topic == null && !Topic.LONG.contains(each))) {
                List<List<String>> rows = switch (each) {
                    case scenarios -> scenarios();
                    case invariants -> invariants();
                    case components ->
                        components.stream().map(c -> List.of(c.id(), c.says())).toList();
                    case parameters -> parameters(components);
                    case faults -> faults(components);
                    case mechanisms, steps -> List.of();
                };
                if (each == Topic.faults && of != null) {
                    printFaults(of, rows, components);
                } else {
                    print(each.name(), rows);
                }
            }
        }
        return 0;
    }

    /** Faults with a word, and real bugs with it that are not modelled. */
    private void printFaults(String sought, List<List<String>> rows, List<Component> components) throws IOException {
        List<List<String>> others = NotModelled.with(sought, site.home(), components);
        if (others.isEmpty() || !Columns.with(sought, rows).isEmpty()) {
            print(Topic.faults.name(), rows);
        }
        if (!others.isEmpty()) {
            site.print("not modelled with '" + sought + "'");
            Columns.lines(others, Integer.getInteger("moat.columns", 0)).forEach(site::print);
        }
    }

    private void printMechanisms(List<Component> components, String sought) {
        List<String> all = new ArrayList<>();
        new MechanismLines(components).all().forEach((component, lines) -> {
            all.add("mechanisms of " + component);
            lines.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).contains(sought))
                    .forEach(line -> all.add("  " + line));
        });
        requireSome(all.stream().anyMatch(line -> line.startsWith(" ")));
        all.forEach(site::print);
    }

    /** A word that nothing has is as wrong as a topic that there is not. */
    private void requireSome(boolean found) {
        if (!found && word != null) {
            throw new ParameterException(
                    spec.commandLine(), "nothing that 'moat list " + topic + "' prints has the word '" + word + "'");
        }
    }

    private void write(Path page, List<Component> components) throws IOException {
        if (topic != Topic.faults || word != null) {
            throw new ParameterException(spec.commandLine(), "--html goes with 'list faults', all of them");
        }
        Map<String, String> says = new LinkedHashMap<>();
        invariants().forEach(row -> says.put(row.get(0), row.get(2)));
        OutputFile.write(page, FaultsPage.of(components, says));
        site.print(page + ": open it in a browser");
    }

    /** One program as it runs, and what was changed about it. */
    private void printProgram(String operation, Scenario in) {
        Scenario changed = new CheckRequest(
                        in,
                        changes.settings(),
                        changes.faults(),
                        changes.edits(),
                        Limits.none(1),
                        new CheckRequest.Manner(false, false))
                .effective();
        Catalog catalog = Catalog.load();
        Model model = catalog.model(changed.machine());
        List<String> known = model.operations().stream().map(Operation::name).toList();
        if (!known.contains(operation)) {
            throw new ParameterException(
                    spec.commandLine(),
                    in.id() + " has no operation '" + operation + "'" + Suggestion.among(operation, known));
        }
        Model sound = catalog.model(changed.machine().withFaults(List.of()));
        List<List<String>> rows = StepTable.compared(sound, model, operation);
        List<String> faults = changed.machine().faults();
        print(
                operation + ", as in " + in.id()
                        + (faults.isEmpty() ? "" : ", changed by " + String.join("; ", faults)),
                rows);
        // The text has the steps in the order of the file, whatever an edit has moved.
        Map<String, String> marks = new LinkedHashMap<>();
        rows.forEach(row -> marks.put(row.get(0) + ":", row.get(row.size() - 1)));
        ProgramTables.text(catalog, changed.machine(), operation).forEach(line -> {
            String mark = marks.getOrDefault(line.strip().replaceFirst(" .*", ""), "");
            site.print("  " + line + (mark.isEmpty() ? "" : "  # " + mark));
        });
    }

    private void printPrograms(@Nullable String of) throws IOException {
        if (of == null) {
            programs().first().forEach(this::print);
            return;
        }
        if (!ScenarioLibrary.texts(List.of(of)).isEmpty()) {
            ProgramTables own = new ProgramTables(site.scenarios(site.engine()).find(List.of(of)));
            own.operations().forEach(operation -> print(own, operation));
            return;
        }
        ProgramTables programs = programs();
        if (!programs.operations().contains(of)) {
            throw new ParameterException(
                    spec.commandLine(), "unknown operation '" + of + "'" + Suggestion.among(of, programs.operations()));
        }
        print(programs, of);
    }

    private void print(ProgramTables programs, String operation) {
        programs.all(operation).forEach((title, rows) -> {
            print(title, rows);
            programs.text(operation, rows).forEach(line -> site.print("  " + line));
        });
    }

    /** The scenarios as they are written: the programs' machines are built once, not for the reader's sake as well. */
    private ProgramTables programs() throws IOException {
        ScenarioLibrary library = site.scenarios(site.engine());
        try {
            return new ProgramTables(library.described());
        } catch (BadSettingException e) {
            library.all(); // says where the settings stand that contradict each other
            throw e;
        }
    }

    private List<List<String>> scenarios() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (Scenario s : site.scenarios(site.engine()).described()) {
            String verdict = s.expect().violated() ? "violated" : "held";
            MachineSpec m = s.machine();
            rows.add(List.of(s.id(), m.component(), s.set(), m.granularity().key(), verdict, s.says()));
        }
        return rows;
    }

    private List<List<String>> invariants() {
        Engine engine = site.engine();
        List<List<String>> rows = new ArrayList<>();
        for (Property p : engine.invariants()) {
            rows.add(List.of(p.id(), p.kind(), p.says()));
        }
        for (Property p : Property.withoutFile()) {
            rows.add(List.of(p.id(), p.kind(), p.says()));
        }
        return rows;
    }

    private static List<List<String>> parameters(List<Component> components) {
        List<List<String>> rows = new ArrayList<>();
        for (Component c : components) {
            for (Parameter p : c.parameters()) {
                String range = p.choices().isEmpty() ? p.min() + ".." + p.max() : String.join("|", p.choices());
                rows.add(List.of(c.id(), p.kind().key(), p.name() + "=" + p.initial(), range, p.says()));
            }
        }
        return rows;
    }

    private static List<List<String>> faults(List<Component> components) {
        List<List<String>> rows = new ArrayList<>();
        for (Component c : components) {
            for (InjectedFault f : c.faults()) {
                String breaks = "breaks " + (f.breaks().isEmpty() ? "nothing" : String.join(", ", f.breaks()));
                rows.add(List.of(c.id(), f.id(), breaks, "at " + f.visibleAt(), f.bug(), f.says()));
            }
        }
        return rows;
    }

    private void print(String title, List<List<String>> all) {
        String sought = word == null || topic == Topic.steps ? "" : word;
        List<List<String>> rows = Columns.with(sought, all);
        requireSome(!rows.isEmpty());
        String which = sought.isEmpty() ? "" : " with '" + sought + "'";
        site.print(title + which + (rows.isEmpty() ? ": none" : ""));
        Columns.lines(rows, Integer.getInteger("moat.columns", 0)).forEach(site::print);
    }
}
