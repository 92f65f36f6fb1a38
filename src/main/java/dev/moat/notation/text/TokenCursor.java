package dev.moat.notation.text;

import dev.moat.input.InputException;
import dev.moat.model.Suggestion;
import dev.moat.notation.text.Token.Kind;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** A place in a list of tokens, and what may stand there. */
class TokenCursor {
    /** Brackets, operators and statements within each other. */
    private static final int DEEPEST = 100;

    final Source source;
    private List<Token> tokens;
    private int next;
    private int depth;

    TokenCursor(Source source, List<Token> tokens) {
        this.source = source;
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(next);
    }

    /** The token behind the next one. */
    Token second() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    At at() {
        return peek().at();
    }

    Token take() {
        Token token = tokens.get(next);
        next = Math.min(next + 1, tokens.size() - 1);
        return token;
    }

    boolean is(String symbolOrName) {
        return peek().is(symbolOrName);
    }

    boolean isKind(Kind kind) {
        return peek().kind() == kind;
    }

    /** Takes a token if it is next. */
    boolean accept(String symbolOrName) {
        if (is(symbolOrName)) {
            take();
            return true;
        }
        return false;
    }

    void expect(String symbolOrName) {
        if (!accept(symbolOrName)) {
            throw wrong("'" + symbolOrName + "'");
        }
    }

    String name(String what) {
        if (!isKind(Kind.NAME)) {
            throw wrong(what);
        }
        return take().text();
    }

    /** One of some words. */
    String oneOf(String what, Collection<String> words) {
        if (!isKind(Kind.NAME) || !words.contains(peek().text())) {
            String near = isKind(Kind.NAME) ? Suggestion.among(peek().text(), words) : "";
            throw source.error(at(), what + " is expected, not " + peek().described() + near);
        }
        return take().text();
    }

    long number(String what) {
        if (!isKind(Kind.NUMBER)) {
            throw wrong(what);
        }
        Token token = take();
        try {
            return Long.parseLong(token.text());
        } catch (NumberFormatException e) {
            throw source.error(token.at(), "numbers are below 2^63");
        }
    }

    /** A text in quotes, and those that follow it, on whatever line, with a blank between them. */
    String text(String what) {
        if (!isKind(Kind.STRING)) {
            throw wrong(what);
        }
        StringBuilder all = new StringBuilder(take().text());
        while (behindLines().kind() == Kind.STRING) {
            skipLines();
            all.append(' ').append(take().text());
        }
        return all.toString();
    }

    /** The next token that is no newline. */
    Token behindLines() {
        int i = next;
        while (tokens.get(i).kind() == Kind.NEWLINE) {
            i++;
        }
        return tokens.get(i);
    }

    void skipLines() {
        while (isKind(Kind.NEWLINE)) {
            take();
        }
    }

    /** Skips what stands between statements. */
    void skipEnds() {
        while (isKind(Kind.NEWLINE) || is(";")) {
            take();
        }
    }

    /** A statement or an item is over here. */
    void endStatement() {
        if (!isKind(Kind.NEWLINE) && !isKind(Kind.END) && !is(";") && !is("}")) {
            throw wrong("the end of the line, or ';'");
        }
    }

    InputException wrong(String expected) {
        return source.error(at(), expected + " is expected, not " + peek().described());
    }

    /** What stands one level deeper. */
    <T> T deeper(Supplier<T> parse) {
        if (++depth > DEEPEST) {
            throw source.error(at(), "nested more than " + DEEPEST + " deep");
        }
        T result = parse.get();
        depth--;
        return result;
    }

    /** Looks at what follows, and comes back. */
    boolean ahead(Supplier<Boolean> look) {
        int place = next;
        boolean found = look.get();
        next = place;
        return found;
    }

    /** What a piece of code in backquotes is. */
    <T> T code(Supplier<T> parse) {
        if (!isKind(Kind.CODE)) {
            throw wrong("code in backquotes");
        }
        Token token = take();
        List<Token> before = tokens;
        int place = next;
        tokens = Lexer.tokens(
                source, token.text(), new At(token.at().line(), token.at().column() + 1));
        next = 0;
        T result = parse.get();
        skipEnds();
        if (is(":=") || is("+=") || is("-=")) {
            throw source.error(
                    at(), "an expression is replaced by another one; for statements there are insert and delete");
        }
        if (!isKind(Kind.END)) {
            throw wrong("the end of the code");
        }
        tokens = before;
        next = place;
        return result;
    }

    /** What stands in round brackets, with commas between. */
    <T> List<T> listed(String open, String close, Supplier<T> one) {
        expect(open);
        List<T> all = new ArrayList<>();
        while (!accept(close)) {
            if (!all.isEmpty()) {
                expect(",");
            }
            all.add(one.get());
        }
        return all;
    }
}
