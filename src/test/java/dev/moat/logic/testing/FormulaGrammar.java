package dev.moat.logic.testing;

import dev.moat.logic.Invariant;
import dev.moat.logic.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Random closed formulas, as text, over a small vocabulary; every construct of the subset occurs. */
public final class FormulaGrammar {
    public static final String VOCABULARY = """
            (declare-sort A 0) (declare-sort B 0)
            (declare-fun z () Bool)
            (declare-fun p (A) Bool)
            (declare-fun q (B) Bool)
            (declare-fun r (A B) Bool)
            (declare-fun e (A A) Bool)
            (declare-fun five (A B A B A) Bool)
            (define-fun some-q () Bool (exists ((y B)) (q y)))
            (define-fun linked ((x A) (y B)) Bool (or (r x y) (exists ((x2 A)) (and (e x x2) (r x2 y) some-q))))
            (define-fun closed ((x A)) Bool (forall ((y B)) (=> (linked x y) (and (q y) (p x)))))
            """;

    private record Named(String name, String sort) {}

    private final Random random;
    private int fresh;

    public FormulaGrammar(Random random) {
        this.random = random;
    }

    public String formula(int depth) {
        return formula(depth, new ArrayList<>());
    }

    private String formula(int depth, List<Named> scope) {
        if (depth == 0) {
            return atom(scope);
        }
        return switch (random.nextInt(14)) {
            case 0 -> "(not " + formula(depth - 1, scope) + ")";
            case 1, 2 -> list("and", depth, scope);
            case 3 -> list("or", depth, scope);
            case 4 -> list("=>", depth, scope);
            case 5 -> list("=", depth, scope);
            case 6 -> list("distinct", depth, scope);
            case 7 -> list("xor", depth, scope);
            case 8 ->
                "(ite " + formula(depth - 1, scope) + " " + formula(depth - 1, scope) + " " + formula(depth - 1, scope)
                        + ")";
            case 9 -> let(depth, scope);
            case 10, 11, 12 -> quantifier(depth, scope);
            default -> atom(scope);
        };
    }

    private String list(String operator, int depth, List<Named> scope) {
        StringBuilder text = new StringBuilder("(" + operator);
        for (int n = 2 + random.nextInt(2); n > 0; n--) {
            text.append(' ').append(formula(depth - 1, scope));
        }
        return text + ")";
    }

    private String let(int depth, List<Named> scope) {
        List<Named> elements =
                scope.stream().filter(n -> !n.sort().equals("Bool")).toList();
        Named truth = new Named("t" + fresh++, "Bool");
        List<Named> inner = new ArrayList<>(scope);
        inner.add(truth);
        String second = "";
        if (!elements.isEmpty()) {
            Named of = elements.get(random.nextInt(elements.size()));
            Named copy = new Named("c" + fresh++, of.sort());
            inner.add(copy);
            second = " (" + copy.name() + " " + of.name() + ")";
        }
        return "(let ((" + truth.name() + " " + formula(depth - 1, scope) + ")" + second + ") "
                + formula(depth - 1, inner) + ")";
    }

    private String quantifier(int depth, List<Named> scope) {
        List<Named> vars = new ArrayList<>();
        for (int n = 1 + random.nextInt(2); n > 0; n--) {
            // A name may hide an outer one, but not another of the same list.
            String name = "v" + (random.nextInt(3) == 0 ? vars.size() + 900 : fresh++);
            vars.add(new Named(name, random.nextBoolean() ? "A" : "B"));
        }
        List<Named> inner = new ArrayList<>(scope);
        inner.removeIf(n -> vars.stream().anyMatch(v -> v.name().equals(n.name())));
        inner.addAll(vars);
        return "(" + (random.nextBoolean() ? "forall" : "exists") + " ("
                + vars.stream().map(v -> "(" + v.name() + " " + v.sort() + ")").collect(Collectors.joining(" "))
                + ") " + formula(depth - 1, inner) + ")";
    }

    private String atom(List<Named> scope) {
        List<String> a = names(scope, "A");
        List<String> b = names(scope, "B");
        List<String> truths = names(scope, "Bool");
        String x = a.isEmpty() ? "" : pick(a);
        String y = b.isEmpty() ? "" : pick(b);
        List<String> choices = new ArrayList<>(List.of("z", "some-q", random.nextInt(4) == 0 ? "true" : "z"));
        if (!a.isEmpty()) {
            choices.addAll(List.of("(p " + x + ")", "(e " + x + " " + pick(a) + ")", "(closed " + x + ")"));
            choices.add("(= " + x + " " + pick(a) + ")");
            choices.add("(distinct " + x + " " + pick(a) + " " + pick(a) + ")");
        }
        if (!b.isEmpty()) {
            choices.add("(q " + y + ")");
        }
        if (!a.isEmpty() && !b.isEmpty()) {
            choices.addAll(List.of("(r " + x + " " + y + ")", "(linked " + x + " " + y + ")"));
            choices.add("(five " + x + " " + y + " " + pick(a) + " " + pick(b) + " " + pick(a) + ")");
        }
        choices.addAll(truths);
        return pick(choices);
    }

    private static List<String> names(List<Named> scope, String sort) {
        return scope.stream()
                .filter(n -> n.sort().equals(sort))
                .map(Named::name)
                .toList();
    }

    private String pick(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** An invariant file of this formula and witness. */
    public static Invariant invariant(String id, String formula, String witness) {
        return Invariant.read(
                id + ".smt2",
                "(set-info :says \"s\") (set-info :kind safety) (set-info :source \"none\")\n"
                        + "(define-fun invariant () Bool " + formula + ")\n(define-fun witness () Bool " + witness
                        + ")\n",
                Vocabulary.read("vocabulary.smt2", VOCABULARY));
    }
}
