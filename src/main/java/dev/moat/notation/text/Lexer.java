package dev.moat.notation.text;

import dev.moat.input.InputException;
import dev.moat.notation.text.Token.Kind;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Cuts a text into tokens. A newline is left out where a round or square bracket is open. */
final class Lexer {
    private static final int LONGEST_NAME = 64;
    private static final Pattern NUMBER = Pattern.compile("[0-9]++");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]*+)`");
    private static final Pattern SYMBOL = Pattern.compile(":=|\\+=|-=|!=|<=|>=|->|\\.\\.|[?:;,(){}\\[\\]=<>+*|.-]");
    private static final Pattern BLANK = Pattern.compile("[ \\t\\r]++|#[^\\n]*+");

    private final Source source;
    private final int firstLine;
    private final int firstColumn;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int next;
    private int line = 1;
    private int start;
    private int open;

    private Lexer(Source source, String text, At first) {
        this.source = source;
        this.text = text;
        firstLine = first.line();
        firstColumn = first.column();
    }

    /** The tokens of a text; the last one is the end. */
    static List<Token> tokens(Source source) {
        return tokens(source, source.text(), new At(1, 1));
    }

    /** The tokens of a piece of the source that begins at a place. */
    static List<Token> tokens(Source source, String piece, At first) {
        Lexer lexer = new Lexer(source, piece, first);
        lexer.run();
        return lexer.tokens;
    }

    private At at(int index) {
        int column = index - start + 1;
        return new At(
                firstLine + line - 1,
                line == 1 ? firstColumn + column - 1 : column,
                source.file().startsWith(Source.EDIT) ? source : null);
    }

    private void run() {
        while (next < text.length()) {
            char c = text.charAt(next);
            if (c == '\n') {
                if (open == 0) {
                    tokens.add(new Token(Kind.NEWLINE, "\n", at(next)));
                }
                next++;
                line++;
                start = next;
            } else if (matches(BLANK) == null && !token()) {
                throw source.error(at(next), "no part of the notation begins with '" + shown(c) + "'");
            }
        }
        tokens.add(new Token(Kind.END, "", at(next)));
    }

    private static String shown(char c) {
        return c > ' ' && c < 0x7f ? String.valueOf(c) : String.format("\\u%04x", (int) c);
    }

    private @Nullable Matcher matches(Pattern pattern) {
        Matcher m = pattern.matcher(text).region(next, text.length());
        if (!m.lookingAt()) {
            return null;
        }
        next = m.end();
        return m;
    }

    private boolean token() {
        int from = next;
        if (isLetter(from)) {
            next = endOfName(from);
            if (next - from > LONGEST_NAME) {
                throw source.error(at(from), "a name has at most " + LONGEST_NAME + " letters");
            }
            return add(Kind.NAME, text.substring(from, next), from);
        }
        Matcher m = matches(NUMBER);
        if (m != null) {
            return add(Kind.NUMBER, m.group(), from);
        }
        if (text.charAt(from) == '"') {
            return add(Kind.STRING, quoted(), from);
        }
        m = matches(CODE);
        if (m != null) {
            return add(Kind.CODE, m.group(1), from);
        }
        if (text.charAt(from) == '`') {
            throw endless(from);
        }
        m = matches(SYMBOL);
        if (m == null) {
            return false;
        }
        String symbol = m.group();
        open += "([".contains(symbol) ? 1 : ")]".contains(symbol) ? -1 : 0;
        open = Math.max(open, 0);
        return add(Kind.SYMBOL, symbol, from);
    }

    /** A text in quotes, in which a backslash stands before a quote and before another backslash. */
    private String quoted() {
        StringBuilder all = new StringBuilder();
        for (int i = next + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
            char c = text.charAt(i);
            if (c == '"') {
                next = i + 1;
                return all.toString();
            }
            boolean escapes = c == '\\' && i + 1 < text.length() && "\"\\".indexOf(text.charAt(i + 1)) >= 0;
            all.append(escapes ? text.charAt(++i) : c);
        }
        throw endless(next);
    }

    private InputException endless(int from) {
        return source.error(at(from), "a text that has no end on its line");
    }

    /** Words of letters and digits, with a hyphen, a dot or an apostrophe between them; for a word behind a hyphen a block's {parameter}. */
    private int endOfName(int from) {
        int end = from;
        while (true) {
            while (isLetterOrDigit(end)) {
                end++;
            }
            boolean joins = end < text.length() && "-.'".indexOf(text.charAt(end)) >= 0;
            if (joins && isLetterOrDigit(end + 1)) {
                end++;
                continue;
            }
            int close = joins && text.startsWith("-{", end) ? text.indexOf('}', end) : -1;
            if (close < 0 || close - end > LONGEST_NAME || !isLetter(end + 2)) {
                return end;
            }
            end = close + 1;
        }
    }

    private boolean isLetter(int index) {
        char c = index < text.length() ? text.charAt(index) : ' ';
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private boolean isLetterOrDigit(int index) {
        char c = index < text.length() ? text.charAt(index) : ' ';
        return isLetter(index) || (c >= '0' && c <= '9');
    }

    private boolean add(Kind kind, String what, int from) {
        return tokens.add(new Token(kind, what, at(from)));
    }
}
