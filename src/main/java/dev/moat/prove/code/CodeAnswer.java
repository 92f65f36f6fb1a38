package dev.moat.prove.code;

import dev.moat.prove.code.CodeGoal.Answer;
import java.util.List;
import java.util.Map;

/**
 * The outcome of one proof.
 *
 * @param answers to every goal, then of what cannot be lifted, and of whatever else is told as a goal
 * @param questions what was asked for them, which others can be asked
 * @param texts the same as whole files, by names of files without an ending, where it was asked so
 * @param examples where it was, by the answer, numbers for which a goal fails
 */
public record CodeAnswer(
        List<Answer> answers, List<CodeQuestions> questions, Map<String, Text> texts, Map<Answer, String> examples) {
    public CodeAnswer {
        answers = List.copyOf(answers);
        questions = List.copyOf(questions);
    }

    /** What was asked as expressions only. */
    public CodeAnswer(List<Answer> answers, List<CodeQuestions> questions) {
        this(answers, questions, Map.of(), Map.of());
    }

    /**
     * A question in SMT-LIB.
     *
     * @param says what is asked, in a line
     * @param file complete in itself
     * @param said sat, unsat or unknown: Z3's answer
     */
    public record Text(String says, String file, String said) {}
}
