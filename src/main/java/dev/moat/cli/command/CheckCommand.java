package dev.moat.cli.command;

import dev.moat.check.CheckRequest;
import dev.moat.check.Checkpoints;
import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.check.Finding;
import dev.moat.check.Property;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.Verdict;
import dev.moat.check.report.Failed;
import dev.moat.check.report.JsonReport;
import dev.moat.check.report.JunitReport;
import dev.moat.check.report.RunPage;
import dev.moat.check.report.SarifReport;
import dev.moat.check.report.WorstFirst;
import dev.moat.check.why.Fitting;
import dev.moat.cli.site.CheckOptions;
import dev.moat.cli.site.Countdown;
import dev.moat.cli.site.EngineOptions;
import dev.moat.cli.site.Failure;
import dev.moat.cli.site.KeepOptions;
import dev.moat.cli.site.OutputFiles;
import dev.moat.cli.site.ProgressLine;
import dev.moat.cli.site.SideBySide;
import dev.moat.cli.site.Signals;
import dev.moat.cli.site.Site;
import dev.moat.explore.Limits;
import dev.moat.limit.Alarm;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat check}: runs scenarios and compares what comes of them with what they expect. */
@Command(
        name = "check",
        description = "Search every state of scenarios, and compare each verdict with the expected one.",
        footer = {
            "%nExamples:",
            "  moat check                                 the default scenarios; the gate for a merge",
            "  moat check r1 -P domains=3 -P frames=2     one scenario with other bounds",
            "  moat check r1 --inject free.keeps-entry    see a fault caught",
            "  moat check r1 --hold no-bad-unlock         another property, too; --without leaves one out",
            "  moat check xen-step --edit 'move unlock before await in unmap_grant_ref'",
            "                                             ask whether a patch is safe",
            "  moat check --component xen-vtd --edit 'drop await in unmap_grant_ref'",
            "                                             the same in bounds that Moat chooses",
            "  moat check ./mine.yaml --time 5m --json    a file of your own, for a program",
            "  moat check my-driver.moat --watch          a model of your own ('moat new'), whenever it is saved",
            "  moat check --junit moat.xml --sarif moat.sarif",
            "  moat check --html report                   report/index.html, for a browser",
            "%nCounterexamples that the scenarios expect go to .moat/ unless --save says otherwise, others to"
                    + " .moat/unexpected/; replay them with 'moat replay'."
        })
public final class CheckCommand implements Callable<Integer> {
    /** Below --save: a folder that is there only if something went wrong, for CI to keep. */
    private static final String UNEXPECTED = "unexpected";

    private final Site site;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SCENARIO",
            description =
                    "ids (see 'moat list scenarios'), patterns of ids such as 'xen-*', or paths of files and directories")
    private List<String> names = new ArrayList<>();

    @Mixin
    private CheckOptions options = new CheckOptions();

    @Mixin
    private EngineOptions engines = new EngineOptions();

    @Option(
            names = "--set",
            paramLabel = "SET",
            description =
                    "without names, run this set: ${DEFAULT-VALUE}, extra, deep, bench, needed, promises or simulate",
            defaultValue = "default")
    private String set = "default";

    @Option(
            names = "--component",
            paramLabel = "NAME",
            description =
                    "with --edit or --inject and no SCENARIO: ask in the smallest bounds that have what is needed, and"
                            + " in which controls are caught")
    private String component = "";

    @Option(names = "--json", description = "print one JSON document and nothing else")
    private boolean json;

    @Option(names = "--junit", paramLabel = "FILE", description = "write a JUnit XML report")
    private @Nullable Path junit;

    @Option(names = "--sarif", paramLabel = "FILE", description = "write unexpected outcomes as SARIF 2.1.0")
    private @Nullable Path sarif;

    @Option(
            names = "--html",
            paramLabel = "DIR",
            description = "write a report for a browser, DIR/index.html, and a page of each trace beside it")
    private @Nullable Path html;

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description =
                    "where counterexamples go, those that are not expected to DIR/unexpected; default: ${DEFAULT-VALUE}",
            defaultValue = ".moat")
    private Path save = Path.of(".moat");

    @Mixin
    private KeepOptions keep = new KeepOptions();

    @Option(names = "--coverage", description = "print how often each action, operation and step took effect")
    private boolean coverage;

    @Option(
            names = "--no-discipline",
            description = "do not compare transitions with the discipline; up to 1.5 times as fast")
    private boolean uncompared;

    @Option(
            names = "--symmetry",
            description = "search one of several states that differ only in the names of interchangeable things")
    private boolean symmetry;

    @Option(
            names = {"-q", "--quiet"},
            description = "one line per scenario, no progress")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "print everything about each scenario, also about expected results")
    private boolean verbose;

    @Option(
            names = "--all-violations",
            description =
                    "behind a violation go on without the properties that it breaks, until each that can be broken has a trace of"
                            + " its own")
    private boolean all;

    @Option(
            names = "--watch",
            description = "check a text (*.moat) again whenever it changes, until Ctrl-C (exit code 130)")
    private boolean watch;

    @Option(
            names = "--full",
            description =
                    "also print bookkeeping in tables of counterexamples; with several scenarios, implies --verbose")
    private boolean full;

    public CheckCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() {
        if (!watch) {
            return once();
        }
        TextWatch texts = new TextWatch(watched());
        while (true) {
            texts.look();
            int code = once();
            if (code == ExitCode.INTERRUPTED.code()) {
                return code;
            }
            site.print("");
            site.print("exit code " + code + "; " + String.join(", ", names) + " is checked again when it is saved;"
                    + " Ctrl-C ends this");
            site.out().flush();
            Signals.goesOn();
            if (!texts.awaitChange()) {
                return Signals.answered(ExitCode.INTERRUPTED).code();
            }
        }
    }

    /** What is watched; who reads a document of a run expects one. */
    private List<Path> watched() {
        boolean document = json || junit != null || sarif != null || html != null;
        List<Path> texts = ScenarioLibrary.texts(names);
        if (document || names.isEmpty() || texts.size() != names.size()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--watch is for texts (*.moat), and not with --json, --junit, --sarif or --html");
        }
        return texts;
    }

    private int once() {
        Limits limits = limits();
        OutputFiles files = new OutputFiles(site);
        Run run = new Run();
        try {
            run(run, limits, files);
        } catch (ParameterException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            run.failed(e);
        }
        report(run, files);
        return run.exit(files).code();
    }

    /** How far the command came. */
    private final class Run {
        private final List<Verdict> verdicts = new ArrayList<>();
        /** Of those that were not begun when a signal came. */
        private final List<Verdict> notBegun = new ArrayList<>();

        private List<Property> invariants = List.of();
        private VerdictPrinter printer = new VerdictPrinter(site, VerdictPrinter.Detail.QUIET, false, 0, "");
        private volatile @Nullable Scenario current;
        private final Set<String> pages = new TreeSet<>();
        private @Nullable Failed failed;

        void failed(Throwable e) {
            // Java refuses to write files on an interrupted thread.
            Thread.interrupted();
            ExitCode exit = Signals.answered(Failure.report(e, site.err()));
            failed = new Failed(current, exit, Failure.message(e));
        }

        /** The exit code, whatever signal comes from now on; a report that cannot be written changes it. */
        ExitCode exit(OutputFiles files) {
            List<ExitCode> codes = new ArrayList<>(List.of(files.exit()));
            verdicts.forEach(v -> codes.add(v.exit()));
            if (failed != null) {
                codes.add(failed.exit());
            }
            return Signals.settled(Signals.answered(ExitCode.worst(codes)));
        }

        List<Verdict> all() {
            List<Verdict> all = new ArrayList<>(verdicts);
            all.addAll(notBegun);
            return all;
        }
    }

    private void run(Run run, Limits limits, OutputFiles files) throws IOException {
        Engine engine = engines.over(site.engine(), site.home());
        run.invariants = engine.invariants();
        List<Scenario> scenarios = Alarm.within(
                limits.time().runLeft(),
                "reading the scenarios",
                () -> judged(
                        component.isEmpty()
                                ? selected(site.scenarios(engine))
                                : fitting(site.scenarios(engine), engine, limits),
                        run));
        try (Checkpoints kept = keep.checkpoints(site.home(), files::complain)) {
            ScenarioChecker checker = new ScenarioChecker(Catalog.load(), engine, kept);
            requireKept(scenarios);
            run.printer = new VerdictPrinter(site, detail(scenarios.size()), full, scenarios.size(), keep.toGoOn());
            Alarm.within(limits.time().runLeft(), "building the machines", () -> {
                requireMachines(run, checker, scenarios, limits);
                return true;
            });
            Countdown countdown = new Countdown(scenarios);
            List<CheckRequest> requests =
                    scenarios.stream().map(s -> request(s, limits)).toList();
            String goesOn = keep.goesOn(kept, requests);
            if (!goesOn.isEmpty()) {
                site.err().println(goesOn);
            }
            try (SideBySide checks = new SideBySide(checker, requests, atATime(limits))) {
                for (int i = 0; i < scenarios.size(); i++) {
                    Scenario scenario = scenarios.get(i);
                    run.current = scenario;
                    Verdict v = check(checks, i, countdown.next());
                    add(run, engine, v, v.scenario().id(), files);
                    if (!v.doubts().isEmpty()) {
                        String other = elsewhere(checker, requests.get(i).scenario());
                        site.err().print(other.isEmpty() ? "" : "moat: " + other + "\n");
                    }
                    while (all && v.finding() != null && AllViolations.isMore(v)) {
                        Verdict first = v;
                        CheckRequest rest = AllViolations.request(requests.get(i), first);
                        v = check(progress -> checker.check(rest, progress), scenario.id());
                        String name = v.finding() == null
                                ? ""
                                : "." + String.join("+", v.finding().invariants());
                        add(run, engine, v, v.scenario().id() + name, files);
                    }
                    run.current = null;
                    if (!component.isEmpty() && v.finding() != null) {
                        return;
                    }
                    if (v.exit() == ExitCode.INTERRUPTED) {
                        requests.subList(i + 1, requests.size()).forEach(r -> run.notBegun.add(checker.notBegun(r)));
                        return;
                    }
                }
            }
        }
    }

    /** A text may be another one when a search goes on. */
    private void requireKept(List<Scenario> scenarios) {
        if (keep.any()
                && scenarios.stream().anyMatch(s -> Catalog.isText(s.machine().component()))) {
            throw new ParameterException(
                    spec.commandLine(), "--checkpoint and --resume do not know when a text (*.moat) has changed");
        }
    }

    /** @param name of its files */
    private void add(Run run, Engine engine, Verdict v, String name, OutputFiles files) {
        run.verdicts.add(v);
        Path saved = show(v, name, files, run.printer);
        Path directory = html;
        if (directory != null && saved != null) {
            Path page = directory.resolve(RunPage.TRACES).resolve(name + ".html");
            if (files.write(page, () -> engine.page(saved))) {
                run.pages.add(name);
            }
        }
    }

    /**
     * How many scenarios are searched side by side. The default set's are small; of others one could need all of the memory, and a
     * limit on time, or a search that is kept, is each scenario's own.
     */
    private int atATime(Limits limits) {
        boolean own = keep.any() || limits.time().left() != Long.MAX_VALUE;
        own |= engines.elsewhere();
        boolean changed = !options.settings().isEmpty()
                || options.faults() != null
                || !options.edits().isEmpty();
        return names.isEmpty() && set.equals(Scenario.SETS.get(0)) && !own && !changed ? limits.workers() : 1;
    }

    /**
     * What the command line changes fits every scenario, before the first one runs: that the third cannot be built must not hide
     * what the first violates. Unchanged scenarios were tried when they were read.
     */
    private void requireMachines(Run run, ScenarioChecker checker, List<Scenario> scenarios, Limits limits) {
        for (Scenario scenario : scenarios) {
            run.current = scenario;
            CheckRequest request = request(scenario, limits);
            requireMachine(checker, request);
            checker.requireSubjects(request, options.hold());
        }
        run.current = null;
    }

    /** Of an edit that does not fit, where it does is said, too. */
    private void requireMachine(ScenarioChecker checker, CheckRequest request) {
        try {
            checker.requireMachine(request);
        } catch (BadSettingException e) {
            String other = elsewhere(checker, request.scenario());
            throw other.isEmpty() ? e : new BadSettingException(e.subject(), e.getMessage() + "; " + other);
        }
    }

    /** Where an edit may show that does not fit a scenario, or cannot show there; "" where that is nowhere. */
    private String elsewhere(ScenarioChecker checker, Scenario scenario) {
        if (options.edits().isEmpty()
                || !component.isEmpty()
                || Catalog.isText(scenario.machine().component())) {
            return "";
        }
        try {
            Catalog catalog = Catalog.load();
            List<Scenario> peers =
                    site.scenarios(site.engine()).ofComponent(scenario.machine().component(), Scenario.SETS.get(0));
            return Fitting.elsewhere(catalog, checker, scenario, peers, options.edits())
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private VerdictPrinter.Detail detail(int scenarios) {
        if (quiet) {
            return VerdictPrinter.Detail.QUIET;
        } else if (coverage) {
            return VerdictPrinter.Detail.COVERAGE;
        }
        return verbose || full || scenarios == 1 ? VerdictPrinter.Detail.FULL : VerdictPrinter.Detail.BRIEF;
    }

    private Limits limits() {
        if (!Scenario.SETS.contains(set)) {
            throw new ParameterException(
                    spec.commandLine(), "--set must be one of " + String.join(", ", Scenario.SETS) + ", not " + set);
        }
        if (!names.isEmpty() && spec.commandLine().getParseResult().hasMatchedOption("--set")) {
            // Only what is named would run: the set would be taken for checked.
            throw new ParameterException(spec.commandLine(), "--set is for a run without names of scenarios");
        }
        if (quiet && (coverage || verbose || full)) {
            throw new ParameterException(
                    spec.commandLine(), "--quiet is one line per scenario: without --coverage, --verbose and --full");
        }
        try {
            if (symmetry && engines.elsewhere()) {
                throw new IllegalArgumentException("--symmetry is of the embedded engine only");
            }
            keep.check();
            engines.check(keep.any(), options.areOfThisProcess());
            return options.limits();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Where what is changed about a component can show. */
    private List<Scenario> fitting(ScenarioLibrary library, Engine engine, Limits limits) throws IOException {
        List<String> faults = options.faults();
        boolean edited = !options.edits().isEmpty();
        if (!names.isEmpty()
                || edited == (faults != null)
                || spec.commandLine().getParseResult().hasMatchedOption("--set")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--component is for --edit or --inject without a scenario: one of the two, and no --set");
        }
        Catalog catalog = Catalog.load();
        Component of = catalog.component(component);
        List<Scenario> peers = library.ofComponent(component, Scenario.SETS.get(0)).stream()
                .map(s -> s.with(s.machine().withSettings(options.settings()), s.hold(), s.fail(), s.expect()))
                .toList();
        Fitting fitting = faults == null
                ? Fitting.ofEdits(catalog, new ScenarioChecker(catalog, engine), peers, options.edits(), limits)
                : Fitting.ofFaults(of, peers, faults);
        fitting.told().forEach(line -> site.err().println("moat: " + line));
        return fitting.scenarios();
    }

    private List<Scenario> selected(ScenarioLibrary library) throws IOException {
        if (names.isEmpty()) {
            List<Scenario> all = library.all(s -> s.set().equals(set));
            if (all.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "no scenario belongs to the set '" + set + "'");
            }
            return all;
        }
        return library.find(names);
    }

    /** With the properties that the command line adds and leaves out. */
    private List<Scenario> judged(List<Scenario> scenarios, Run run) {
        List<String> known = Stream.concat(run.invariants.stream(), Property.withoutFile().stream())
                .map(Property::id)
                .toList();
        return scenarios.stream().map(s -> options.judged(s, known)).toList();
    }

    private CheckRequest request(Scenario scenario, Limits limits) {
        return new CheckRequest(
                scenario,
                options.settings(),
                options.faults(),
                options.edits(),
                limits,
                new CheckRequest.Manner(!uncompared, symmetry));
    }

    private Verdict check(SideBySide checks, int number, String progressing) {
        return check(progress -> checks.verdict(number, progress), progressing);
    }

    private Verdict check(Function<ProgressLine, Verdict> checking, String progressing) {
        try (ProgressLine progress = new ProgressLine(site.err(), site.terminal(), quiet, progressing)) {
            return checking.apply(progress);
        }
    }

    /** Answers where the counterexample is, if there is one and it could be written. */
    private @Nullable Path show(Verdict v, String name, OutputFiles files, VerdictPrinter printer) {
        if (v.exit() == ExitCode.INTERRUPTED) {
            // Java refuses to write files on an interrupted thread.
            Thread.interrupted();
        }
        Finding finding = v.finding();
        Path to = (v.asExpected() ? save : save.resolve(UNEXPECTED)).resolve(name + ".itf.json");
        boolean saved = finding != null && files.write(to, finding.document()::text);
        if (!json) {
            printer.print(v, saved ? to : null);
        }
        return saved ? to : null;
    }

    private void report(Run run, OutputFiles files) {
        List<Verdict> verdicts = run.all();
        run.exit(files); // what reports say of it stays so
        Path junitFile = junit;
        if (junitFile != null) {
            files.write(junitFile, () -> JunitReport.of(verdicts, run.failed));
        }
        Path sarifFile = sarif;
        if (sarifFile != null) {
            files.write(sarifFile, () -> new SarifReport(Path.of(""), run.invariants).of(verdicts, run.failed));
        }
        Path directory = html;
        if (directory != null) {
            ExitCode soFar = run.exit(files);
            files.write(directory.resolve("index.html"), () -> RunPage.of(verdicts, run.failed, soFar, run.pages));
        }
        if (json) {
            site.out().print(JsonReport.of(verdicts, run.failed, run.exit(files)));
        } else {
            run.printer.summary(run.verdicts, new WorstFirst(run.invariants));
            run.printer.notBegun(run.notBegun.size());
        }
        site.out().flush();
    }
}
