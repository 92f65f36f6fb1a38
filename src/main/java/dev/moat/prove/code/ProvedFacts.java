package dev.moat.prove.code;

import dev.moat.prove.lift.TermExpr;
import java.util.List;

/** Facts that are proved of every reached state, in addition to well-formedness. */
public interface ProvedFacts {
    /** All of it as truths about the words of the state before, with its being well-formed. */
    List<TermExpr> known();

    /** How many lines it is, without its being well-formed; 0 where nothing more is known. */
    int count();

    /**
     * What was asked for it, which others can be asked.
     *
     * @param proof what it is for, in words that name a file
     */
    CodeQuestions questions(String proof);

    /** How it is found; every piece of the machine is lifted. */
    @FunctionalInterface
    interface Finding {
        ProvedFacts of(LiftedMachine lifted);
    }
}
