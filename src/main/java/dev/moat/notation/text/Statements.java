package dev.moat.notation.text;

import dev.moat.notation.text.Token.Kind;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Node;
import dev.moat.notation.tree.Source;
import dev.moat.notation.tree.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads statements and the steps of programs. */
class Statements extends Expressions {
    /** What an item begins with, where a name, a text, a brace or the end of the line is behind it. */
    static final Set<String> ITEMS = Set.of(
            "component",
            "software",
            "parameter",
            "static",
            "sort",
            "requires",
            "operations",
            "unit",
            "state",
            "locals",
            "def",
            "proc",
            "block",
            "operation",
            "action",
            "hardware",
            "initially",
            "relation",
            "never",
            "import",
            "discipline",
            "claim",
            "keeps",
            "with",
            "fault",
            "property",
            "scenario");

    private static final Set<String> ASSIGNED = Set.of(":=", "+=", "-=");

    Statements(Source source, List<Token> tokens) {
        super(source, tokens);
    }

    /** Whether an item begins here. */
    boolean isItem() {
        Kind behind = second().kind();
        return isKind(Kind.NAME)
                && ITEMS.contains(peek().text())
                && (behind == Kind.NAME
                        || behind == Kind.STRING
                        || behind == Kind.NEWLINE
                        || behind == Kind.END
                        || second().is("{"));
    }

    private boolean isLabel() {
        return isKind(Kind.NAME) && second().is(":");
    }

    List<Statement> braced() {
        return deeper(() -> {
            skipLines();
            expect("{");
            List<Statement> all = new ArrayList<>();
            skipEnds();
            while (!accept("}")) {
                all.add(statement());
                if (!is("}")) {
                    endStatement();
                }
                skipEnds();
            }
            return all;
        });
    }

    /** Statements up to a label, a piece of a program, an item, or the end of what they are in. */
    List<Statement> run() {
        List<Statement> all = new ArrayList<>();
        skipEnds();
        while (!isNode() && !isItem() && !isKind(Kind.END) && !is("}")) {
            all.add(statement());
            endStatement();
            skipEnds();
        }
        return all;
    }

    /** Whether a label begins here, a use, or a where around labels. */
    private boolean isNode() {
        return isLabel()
                || (is("use") && second().kind() == Kind.NAME)
                || (is("where") && second().kind() != Kind.SYMBOL && ahead(this::opensSteps));
    }

    private boolean opensSteps() {
        return deeper(() -> {
            take();
            expr();
            skipLines();
            expect("{");
            skipEnds();
            return isNode();
        });
    }

    Statement statement() {
        At at = at();
        if (!isKind(Kind.NAME)) {
            throw wrong("a statement");
        }
        boolean isWord = !ASSIGNED.contains(second().text()) && !second().is("[");
        switch (isWord ? peek().text() : "") {
            case "let":
                return let();
            case "wait":
                take();
                return new Statement.Wait(at, expr());
            case "take", "drop":
                return new Statement.Lock(at, take().is("take"), expr());
            case "goto":
                take();
                return new Statement.Goto(at, name("a label"), guard());
            case "if", "where":
                return branch();
            case "for":
                take();
                Expr.Binder variable = binder();
                Expr where = accept("where") ? expr() : null;
                return new Statement.For(at, variable, where, braced());
            case "return":
                return returned();
            case "say":
                take();
                return new Statement.Say(at, name("an action of the discipline"), listed("(", ")", this::expr));
            default:
                return assigned();
        }
    }

    private Statement let() {
        At at = take().at();
        String name = name("the name of a value");
        expect("=");
        Expr value = expr();
        if (!accept("else")) {
            return new Statement.Let(at, name, value, null);
        }
        expect("goto");
        return new Statement.Let(at, name, value, name("a label"));
    }

    /** {@code if} or {@code unless} and a condition; null where there is none. */
    @Nullable
    Expr guard() {
        At at = at();
        if (accept("if")) {
            return expr();
        }
        return accept("unless") ? new Expr.Prefix(at, "not", expr()) : null;
    }

    private Statement branch() {
        At at = at();
        boolean isStatic = take().is("where");
        Expr condition = expr();
        if (is("goto") || is("return")) {
            throw wrong("'{', or the condition last as in 'goto LABEL if CONDITION',");
        }
        List<Statement> yes = braced();
        List<Statement> no = List.of();
        if (behindLines().is("else")) {
            skipLines();
            take();
            no = is("if") || is("where") ? List.of(deeper(this::statement)) : braced();
        }
        return new Statement.If(at, isStatic, condition, yes, no);
    }

    private Statement returned() {
        At at = take().at();
        boolean bare = isKind(Kind.NEWLINE) || isKind(Kind.END) || is(";") || is("}") || is("if") || is("unless");
        Expr value = bare ? null : expr();
        return new Statement.Return(at, value, guard());
    }

    private Statement assigned() {
        At at = at();
        Expr target = expr();
        if (target instanceof Expr.Call call && !isOperator()) {
            return new Statement.Do(at, call);
        }
        if (target instanceof Expr.Call) {
            throw source.error(at, "a place is expected");
        }
        if (target instanceof Expr.Infix compared && compared.operator().equals("=")) {
            throw source.error(compared.at(), "'=' compares; ':=' is what assigns");
        }
        if (!isOperator()) {
            throw wrong(target instanceof Expr.Name ? "':' behind a label, or ':='," : "':='");
        }
        return new Statement.Assign(at, target, take().text(), expr());
    }

    private boolean isOperator() {
        return isKind(Kind.SYMBOL) && ASSIGNED.contains(peek().text());
    }

    // --- programs

    /** Labels and what stands between them, up to an item or the end of what they are in. */
    List<Node> nodes() {
        return deeper(() -> {
            List<Node> all = new ArrayList<>();
            skipEnds();
            while (!isItem() && !isKind(Kind.END) && !is("}")) {
                all.add(node());
                skipEnds();
            }
            return all;
        });
    }

    private Node node() {
        At at = at();
        if (isLabel()) {
            return step();
        }
        if (accept("use")) {
            String block = name("a block");
            List<Node.Argument> arguments = listed("(", ")", this::argument);
            String point = accept("at") ? point() : "";
            endStatement();
            return new Node.Use(at, block, arguments, point);
        }
        if (accept("where")) {
            Expr condition = expr();
            List<Node> yes = bracedNodes();
            List<Node> no = List.of();
            if (behindLines().is("else")) {
                skipLines();
                take();
                no = bracedNodes();
            }
            return new Node.Where(at, condition, yes, no);
        }
        throw wrong("a label with ':' behind it");
    }

    private List<Node> bracedNodes() {
        skipLines();
        expect("{");
        List<Node> all = nodes();
        expect("}");
        return all;
    }

    private Node.Argument argument() {
        return isKind(Kind.STRING) ? new Node.Argument(null, take().text()) : new Node.Argument(expr(), null);
    }

    private String point() {
        return isKind(Kind.STRING) ? take().text() : name("the point of the program, a word or a text");
    }

    private Node step() {
        At at = at();
        String label = take().text();
        expect(":");
        Node.Quiet quiet = null;
        String claims = "";
        String point = "";
        while (true) {
            At begins = at();
            boolean isWord = !ASSIGNED.contains(second().text());
            if (isWord && accept("quiet")) {
                Expr guard = guard();
                Expr unless = guard == null ? null : negated(guard);
                quiet = new Node.Quiet(begins, unless, isKind(Kind.STRING) ? text("a reason") : "");
            } else if (isWord && is("claims") && second().kind() == Kind.NAME) {
                take();
                claims = name("a claim");
            } else if (isWord && is("at") && !second().is("(")) {
                take();
                point = point();
            } else {
                return new Node.Step(at, label, quiet, claims, point, run());
            }
        }
    }

    private static Expr negated(Expr e) {
        return e instanceof Expr.Prefix p && p.operator().equals("not") ? p.of() : new Expr.Prefix(e.at(), "not", e);
    }
}
