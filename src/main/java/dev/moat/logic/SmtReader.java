package dev.moat.logic;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import dev.moat.input.Place;
import dev.moat.logic.SExpr.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads SMT-LIB 2 text into S-expressions with positions. Numbers with a point, {@code #x} and {@code #b} constants
 * are not part of the subset.
 */
final class SmtReader {
    static final int MAX_BYTES = 1 << 20;
    static final int MAX_DEPTH = 200;
    private static final int MAX_WORD = 100;
    private static final String SYMBOL_MARKS = "~!@$%^&*_-+=<>.?/";

    private final String file;
    private final String text;
    private int at;
    private int line = 1;
    private int lineStart;

    private SmtReader(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /**
     * The text of a file.
     *
     * @throws UncheckedIOException when the file cannot be read
     * @throws InputException when it is larger than 1 MiB, then at the first byte that is not UTF-8
     */
    static String load(Path path) {
        try {
            return InputText.read(path, MAX_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * All expressions of a text, in order.
     *
     * @param file the name that positions carry
     * @throws InputException at the first place that is not an S-expression, or is nested deeper than 200
     */
    static List<SExpr> read(String file, String text) {
        if (text.length() > MAX_BYTES) {
            throw InputText.tooLarge(file, MAX_BYTES);
        }
        SmtReader reader = new SmtReader(file, text);
        List<SExpr> all = new ArrayList<>();
        while (reader.skipBlanks()) {
            all.add(reader.expression(0));
        }
        return all;
    }

    private Place place() {
        return new Place(file, line, at - lineStart + 1);
    }

    /** Moves to the next token; false at the end of the text. */
    private boolean skipBlanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ';') {
                while (at < text.length() && text.charAt(at) != '\n') {
                    at++;
                }
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                advance();
            } else {
                return true;
            }
        }
        return false;
    }

    private void advance() {
        if (text.charAt(at++) == '\n') {
            line++;
            lineStart = at;
        }
    }

    private SExpr expression(int depth) {
        Place start = place();
        char c = text.charAt(at);
        if (c == '(') {
            if (depth == MAX_DEPTH) {
                throw start.error("nested deeper than " + MAX_DEPTH + " parentheses");
            }
            at++;
            return group(start, depth);
        }
        if (c == ')') {
            throw start.error("')' without '('");
        }
        return c == '"' ? string(start) : c == '|' ? quotedSymbol(start) : plain(start);
    }

    private SExpr group(Place start, int depth) {
        List<SExpr> items = new ArrayList<>();
        while (skipBlanks()) {
            if (text.charAt(at) == ')') {
                at++;
                return new SExpr.Group(start, List.copyOf(items));
            }
            items.add(expression(depth + 1));
        }
        throw start.error("'(' is never closed");
    }

    private SExpr string(Place start) {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            advance();
            if (c != '"') {
                value.append(c);
            } else if (at < text.length() && text.charAt(at) == '"') {
                value.append('"');
                at++;
            } else {
                return new SExpr.Word(start, Kind.STRING, value.toString());
            }
        }
        throw start.error("the string is never closed");
    }

    private SExpr quotedSymbol(Place start) {
        int from = ++at;
        while (at < text.length() && text.charAt(at) != '|') {
            if (text.charAt(at) == '\\' || text.charAt(at) < ' ') {
                throw place().error("'\\' and control characters are not allowed in a quoted symbol");
            }
            at++;
        }
        if (at == text.length()) {
            throw start.error("the quoted symbol is never closed");
        }
        return new SExpr.Word(start, Kind.QUOTED_SYMBOL, bounded(start, text.substring(from, at++)));
    }

    private SExpr plain(Place start) {
        Kind kind = text.charAt(at) == ':' ? Kind.KEYWORD : Kind.SYMBOL;
        int from = kind == Kind.KEYWORD ? ++at : at;
        while (at < text.length() && isSymbolCharacter(text.charAt(at))) {
            at++;
        }
        String word = bounded(start, text.substring(from, at));
        if (word.isEmpty()) {
            throw start.error("unexpected character " + (at < text.length() ? show(text.charAt(at)) : "at the end"));
        }
        if (kind == Kind.SYMBOL && Character.isDigit(word.charAt(0))) {
            if (!word.chars().allMatch(Character::isDigit)) {
                throw start.error("'" + word + "' is neither a symbol nor a numeral");
            }
            kind = Kind.NUMERAL;
        }
        return new SExpr.Word(start, kind, word);
    }

    /** Messages repeat words; they stay readable. */
    private static String bounded(Place start, String word) {
        if (word.length() > MAX_WORD) {
            throw start.error("the word is longer than " + MAX_WORD + " characters");
        }
        return word;
    }

    /** Whether a word is a symbol without bars around it. */
    static boolean isPlain(String word) {
        return !word.isEmpty()
                && !Character.isDigit(word.charAt(0))
                && word.chars().allMatch(c -> isSymbolCharacter((char) c));
    }

    private static boolean isSymbolCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || SYMBOL_MARKS.indexOf(c) >= 0;
    }

    private static String show(char c) {
        return c > ' ' && c < 127 ? "'" + c + "'" : String.format("U+%04X", (int) c);
    }
}
