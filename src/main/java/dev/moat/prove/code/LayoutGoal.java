package dev.moat.prove.code;

import dev.moat.prove.lift.TermExpr;
import java.util.List;

/**
 * Something that is to hold of all words.
 *
 * @param piece word or statement, with its family
 * @param says what
 * @param of the code's expressions that are spoken of
 * @param asked a truth in SMT-LIB over these, the variables in them and the functions of the file
 * @param possible whether the truth is to be possible; else it is never to be
 */
record LayoutGoal(String piece, String says, List<TermExpr> of, String asked, boolean possible) {
    LayoutGoal {
        of = List.copyOf(of);
    }
}
