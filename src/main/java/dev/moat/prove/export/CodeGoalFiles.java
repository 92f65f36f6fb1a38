package dev.moat.prove.export;

import dev.moat.limit.StoppedException;
import dev.moat.output.OutputFile;
import dev.moat.prove.code.CodeAnswer.Text;
import dev.moat.prove.code.CodeGoal;
import dev.moat.prove.code.CodeGoal.Answer;
import dev.moat.prove.code.CodeQuestions;
import dev.moat.prove.lift.SmtLib;
import dev.moat.prove.lift.TermExpr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Goals about code as SMT-LIB 2 files of bit-vectors, each complete in itself, with the answer that Z3 gave. */
final class CodeGoalFiles {
    private CodeGoalFiles() {}

    /**
     * What was written.
     *
     * @param files named by what they are for, and a number
     * @param statuses what Z3 said, in the order of the files, by their names and what they ask
     */
    record Written(List<Path> files, Map<String, String> statuses) {}

    /**
     * Writes one file for each question.
     *
     * @param texts those that are texts already, by their names
     * @throws IOException when the directory cannot be made or written
     */
    static Written write(List<CodeQuestions> all, Map<String, Text> texts, Path directory) throws IOException {
        Files.createDirectories(directory);
        List<Path> files = new ArrayList<>();
        Map<String, String> statuses = new LinkedHashMap<>();
        for (CodeQuestions of : all) {
            for (int n = 0; n < of.answers().size(); n++) {
                Answer answer = of.answers().get(n);
                String name = String.format(Locale.ROOT, "%s-%04d", of.proof(), n + 1);
                Path file = directory.resolve(name + ".smt2");
                StoppedException.look();
                OutputFile.write(file, text(of, answer));
                files.add(file);
                statuses.put(name + " " + says(answer.goal()), status(answer.status()));
            }
        }
        for (Map.Entry<String, Text> of : texts.entrySet()) {
            Path file = directory.resolve(of.getKey() + ".smt2");
            StoppedException.look();
            OutputFile.write(file, of.getValue().file());
            files.add(file);
            statuses.put(of.getKey() + " " + of.getValue().says(), of.getValue().said());
        }
        return new Written(files, statuses);
    }

    private static String says(CodeGoal goal) {
        return goal.piece() + ": " + goal.says();
    }

    /** The file of one goal: unsatisfiable exactly when the goal is proved. */
    private static String text(CodeQuestions of, Answer answer) {
        List<TermExpr> truths = new ArrayList<>(of.assumed(answer.goal()));
        truths.add(answer.goal().never());
        return "; " + says(answer.goal())
                + "\n; What is assumed of the state before, and last the states and arguments of which there are to be none.\n"
                + "(set-logic QF_BV)\n(set-info :status " + status(answer.status()) + ")\n"
                + SmtLib.assertions(of.exprs(), truths)
                + "(check-sat)\n";
    }

    private static String status(CodeGoal.Status status) {
        return switch (status) {
            case PROVED -> "unsat";
            case FAILED -> "sat";
            case UNKNOWN -> "unknown";
        };
    }
}
