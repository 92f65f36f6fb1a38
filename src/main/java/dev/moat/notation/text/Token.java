package dev.moat.notation.text;

import dev.moat.notation.tree.At;

/** A piece of a text; a newline is one where it may end a statement. */
record Token(Kind kind, String text, At at) {
    enum Kind {
        NAME,
        NUMBER,
        STRING,
        CODE,
        SYMBOL,
        NEWLINE,
        END
    }

    boolean is(String symbolOrName) {
        return (kind == Kind.SYMBOL || kind == Kind.NAME) && text.equals(symbolOrName);
    }

    /** What it is called in messages. */
    String described() {
        return switch (kind) {
            case END -> "the end of the text";
            case NEWLINE -> "the end of the line";
            case STRING -> "a text in quotes";
            case CODE -> "code in backquotes";
            default -> "'" + text + "'";
        };
    }
}
