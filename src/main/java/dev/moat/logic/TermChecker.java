package dev.moat.logic;

import dev.moat.input.InputException;
import dev.moat.input.Place;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns S-expressions into checked terms. Errors are reported in reading order, inner ones first. */
final class TermChecker {
    /** Its pairs are written out. */
    private static final int MAX_DISTINCT = 64;

    /** Lets and macros make formulas deeper than their text is nested; everything that walks them recurses. */
    private static final int MAX_DEPTH = 1000;

    /** They make formulas larger than their text, too, by powers of two; everything that walks them meets each part as often as it stands. */
    private static final int MAX_SIZE = 1_000_000;

    private final Vocabulary vocabulary;
    private final IdentityHashMap<Term, Integer> depths = new IdentityHashMap<>();
    private final IdentityHashMap<Term, Integer> sizes = new IdentityHashMap<>();

    TermChecker(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /** Names in sight, innermost first. */
    record Scope(@Nullable Scope outer, String name, TermMeaning meaning) {}

    /** A formula; {@code scope} may be null. */
    Term formula(SExpr e, @Nullable Scope scope) {
        TermMeaning m = meaning(e, scope);
        if (m instanceof Var v) {
            throw e.place().error("a formula is expected, not '" + v.name() + "' of sort " + v.sort());
        }
        return (Term) m;
    }

    /** Every compound formula passes through here, its parts before it. */
    private Term made(Term t) {
        int depth = t instanceof Term.Call call ? call.macro().depth() : 0;
        long size = t instanceof Term.Call call ? call.macro().size() : 0;
        if (!(t instanceof Term.Call)) {
            for (Term child : t.children()) {
                depth = Math.max(depth, depth(child));
                size += size(child);
            }
        }
        if (depth >= MAX_DEPTH) {
            throw t.place().error("deeper than " + MAX_DEPTH + " formulas, counting lets and macros");
        } else if (size >= MAX_SIZE) {
            throw t.place()
                    .error("larger than " + MAX_SIZE + " formulas, counting lets and macros as often as they are used");
        }
        depths.put(t, depth + 1);
        sizes.put(t, (int) size + 1);
        return t;
    }

    /** Formulas of which one that this checker made is put together, itself included; 1 for an atom. */
    int size(Term t) {
        return sizes.getOrDefault(t, 1);
    }

    /** Levels of a formula that this checker made; 1 for an atom. */
    int depth(Term t) {
        return depths.getOrDefault(t, 1);
    }

    private Var element(SExpr e, @Nullable Scope scope) {
        TermMeaning m = meaning(e, scope);
        if (m instanceof Var v) {
            return v;
        }
        throw e.place().error("an element of a sort is expected, not a formula");
    }

    /** One {@code (name Sort)}; {@code others} are declared in the same list. */
    Var variable(SExpr e, List<Var> others) {
        SExpr.Group g = Vocabulary.group(e, "(name Sort)");
        Vocabulary.require(g, 2, "(name Sort)");
        String name = vocabulary.variableName(g.items().get(0));
        if (others.stream().anyMatch(o -> o.name().equals(name))) {
            throw e.place().error("variable '" + name + "' is declared twice");
        }
        return new Var(name, vocabulary.sort(g.items().get(1)));
    }

    private TermMeaning meaning(SExpr e, @Nullable Scope scope) {
        if (e instanceof SExpr.Group g) {
            return compound(g, scope);
        }
        SExpr.Word w = (SExpr.Word) e;
        if (!w.isSymbol()) {
            throw e.place().error("a formula or a variable is expected, not " + e.describe());
        }
        for (Scope s = scope; s != null; s = s.outer()) {
            if (s.name().equals(w.text())) {
                return s.meaning();
            }
        }
        if (w.text().equals("true") || w.text().equals("false")) {
            return new Term.Truth(e.place(), w.text().equals("true"));
        }
        return apply(w, List.of(), scope);
    }

    private TermMeaning compound(SExpr.Group g, @Nullable Scope scope) {
        if (g.items().isEmpty() || !(g.items().get(0) instanceof SExpr.Word head) || !head.isSymbol()) {
            throw g.place().error("an operator, relation or macro is expected after '('");
        }
        List<SExpr> args = g.items().subList(1, g.items().size());
        return switch (g.head()) {
            case "let" -> let(g, scope);
            case "forall", "exists" -> quantifier(g, scope);
            case "not" -> made(new Term.Not(g.place(), formula(exactly(g, 1).get(1), scope)));
            case "and" -> made(new Term.And(g.place(), formulas(g, scope)));
            case "or" -> made(new Term.Or(g.place(), formulas(g, scope)));
            case "=>" -> implies(g.place(), formulas(g, scope));
            case "xor" -> xor(g.place(), formulas(g, scope));
            case "=" -> equal(g, scope);
            case "distinct" -> distinct(g, scope);
            case "ite" -> {
                List<SExpr> i = exactly(g, 3);
                yield made(new Term.Ite(
                        g.place(), formula(i.get(1), scope), formula(i.get(2), scope), formula(i.get(3), scope)));
            }
            default -> apply(head, args, scope);
        };
    }

    private static List<SExpr> exactly(SExpr.Group g, int args) {
        if (g.items().size() != args + 1) {
            throw g.place()
                    .error("'" + g.head() + "' takes " + args + (args == 1 ? " argument" : " arguments") + ", not "
                            + (g.items().size() - 1));
        }
        return g.items();
    }

    private static List<SExpr> atLeastTwo(SExpr.Group g) {
        if (g.items().size() < 3) {
            throw g.place()
                    .error("'" + g.head() + "' takes at least 2 arguments, not "
                            + (g.items().size() - 1));
        }
        return g.items().subList(1, g.items().size());
    }

    private List<Term> formulas(SExpr.Group g, @Nullable Scope scope) {
        List<Term> terms = new ArrayList<>();
        for (SExpr e : atLeastTwo(g)) {
            terms.add(formula(e, scope));
        }
        return List.copyOf(terms);
    }

    private Term implies(Place place, List<Term> parts) {
        Term all = parts.get(parts.size() - 1);
        for (int i = parts.size() - 2; i >= 0; i--) {
            all = made(new Term.Implies(place, parts.get(i), all));
        }
        return all;
    }

    private Term xor(Place place, List<Term> parts) {
        Term all = parts.get(0);
        for (Term part : parts.subList(1, parts.size())) {
            all = made(new Term.Not(place, made(new Term.Iff(place, all, part))));
        }
        return all;
    }

    private Term equal(SExpr.Group g, @Nullable Scope scope) {
        List<TermMeaning> args = alike(g, scope);
        List<Term> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < args.size(); i++) {
            pairs.add(same(g.place(), args.get(i), args.get(i + 1)));
        }
        return pairs.size() == 1 ? pairs.get(0) : made(new Term.And(g.place(), List.copyOf(pairs)));
    }

    private Term distinct(SExpr.Group g, @Nullable Scope scope) {
        if (g.items().size() > MAX_DISTINCT + 1) {
            throw g.place().error("'distinct' takes at most " + MAX_DISTINCT + " arguments");
        }
        List<TermMeaning> args = alike(g, scope);
        List<Term> pairs = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
            for (int j = i + 1; j < args.size(); j++) {
                pairs.add(made(new Term.Not(g.place(), same(g.place(), args.get(i), args.get(j)))));
            }
        }
        return pairs.size() == 1 ? pairs.get(0) : made(new Term.And(g.place(), List.copyOf(pairs)));
    }

    private Term same(Place place, TermMeaning a, TermMeaning b) {
        return a instanceof Var x ? new Term.Same(place, x, (Var) b) : made(new Term.Iff(place, (Term) a, (Term) b));
    }

    /** Arguments of one and the same sort. */
    private List<TermMeaning> alike(SExpr.Group g, @Nullable Scope scope) {
        List<TermMeaning> all = new ArrayList<>();
        for (SExpr e : atLeastTwo(g)) {
            TermMeaning m = meaning(e, scope);
            if (!all.isEmpty() && !sortOf(m).equals(sortOf(all.get(0)))) {
                throw e.place().error("'" + g.head() + "' compares " + sortOf(all.get(0)) + " with " + sortOf(m));
            }
            all.add(m);
        }
        return all;
    }

    private static String sortOf(TermMeaning m) {
        return m instanceof Var v ? v.sort() : "Bool";
    }

    private TermMeaning let(SExpr.Group g, @Nullable Scope scope) {
        Vocabulary.require(g, 3, "(let ((name value) ...) body)");
        Scope inner = scope;
        List<String> names = new ArrayList<>();
        for (SExpr e :
                Vocabulary.group(g.items().get(1), "the list of bindings").items()) {
            SExpr.Group binding = Vocabulary.group(e, "(name value)");
            Vocabulary.require(binding, 2, "(name value)");
            String name = vocabulary.variableName(binding.items().get(0));
            if (names.contains(name)) {
                throw e.place().error("'" + name + "' is bound twice");
            }
            names.add(name);
            inner = new Scope(inner, name, meaning(binding.items().get(1), scope));
        }
        return meaning(g.items().get(2), inner);
    }

    private Term quantifier(SExpr.Group g, @Nullable Scope scope) {
        Vocabulary.require(g, 3, "(" + g.head() + " ((x Sort) ...) body)");
        SExpr.Group list = Vocabulary.group(g.items().get(1), "the list of variables");
        if (list.items().isEmpty()) {
            throw list.place().error("'" + g.head() + "' needs at least one variable");
        }
        List<Var> vars = new ArrayList<>();
        Scope inner = scope;
        for (SExpr e : list.items()) {
            Var v = variable(e, vars);
            vars.add(v);
            inner = new Scope(inner, v.name(), v);
        }
        Term body = formula(g.items().get(2), inner);
        return g.head().equals("forall")
                ? made(new Term.Forall(g.place(), List.copyOf(vars), body))
                : made(new Term.Exists(g.place(), List.copyOf(vars), body));
    }

    private Term apply(SExpr.Word head, List<SExpr> args, @Nullable Scope scope) {
        String name = head.text();
        List<String> places = vocabulary.places(name);
        Macro macro = vocabulary.macro(name);
        if (places == null && macro == null) {
            throw unknown(head, scope);
        }
        List<String> sorts = places != null
                ? places
                : macro == null
                        ? List.of()
                        : macro.parameters().stream().map(Var::sort).toList();
        if (sorts.size() != args.size()) {
            throw head.place()
                    .error("'" + name + "' takes " + sorts.size() + (sorts.size() == 1 ? " argument" : " arguments")
                            + " " + sorts + ", not " + args.size());
        }
        List<Var> actual = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
            Var v = element(args.get(i), scope);
            if (!v.sort().equals(sorts.get(i))) {
                throw args.get(i)
                        .place()
                        .error("argument " + (i + 1) + " of '" + name + "' is of sort " + sorts.get(i) + ", but '"
                                + v.name() + "' is of sort " + v.sort());
            }
            actual.add(v);
        }
        return macro == null
                ? new Term.Atom(head.place(), name, List.copyOf(actual))
                : made(new Term.Call(head.place(), macro, List.copyOf(actual)));
    }

    private InputException unknown(SExpr.Word head, @Nullable Scope scope) {
        TreeSet<String> known = new TreeSet<>(vocabulary.relations());
        known.addAll(vocabulary.macros());
        for (Scope s = scope; s != null; s = s.outer()) {
            known.add(s.name());
        }
        return head.place().error("unknown name '" + head.text() + "'" + UnknownNames.known(head.text(), known));
    }
}
