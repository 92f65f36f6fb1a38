package dev.moat.notation.text;

import dev.moat.notation.text.Token.Kind;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Expr.Binder;
import dev.moat.notation.tree.Source;
import dev.moat.notation.tree.TypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Reads expressions and types. An operator may begin a line. */
class Expressions extends TokenCursor {
    static final Set<String> FOLDS = Set.of("exists", "all", "count", "first", "max");
    private static final Set<String> COMPARED = Set.of("=", "!=", "<", "<=", ">", ">=", "in", "not");
    private static final Set<String> ADDED = Set.of("+", "-");
    private static final Set<String> MULTIPLIED = Set.of("*");

    Expressions(Source source, List<Token> tokens) {
        super(source, tokens);
    }

    Expr expr() {
        return deeper(this::choice);
    }

    private Expr choice() {
        Expr condition = either();
        if (!operatorOf(Set.of("?"))) {
            return condition;
        }
        At at = take().at();
        Expr yes = operand(this::expr);
        if (!operatorOf(Set.of(":"))) {
            throw wrong("':'");
        }
        take();
        return new Expr.Choice(at, condition, yes, operand(this::expr));
    }

    private Expr either() {
        return infix(this::both, Set.of("or"));
    }

    private Expr both() {
        return infix(this::negated, Set.of("and"));
    }

    private Expr negated() {
        return deeper(() -> {
            if (is("not")) {
                At at = take().at();
                return new Expr.Prefix(at, "not", operand(this::negated));
            }
            return compared();
        });
    }

    private Expr compared() {
        Expr left = sum();
        if (!operatorOf(COMPARED)) {
            return left;
        }
        Token operator = take();
        if (operator.is("not")) {
            expect("in");
            return new Expr.Prefix(operator.at(), "not", new Expr.Infix(operator.at(), "in", left, operand(this::sum)));
        }
        if (operator.is("=") && is("=")) {
            throw source.error(operator.at(), "'=' compares; there is no '=='");
        }
        Expr right = operand(this::sum);
        return switch (operator.text()) {
            case ">" -> new Expr.Infix(operator.at(), "<", right, left);
            case ">=" -> new Expr.Infix(operator.at(), "<=", right, left);
            default -> new Expr.Infix(operator.at(), operator.text(), left, right);
        };
    }

    private Expr sum() {
        return infix(this::product, ADDED);
    }

    private Expr product() {
        return infix(this::unary, MULTIPLIED);
    }

    private Expr infix(Supplier<Expr> operand, Set<String> operators) {
        Expr left = operand.get();
        int length = 0;
        while (operatorOf(operators)) {
            if (++length > 1000) {
                throw source.error(at(), "more than 1000 operators in a row");
            }
            Token operator = take();
            left = new Expr.Infix(operator.at(), operator.text(), left, operand(operand));
        }
        return left;
    }

    /** Whether one of some operators is next, on this line or as the first of another; then newlines are skipped. */
    private boolean operatorOf(Set<String> operators) {
        Token token = behindLines();
        boolean is = (token.kind() == Kind.SYMBOL || token.kind() == Kind.NAME) && operators.contains(token.text());
        if (is) {
            skipLines();
        }
        return is;
    }

    private <T> T operand(Supplier<T> parse) {
        skipLines();
        return parse.get();
    }

    private Expr unary() {
        if (is("-")) {
            Token operator = take();
            return new Expr.Prefix(operator.at(), operator.text(), deeper(this::unary));
        }
        boolean folds = isKind(Kind.NAME) && FOLDS.contains(peek().text()) && second().kind() == Kind.NAME;
        return folds ? fold() : primary();
    }

    private Expr fold() {
        Token kind = take();
        Binder variable = binder();
        Expr where = accept("where") ? either() : null;
        if (!operatorOf(Set.of("."))) {
            throw wrong("'.' with a blank behind it");
        }
        take();
        return new Expr.Fold(kind.at(), kind.text(), variable, where, operand(this::expr));
    }

    Binder binder() {
        At at = at();
        String name = name("the name of a variable");
        expect(":");
        return new Binder(at, List.of(name), name("a sort"));
    }

    /** A variable, or in brackets one for each part of an element. */
    Binder pattern() {
        if (!is("(")) {
            return binder();
        }
        At at = at();
        List<String> names = listed("(", ")", () -> name("the name of a variable"));
        expect(":");
        return new Binder(at, names, name("a sort"));
    }

    private Expr primary() {
        At at = at();
        if (isKind(Kind.NUMBER)) {
            return new Expr.Number(at, number("a number"));
        }
        if (accept("(")) {
            Expr inner = operand(this::expr);
            skipLines();
            expect(")");
            return inner;
        }
        if (is("{")) {
            return members();
        }
        if (is("case") && !second().is(")")) {
            return cases();
        }
        if (!isKind(Kind.NAME)) {
            throw wrong("an expression");
        }
        String name = take().text();
        if (is("(")) {
            return new Expr.Call(at, name, listed("(", ")", this::expr));
        }
        return is("[") ? new Expr.Place(at, name, listed("[", "]", this::expr)) : new Expr.Name(at, name);
    }

    private Expr members() {
        At at = take().at();
        List<Expr.Member> members = new ArrayList<>();
        skipLines();
        while (!accept("}")) {
            if (!members.isEmpty()) {
                expect(",");
                skipLines();
            }
            Expr of = expr();
            members.add(new Expr.Member(of, accept("if") ? expr() : null));
            skipLines();
        }
        return new Expr.Members(at, members);
    }

    private Expr cases() {
        At at = take().at();
        Expr of = unary();
        skipLines();
        expect("{");
        List<Expr.Arm> arms = new ArrayList<>();
        skipEnds();
        while (!accept("}")) {
            At begins = at();
            String pattern = is("(") ? "" : name("a word, a sort, or else");
            List<String> names = is("(") ? listed("(", ")", () -> name("the name of a variable")) : List.of();
            expect(":");
            arms.add(new Expr.Arm(begins, pattern, names, operand(this::expr)));
            if (!is("}")) {
                endStatement();
            }
            skipEnds();
        }
        return new Expr.Case(at, of, arms);
    }

    // --- types

    TypeName type() {
        return deeper(this::anyType);
    }

    private TypeName anyType() {
        At at = at();
        if (isKind(Kind.NUMBER)) {
            return range(at);
        }
        String name = name("a type");
        if (is("|")) {
            List<String> words = new ArrayList<>(List.of(name));
            while (accept("|")) {
                skipLines();
                words.add(name("a word"));
            }
            return new TypeName.Words(at, words);
        }
        if (name.equals("set") && accept("(")) {
            TypeName of = type();
            expect(")");
            return new TypeName.SetOf(at, of);
        }
        return switch (name) {
            case "bool" -> new TypeName.Bool(at);
            case "lock" -> new TypeName.Lock(at);
            case "number" -> new TypeName.Number(at);
            default -> new TypeName.Of(at, name, accept("?"));
        };
    }

    private TypeName range(At at) {
        Expr first = new Expr.Number(at, number("a number"));
        expect("..");
        Expr last = sum();
        return new TypeName.Range(at, first, last, accept("wrapping"));
    }
}
