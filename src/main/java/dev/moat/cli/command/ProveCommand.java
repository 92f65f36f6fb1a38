package dev.moat.cli.command;

import dev.moat.check.ExitCode;
import dev.moat.check.proof.Audited;
import dev.moat.check.proof.BoundedProof;
import dev.moat.check.proof.CodeMutants;
import dev.moat.check.proof.CodeProofs;
import dev.moat.check.proof.CodeResults;
import dev.moat.check.proof.CodeSurvivors;
import dev.moat.check.proof.InferredProof;
import dev.moat.check.proof.Proof;
import dev.moat.check.proof.ProvedResponses;
import dev.moat.check.report.JsonReport;
import dev.moat.check.report.JunitReport;
import dev.moat.check.report.SarifReport;
import dev.moat.cli.site.Assignments;
import dev.moat.cli.site.ChangeOptions;
import dev.moat.cli.site.CodeOptions;
import dev.moat.cli.site.LassoFiles;
import dev.moat.cli.site.OutputFiles;
import dev.moat.cli.site.Quantity;
import dev.moat.cli.site.ReportOptions;
import dev.moat.cli.site.Signals;
import dev.moat.cli.site.Site;
import dev.moat.cli.site.SolverProcess;
import dev.moat.cli.site.TheoryOptions;
import dev.moat.discipline.Designs;
import dev.moat.discipline.InstanceBounds;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.prove.Explained;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.PinProof;
import dev.moat.prove.ProofText;
import dev.moat.prove.Prover;
import dev.moat.prove.ResponseProof;
import dev.moat.prove.Responses;
import dev.moat.prove.SolverLibrary;
import dev.moat.prove.Theory;
import dev.moat.prove.code.CodeReport;
import dev.moat.prove.export.CertificateFiles;
import dev.moat.prove.export.GoalOutput;
import dev.moat.prove.infer.Inference;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code moat prove}: proves the discipline, in a process of its own. */
@Command(
        name = "prove",
        description =
                "Prove that the discipline keeps every property, for any number of domains, pages, devices and steps.",
        footer = {
            "%nExit codes: 0 all proved; 5 a goal failed or is unknown, or a search was cut that was to show what a family says"
                    + " it does not keep; 12 and such a state is reachable, or code differs from a layout; 14 two solvers disagree, or Z3"
                    + " and Moat's own evaluation of its counterexample; 15 the audit found something that is not explained, or what a family"
                    + " says it does not keep no run breaks; 71 the solver's process died, could not load its library, or needs more memory.",
            "%nExamples:",
            "  moat prove",
            "  moat prove --inject unmap-forgets-to-request       a faulty design ('moat list faults') is refuted",
            "  moat prove --inject clear-entry.dirty -P frames=2  and searched for a run that shows it, from this size on",
            "  moat prove --bmc 12 -P holds=2                     and no run of 12 steps breaks anything",
            "  moat prove --audit",
            "  moat prove --code xen-vtd -P frames=3              the code of a machine, at this size",
            "  moat prove --code layouts/vtd                      entries, descriptors and walks are what is specified",
            "  moat prove --code r1 --refinement --audit          and that it is what it claims to be, and no mutant is",
            "  moat prove --second-solver cvc5 --goals out/goals --certify out/certificates",
            "  moat prove --family calgary                        what the discipline becomes on that hardware",
            "  moat prove --infer                                 without the lemmas: which ones would do?",
            "  moat prove --infer mine.smt2 --properties mine     the same for a discipline of your own"
        })
public final class ProveCommand implements Callable<Integer> {
    private final Site site;
    private final List<ExitCode> codes = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandSpec spec;

    @Option(
            names = "--audit",
            description =
                    "also check that the proof is not vacuous, search runs from the initial state, and mutate the discipline")
    private boolean audit;

    @Mixin
    private CodeOptions code = new CodeOptions();

    @Option(
            names = "--inject",
            paramLabel = "FAULT",
            parameterConsumer = ChangeOptions.FaultNames.class,
            description = "prove the discipline with this fault, or without this part of it (repeatable)")
    private List<String> inject = new ArrayList<>();

    @Mixin
    private TheoryOptions files = new TheoryOptions();

    @Option(
            names = "--bmc",
            paramLabel = "DEPTH",
            description = "also search an instance for a shortest run of at most N steps that breaks a property"
                    + " of the discipline")
    private @Nullable Integer depth;

    @Option(
            names = "--k-induction",
            paramLabel = "K",
            description = "also try k-induction in that instance, up to this k")
    private @Nullable Integer k;

    @Option(
            names = {"-P", "--parameter"},
            paramLabel = "NAME=VALUE",
            parameterConsumer = Assignments.class,
            description = "a bound of that instance, and of the smallest searched when a goal fails (repeatable)")
    private Map<String, String> bounds = new LinkedHashMap<>();

    @Option(names = "--second-solver", paramLabel = "PROGRAM", description = "z3, cvc5 or a path; asked every goal too")
    private @Nullable String second;

    @Option(names = "--goals", paramLabel = "DIR", description = "write every goal as an SMT-LIB file")
    private @Nullable Path directory;

    @Option(
            names = "--certify",
            paramLabel = "DIR",
            description = "write every goal with a certificate, which 'moat certificate DIR' checks without a solver")
    private @Nullable Path certificates;

    @Option(
            names = "--rlimit",
            paramLabel = "N",
            description = "what one question may cost, in Z3's units (default: " + Prover.RLIMIT + ", with --code "
                    + CodeReport.RLIMIT + ")")
    private @Nullable Integer rlimitGiven;

    private int rlimit;
    private @Nullable Theory plain;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            converter = Quantity.Seconds.class,
            description = "give up after a time such as 30s, 5m, 2h; no reports are written then")
    private @Nullable Long time;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = Quantity.Bytes.class,
            defaultValue = "2g",
            description = "what the solver may use (default: ${DEFAULT-VALUE})")
    private long memory;

    @Mixin
    private ReportOptions reports = new ReportOptions();

    public ProveCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        rlimit = code.rlimit(rlimitGiven);
        requireSensible();
        if (!SolverProcess.isHere() && !site.solvesHere()) {
            List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
            return new SolverProcess(site)
                    .run(arguments, time == null ? Long.MAX_VALUE : time, reports.json())
                    .code();
        }
        if (SolverProcess.isHere()) {
            // Of the whole process: where it is not the solver's alone, others ask in it, too.
            SolverLibrary.limitMemory(memory);
        }
        GoalOutput.requireSolver(second);
        String component = code.component();
        if (component != null) {
            return proveCode(component).code();
        }
        Theory theory = theory();
        theory.requireFragment();
        Responses responses = Responses.load(files.responses(site.home().resolve("specs")), theory)
                .without(inject.stream().filter(Responses::isPart).toList());
        responses.requireSomething();
        responses.requireFragment();
        // Before the proof, so that a file that is missing or wrong is told at once.
        Map<String, String> explained =
                audit ? Explained.load(site.home().resolve("specs/discipline-survivors.txt")) : Map.of();
        if (files.infers()) {
            return infer(theory).code();
        }
        prove(theory, responses, explained);
        return ExitCode.worst(codes).code();
    }

    private void prove(Theory theory, Responses responses, Map<String, String> explained) throws IOException {
        try (Prover prover = new Prover(theory, rlimit)) {
            long start = System.nanoTime();
            List<GoalAnswer> answers = prover.prove(theory);
            long nanos = System.nanoTime() - start;
            site.err().println(String.format(Locale.ROOT, "moat: %d goals in %.2f s", answers.size(), nanos / 1e9));
            // Printed piece by piece: should the solver die, what was proved before is not lost.
            print(ProofText.statements(theory, answers));
            print(ProofText.impossible(files.ownDiscipline() ? prover.impossible(theory) : List.of()));
            // The explorer's instances are shaped for the shipped discipline.
            InstanceBounds searched = files.ownDiscipline() ? null : InstanceBounds.with(bounds);
            List<PinProof> pins = files.ownDiscipline() ? List.of() : PinProof.all(site.home(), rlimit);
            print(ProofText.pins(pins));
            ProvedResponses answered = ProvedResponses.of(responses, prover, searched);
            print(answered.proof().lines());
            Proof proved = new Proof(answers, Map.of(), pins, answered, nanos);
            Proof proof = searched == null ? proved : proved.explored(searched);
            print(proof.verdict());
            print(proof.disagreements());
            print(proof.verdictOfResponses());
            codes.add(proof.exit());
            List<String> saved = new ArrayList<>();
            LassoFiles lassos = new LassoFiles(files.runs(), inject, files.family(), files.ofRules());
            codes.add(lassos.save(answered.lassos(), site, saved));
            print(saved);
            List<BoundedProof> bounded = bounded(theory);
            if (!bounds.isEmpty() && bounded.isEmpty() && proof.reached().isEmpty() && !answered.looked() && !audit) {
                print(List.of(
                        "note: -P bounds the instances of --bmc, --k-induction and of goals that fail; none was looked"
                                + " at"));
            }
            outputs(responses, proof);
            boolean all = answers.stream().allMatch(a -> a.status() == GoalAnswer.Status.PROVED);
            if (audit && all && answered.proof().isProved()) {
                audit(responses, explained);
            } else if (audit) {
                site.print("audit: left out, because not everything is proved");
            }
            report(
                    () -> JunitReport.of(proof),
                    () -> new SarifReport(Path.of(""), List.of()).of(proof),
                    () -> JsonReport.of(proof, bounded, ExitCode.worst(codes)));
        }
    }

    private Theory theory() throws IOException {
        Path specs = site.home().resolve("specs");
        Theory varied =
                Theory.load(site.home(), files.properties(site.home()), files.discipline(specs), files.lemmas(specs));
        plain = varied;
        Theory theory = files.family(specs).map(varied::ofFamily).orElse(varied);
        return theory.with(Designs.inject(
                theory.discipline(),
                inject.stream().filter(f -> !Responses.isPart(f)).toList()));
    }

    private ExitCode infer(Theory theory) {
        Inference.Settings settings = Inference.Settings.of(files.seed(), rlimit);
        long start = System.nanoTime();
        InferredProof proof =
                InferredProof.of(theory, settings, line -> site.err().println("moat: " + line));
        site.err()
                .printf(
                        Locale.ROOT,
                        "moat: lemmas looked for and proved in %.1f s%n",
                        (System.nanoTime() - start) / 1e9);
        String text = proof.found().lemmas().text();
        Path save = files.save();
        OutputFiles outputs = new OutputFiles(site);
        if (save != null) {
            outputs.writeUnlessEmpty(save, text);
        } else {
            print(text.lines().toList());
        }
        print(proof.lines());
        return ExitCode.worst(List.of(proof.exit(), outputs.exit()));
    }

    private void requireSensible() {
        require(rlimit >= 1, "--rlimit must be from 1 to " + Integer.MAX_VALUE + ", not " + rlimit);
        boolean others = certificates != null || depth != null || k != null || files.any() || !inject.isEmpty();
        refuse(code.complaint(audit, others));
        require(!code.areLayouts() || bounds.isEmpty(), "layouts have their real sizes: -P says nothing about them");
        if (code.component() != null) {
            return;
        }
        boolean searches = audit || depth != null || k != null || !bounds.isEmpty();
        boolean outputs = reports.any() || second != null || directory != null;
        refuse(files.complaint(searches, outputs || certificates != null));
        require(!reports.json() || (!audit && second == null), "--json goes with neither --audit nor --second-solver");
        require((depth == null || depth >= 1) && (k == null || k >= 1), "--bmc and --k-induction take at least 1");
        require(
                !files.infers() || inject.stream().noneMatch(Responses::isPart),
                "--infer looks at no responses: their parts cannot be left out");
        InstanceBounds.with(bounds);
    }

    private void require(boolean sensible, String otherwise) {
        refuse(sensible ? null : otherwise);
    }

    private void refuse(@Nullable String complaint) {
        if (complaint != null) {
            throw new ParameterException(spec.commandLine(), complaint);
        }
    }

    private void print(List<String> lines) {
        if (!reports.json()) {
            lines.forEach(site::print);
            site.out().flush();
        }
    }

    private ExitCode proveCode(String component) throws IOException {
        if (code.areLayouts()) {
            CodeProofs proofs = CodeProofs.ofLayouts(component, site.home().resolve("specs"), rlimit, this::print);
            return report(proofs, null, CodeSurvivors.NONE);
        }
        Machine machine =
                Catalog.load().machine(new MachineSpec(component, bounds, Granularity.STEP, false, List.of()));
        Theory refined = code.refines() ? Theory.load(site.home()) : null;
        Map<String, String> lines = audit ? Explained.load(site.home().resolve("specs/code-survivors.txt")) : Map.of();
        CodeSurvivors known = CodeSurvivors.of(lines, component, Catalog.load().component(component), bounds);
        return report(CodeProofs.of(component, machine, refined, rlimit, this::print), refined, known);
    }

    private ExitCode report(CodeProofs proofs, @Nullable Theory refined, CodeSurvivors known) throws IOException {
        site.err().println(String.format(Locale.ROOT, "moat: all in %.2f s", proofs.nanos() / 1e9));
        GoalOutput output = directory == null && second == null
                ? null
                : GoalOutput.ofCode(second, directory, proofs.questions(), proofs.texts());
        print(output == null ? List.of() : output.lines());
        CodeMutants mutants = refined == null || !audit ? null : CodeMutants.of(proofs, refined, known, rlimit);
        print(mutants == null ? List.of() : mutants.lines());
        CodeResults.Opinion opinion = output == null || second == null
                ? null
                : new CodeResults.Opinion(output.lines(), output.disagrees(), output.silent());
        CodeResults results = new CodeResults(proofs, opinion, mutants);
        codes.add(results.exit());
        report(
                () -> JunitReport.of(results),
                () -> new SarifReport(Path.of(""), List.of()).of(results),
                () -> JsonReport.of(results, ExitCode.worst(codes)));
        return ExitCode.worst(codes);
    }

    /** Writes the reports at the very end, or none: what they say is what the process answers, and a signal is not said to be a proof. */
    private void report(Supplier<String> cases, Supplier<String> results, Supplier<String> document) {
        ExitCode found = ExitCode.worst(codes);
        ExitCode settled = Signals.settled(found);
        if (settled != found) {
            codes.add(settled);
            return;
        }
        OutputFiles written = new OutputFiles(site);
        reports.write((file, text) -> written.write(file, text::get), cases, results);
        codes.add(written.exit());
        if (reports.json()) {
            site.out().print(document.get());
            site.out().flush();
        }
    }

    private List<BoundedProof> bounded(Theory theory) {
        List<BoundedProof> found = BoundedProof.of(theory, InstanceBounds.with(bounds), depth, k, rlimit);
        for (BoundedProof each : found) {
            print(each.lines());
            codes.add(each.exit());
        }
        return found;
    }

    private void outputs(Responses responses, Proof proof) throws IOException {
        if (directory != null || second != null) {
            ResponseProof answered = proof.responses().proof();
            tell(GoalOutput.secondOpinion(second, directory, proof.theory(), proof.answers(), answered));
        }
        Path to = certificates;
        if (to != null) {
            tell(GoalOutput.certificates(CertificateFiles.goals(responses, site.home()), proof.failed(), to));
        }
    }

    private void tell(GoalOutput output) {
        // A document has nothing of them, but for what the command ends with: that is explained all the same.
        output.lines().forEach(reports.json() ? site.err()::println : site::print);
        codes.add(output.disagrees() ? ExitCode.DISAGREEMENT : ExitCode.OK);
        codes.add(output.silent() ? ExitCode.LIMIT : ExitCode.OK);
    }

    private void audit(Responses responses, Map<String, String> explained) throws IOException {
        Path family = files.family(site.home().resolve("specs")).orElse(null);
        Theory of = plain;
        Audited audited = family == null || of == null
                ? Audited.of(responses, explained, bounds.isEmpty() ? null : InstanceBounds.with(bounds), rlimit)
                : Audited.ofFamily(responses, Audited.Variation.of(family, of), InstanceBounds.with(bounds), rlimit);
        audited.lines().forEach(site::print);
        codes.add(audited.exit());
    }
}
