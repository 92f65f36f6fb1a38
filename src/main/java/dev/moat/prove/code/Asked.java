package dev.moat.prove.code;

import dev.moat.prove.code.CodeGoal.Answer;
import java.util.List;

/**
 * What came of one proof.
 *
 * @param answers to every goal, then of what cannot be lifted, and of whatever else is told as a goal
 * @param questions what was asked for them, which others can be asked
 */
public record Asked(List<Answer> answers, List<Questions> questions) {
    public Asked {
        answers = List.copyOf(answers);
        questions = List.copyOf(questions);
    }
}
