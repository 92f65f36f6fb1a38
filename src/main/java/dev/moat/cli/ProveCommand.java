package dev.moat.cli;

import dev.moat.check.ExitCode;
import dev.moat.prove.Answer;
import dev.moat.prove.Audit;
import dev.moat.prove.Explained;
import dev.moat.prove.GoalFiles;
import dev.moat.prove.ProofText;
import dev.moat.prove.Prover;
import dev.moat.prove.SecondSolver;
import dev.moat.prove.Theory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "prove",
        description =
                "Prove that the discipline keeps every property, for any number of anything and any number of steps.",
        footer = {
            "%nExit codes: 0 all proved, 5 a goal failed or is unknown, 14 two solvers disagree, or Z3 and Moat's own",
            "evaluation of its counterexample, 15 the audit found something that is not explained.",
            "%nExamples:",
            "  moat prove",
            "  moat prove --audit",
            "  moat prove --second-solver cvc5 --goals out/goals"
        })
final class ProveCommand implements Callable<Integer> {
    private final Site site;
    private final List<ExitCode> codes = new ArrayList<>();

    @Option(names = "--audit", description = "also ask whether the proof is vacuous, and mutate the discipline")
    private boolean audit;

    @Option(names = "--second-solver", paramLabel = "PROGRAM", description = "z3, cvc5 or a path; asked every goal too")
    private @Nullable String second;

    @Option(names = "--goals", paramLabel = "DIR", description = "write every goal as an SMT-LIB file")
    private @Nullable Path directory;

    @Option(
            names = "--rlimit",
            paramLabel = "N",
            defaultValue = "" + Prover.RLIMIT,
            description = "what one question may cost, in Z3's units (default: ${DEFAULT-VALUE})")
    private int rlimit;

    ProveCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        Theory theory = Theory.load(site.home());
        theory.requireFragment();
        try (Prover prover = new Prover(theory, rlimit)) {
            long start = System.nanoTime();
            List<Answer> answers = prover.prove(theory);
            double seconds = (System.nanoTime() - start) / 1e9;
            site.err().println(String.format(Locale.ROOT, "moat: %d goals in %.2f s", answers.size(), seconds));
            ProofText.of(theory, answers).forEach(site::print);
            judge(answers);
            secondOpinion(theory, answers);
            boolean proved = answers.stream().allMatch(a -> a.status() == Answer.Status.PROVED);
            if (audit && proved) {
                audit(theory, prover);
            } else if (audit) {
                site.print("audit: left out, because not everything is proved");
            }
        }
        return ExitCode.worst(codes).code();
    }

    private void judge(List<Answer> answers) {
        for (Answer a : answers) {
            if (a.status() != Answer.Status.PROVED) {
                codes.add(ExitCode.LIMIT);
            }
            if (a.cti() != null && a.cti().disagreement() != null) {
                site.print("DISAGREEMENT " + a.goal().id() + ": " + a.cti().disagreement());
                codes.add(ExitCode.DISAGREEMENT);
            }
        }
    }

    private void secondOpinion(Theory theory, List<Answer> answers) throws IOException {
        Path to = directory;
        if (to == null && second == null) {
            return;
        }
        Path scratch = to == null ? Files.createTempDirectory("moat-goals") : to;
        List<Path> files = GoalFiles.write(theory, answers, scratch);
        try {
            if (second != null) {
                SecondSolver.Opinion opinion = new SecondSolver(second).ask(answers, files);
                opinion.against().forEach(line -> site.print("DISAGREEMENT " + line));
                opinion.silent().forEach(line -> site.print("NO ANSWER " + line));
                site.print(
                        "second solver " + second + ": " + opinion.agreed() + " of " + answers.size() + " goals agree");
                codes.add(opinion.against().isEmpty() ? ExitCode.OK : ExitCode.DISAGREEMENT);
                codes.add(opinion.silent().isEmpty() ? ExitCode.OK : ExitCode.LIMIT);
            }
        } finally {
            if (to == null) {
                for (Path file : files) {
                    Files.delete(file);
                }
                Files.delete(scratch);
            }
        }
    }

    private void audit(Theory theory, Prover prover) {
        Map<String, String> explained = Explained.load(site.home().resolve("specs/discipline-survivors.txt"));
        Audit found = Audit.of(theory, prover);
        List<String> lines = ProofText.of(found, explained);
        lines.forEach(site::print);
        if (!found.undecided().isEmpty()) {
            codes.add(ExitCode.LIMIT);
        }
        codes.add(lines.size() == 1 ? ExitCode.OK : ExitCode.EXPECTATION);
    }
}
