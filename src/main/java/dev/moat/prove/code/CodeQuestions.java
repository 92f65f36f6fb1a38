package dev.moat.prove.code;

import dev.moat.prove.code.CodeGoal.Answer;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.TermExpr;
import java.util.List;

/**
 * Goals with all that their answers rest on: whoever is asked the same knows as much as Z3 did.
 *
 * @param proof what they are for, in words that name a file
 * @param exprs what their parts are made by
 * @param assumed of every state before; nothing is of the state that everything starts from, see {@link #assumed(CodeGoal)}
 * @param answers those that had to be asked for: where what must not be is plainly false there is nothing to ask
 */
public record CodeQuestions(String proof, Exprs exprs, List<TermExpr> assumed, List<Answer> answers) {
    public CodeQuestions {
        assumed = List.copyOf(assumed);
        answers = answers.stream().filter(a -> !a.goal().never().isFalse()).toList();
    }

    /** What is assumed where one goal is asked about. */
    public List<TermExpr> assumed(CodeGoal goal) {
        return goal.isOfTheBeginning() ? List.of() : assumed;
    }
}
