package dev.moat.prove.export;

import dev.moat.limit.StoppedException;
import dev.moat.logic.SmtText;
import dev.moat.logic.Vocabulary;
import dev.moat.output.OutputFile;
import dev.moat.prove.Goal;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.Premise;
import dev.moat.prove.ResponseProof;
import dev.moat.prove.Theory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Goals as SMT-LIB 2 files, each complete in itself, with the answer that Z3 gave. */
public final class GoalFiles {
    private GoalFiles() {}

    /**
     * Writes one file for each answer, named by its goal.
     *
     * @return the files, in the order of the answers
     * @throws IOException when the directory cannot be made or written
     */
    public static List<Path> write(Theory theory, List<GoalAnswer> answers, Path directory) throws IOException {
        Files.createDirectories(directory);
        List<Path> files = new ArrayList<>();
        for (GoalAnswer answer : answers) {
            Path file = directory.resolve(fileName(answer.goal().id()));
            StoppedException.look();
            OutputFile.write(file, text(theory.vocabulary(), answer));
            files.add(file);
        }
        return files;
    }

    /** The same for the premises of responses. */
    static List<Path> write(ResponseProof responses, Path directory) throws IOException {
        Theory theory = responses.responses().theory();
        List<Path> files = new ArrayList<>();
        for (List<ResponseProof.Outcome> of : responses.outcomes().values()) {
            for (ResponseProof.Outcome outcome : of) {
                Path file = directory.resolve(fileName(outcome.premise().id()));
                StoppedException.look();
                OutputFile.write(file, text(theory, outcome.premise(), status(outcome.status())));
                files.add(file);
            }
        }
        return files;
    }

    /** A goal's file. An action may have a slash in its name: what is behind it would be in a directory of its own. */
    static String fileName(String id) {
        return id.replace("%", "%25").replace("/", "%2F") + ".smt2";
    }

    /** The file of a premise, with what a solver is to say of it. */
    static String text(Theory theory, Premise premise, String status) {
        StringBuilder all = new StringBuilder();
        all.append("; ").append(premise.id()).append(": ").append(premise.says());
        all.append("\n; The statements, what the premise assumes besides, and that its claim is false.\n");
        all.append("(set-logic UF)\n(set-info :status ").append(status).append(")\n");
        all.append(SmtText.declarations(theory.vocabulary()));
        all.append(SmtText.declarations(premise.constants()));
        theory.assumed().forEach(t -> all.append(SmtText.assertion(t, List.of())));
        premise.denial().parts().forEach(t -> all.append(SmtText.assertion(t, premise.constants())));
        return all.append("(check-sat)\n").toString();
    }

    /** The file of one goal: unsatisfiable exactly when the goal is proved. */
    static String text(Vocabulary vocabulary, GoalAnswer answer) {
        return text(vocabulary, answer.goal(), status(answer));
    }

    /** The file of a goal, with what a solver is to say of it. */
    static String text(Vocabulary vocabulary, Goal goal, String status) {
        StringBuilder all = new StringBuilder();
        all.append("; ").append(goal.id()).append(": ").append(goal.statement().says());
        all.append("\n; The statements before the step, its guard, and that the conjunct is false after it.\n");
        all.append("(set-logic UF)\n(set-info :status ").append(status).append(")\n");
        all.append(SmtText.declarations(vocabulary));
        all.append(SmtText.declarations(goal.constants()));
        for (int i = 0; i < goal.assumptions().size(); i++) {
            all.append(SmtText.assertion(goal.assumptions().get(i), goal.constantsOf(i)));
        }
        all.append(SmtText.assertion(goal.denial(), goal.constants()));
        return all.append("(check-sat)\n").toString();
    }

    /** What a solver prints for the goal, as far as Z3 knows. */
    public static String status(GoalAnswer answer) {
        return status(answer.status());
    }

    /** The same of a verdict. */
    static String status(GoalAnswer.Status status) {
        return switch (status) {
            case PROVED -> "unsat";
            case FAILED -> "sat";
            case UNKNOWN -> "unknown";
        };
    }
}
