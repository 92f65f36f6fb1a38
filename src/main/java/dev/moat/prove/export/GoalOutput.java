package dev.moat.prove.export;

import dev.moat.prove.GoalAnswer;
import dev.moat.prove.ResponseProof;
import dev.moat.prove.Theory;
import dev.moat.prove.code.CodeAnswer.Text;
import dev.moat.prove.code.CodeQuestions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The results of goals outside of Z3.
 *
 * @param lines for people
 * @param disagrees whether somebody says the opposite of Z3
 * @param silent whether there is no answer, or no certificate, for some goal
 */
public record GoalOutput(List<String> lines, boolean disagrees, boolean silent) {
    public GoalOutput {
        lines = List.copyOf(lines);
    }

    /**
     * Looks whether a solver is there that is to be asked, before anything is proved.
     *
     * @throws dev.moat.prove.SolverException when it cannot be started
     */
    public static void requireSolver(@Nullable String program) {
        if (program != null) {
            new SecondSolver(program).requireThere();
        }
    }

    /**
     * Writes every goal, those of responses too, and asks another solver about each.
     *
     * @param program the solver, or null for none
     * @param directory where the files stay, or null for nowhere
     * @throws IOException when a file cannot be written
     */
    public static GoalOutput secondOpinion(
            @Nullable String program,
            @Nullable Path directory,
            Theory theory,
            List<GoalAnswer> answers,
            ResponseProof responses)
            throws IOException {
        Path to = directory == null ? Files.createTempDirectory("moat-goals") : directory;
        List<Path> files = new ArrayList<>(GoalFiles.write(theory, answers, to));
        files.addAll(GoalFiles.write(responses, to));
        Map<String, String> statuses = new LinkedHashMap<>();
        answers.forEach(a -> statuses.put(a.goal().id(), GoalFiles.status(a)));
        responses
                .outcomes()
                .values()
                .forEach(of -> of.forEach(o -> statuses.put(o.premise().id(), GoalFiles.status(o.status()))));
        SecondSolver solver = program == null ? null : new SecondSolver(program);
        try {
            return asked(solver, statuses, files);
        } finally {
            if (directory == null) {
                delete(files, to);
            }
        }
    }

    /**
     * The same of proofs about code: of every question whose answer they rest on.
     *
     * @throws IOException when a file cannot be written
     */
    public static GoalOutput ofCode(
            @Nullable String program, @Nullable Path directory, List<CodeQuestions> questions, Map<String, Text> texts)
            throws IOException {
        Path to = directory == null ? Files.createTempDirectory("moat-goals") : directory;
        CodeGoalFiles.Written written = CodeGoalFiles.write(questions, texts, to);
        SecondSolver solver = program == null ? null : SecondSolver.ofCode(program);
        try {
            return asked(solver, written.statuses(), written.files());
        } finally {
            if (directory == null) {
                delete(written.files(), to);
            }
        }
    }

    private static GoalOutput asked(@Nullable SecondSolver solver, Map<String, String> statuses, List<Path> files) {
        if (solver == null) {
            return new GoalOutput(List.of(), false, false);
        }
        SecondSolver.Opinion opinion = solver.ask(statuses, files);
        List<String> lines = new ArrayList<>();
        opinion.against().forEach(line -> lines.add("DISAGREEMENT " + line));
        opinion.silent().forEach(line -> lines.add("NO ANSWER " + line));
        lines.add("second solver " + solver.program() + ": " + opinion.agreed() + " of " + statuses.size()
                + " goals agree");
        return new GoalOutput(
                lines, !opinion.against().isEmpty(), !opinion.silent().isEmpty());
    }

    private static void delete(List<Path> files, Path directory) throws IOException {
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(directory);
    }

    /**
     * Looks for a certificate of each goal, and writes goals and certificates.
     *
     * @param goals texts by id
     * @param failed ids of goals of which Z3 says that they are false
     * @throws IOException when a file cannot be written
     */
    public static GoalOutput certificates(Map<String, String> goals, List<String> failed, Path to) throws IOException {
        CertificateFiles.Found found = CertificateFiles.find(goals);
        CertificateFiles.write(goals, found, to);
        List<String> lines = new ArrayList<>();
        found.without().forEach(id -> lines.add("NO CERTIFICATE " + id));
        List<String> against =
                failed.stream().filter(id -> found.proofs().containsKey(id)).toList();
        against.forEach(id -> lines.add("DISAGREEMENT " + id + ": Z3 sat, and there is a certificate"));
        lines.add("certificates: " + found.proofs().size() + " of " + goals.size() + " goals in " + to);
        return new GoalOutput(lines, !against.isEmpty(), !found.without().isEmpty());
    }
}
