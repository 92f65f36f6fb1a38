package dev.moat.logic;

import dev.moat.input.Place;
import java.util.List;

/** An S-expression and where it starts: a word, or a group in parentheses. */
sealed interface SExpr {
    Place place();

    /** What a word is. */
    enum Kind {
        SYMBOL,
        /** A symbol between bars; never a reserved word. */
        QUOTED_SYMBOL,
        /** The text is without the colon. */
        KEYWORD,
        /** The text is without the quotes, doubled quotes resolved. */
        STRING,
        NUMERAL
    }

    /** A single token. */
    record Word(Place place, Kind kind, String text) implements SExpr {
        boolean isSymbol() {
            return kind == Kind.SYMBOL || kind == Kind.QUOTED_SYMBOL;
        }
    }

    /** Expressions in parentheses. */
    record Group(Place place, List<SExpr> items) implements SExpr {
        /** The text of the first item when that is an unquoted symbol, "" otherwise. */
        String head() {
            return !items.isEmpty() && items.get(0) instanceof Word w && w.kind() == Kind.SYMBOL ? w.text() : "";
        }
    }

    /** How an error message names the expression. */
    default String describe() {
        if (this instanceof Word w) {
            return switch (w.kind()) {
                case SYMBOL, QUOTED_SYMBOL -> "'" + w.text() + "'";
                case KEYWORD -> "':" + w.text() + "'";
                case STRING -> "a string";
                case NUMERAL -> "the number " + w.text();
            };
        }
        String head = ((Group) this).head();
        return head.isEmpty() ? "a list" : "'(" + head + " ...)'";
    }
}
