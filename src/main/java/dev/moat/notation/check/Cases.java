package dev.moat.notation.check;

import dev.moat.notation.core.Program;
import dev.moat.notation.core.Type;
import dev.moat.notation.core.Value;
import dev.moat.notation.core.Value.Const;
import dev.moat.notation.core.Value.Op;
import dev.moat.notation.core.Value.Pair;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Item;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what takes elements of sums and products apart, words too, and what puts them together. */
final class Cases {
    private static final String ELSE = "else";
    private static final Value NOTHING = new Const(0);

    private final Definitions names;
    private final Values values;

    Cases(Definitions names, Values values) {
        this.names = names;
        this.values = values;
    }

    /** One arm: when it is taken, and what it is then. */
    private record Side(@Nullable Value when, Typed then, At at) {}

    Typed value(Expr.Case e, Scope scope, @Nullable Type expected) {
        Typed of = values.open(e.of(), scope, null);
        List<Side> sides = new ArrayList<>();
        Type known = expected;
        Type type = null;
        for (Expr.Arm arm : inOrder(e, expected)) {
            Scope inner = scope;
            Value when = null;
            if (!arm.pattern().equals(ELSE)) {
                if (of.type() instanceof Type.Words words) {
                    when = word(arm, of, words);
                } else {
                    Part part = part(arm, of);
                    when = part.when();
                    inner = scope(arm, part, scope);
                }
            }
            Typed then = values.open(arm.value(), inner, known);
            known = known == null ? then.type() : known;
            type = type == null ? then.type() : values.either(arm.at(), type, then.type());
            sides.add(new Side(when, then, arm.at()));
        }
        requireWhole(e, of.type());
        values.require(type != null, e.at(), "a case without arms");
        return new Typed(
                chosen(sides, type == null ? Type.Plain.NOTHING : type), type == null ? Type.Plain.NOTHING : type);
    }

    /** An arm that tells what type they have comes first, where nothing else does. */
    private static List<Expr.Arm> inOrder(Expr.Case e, @Nullable Type expected) {
        List<Expr.Arm> arms = new ArrayList<>(e.arms());
        if (expected == null) {
            arms.sort(java.util.Comparator.comparing(
                    (Expr.Arm arm) -> arm.value() instanceof Expr.Name || arm.value() instanceof Expr.Members));
        }
        return arms;
    }

    /** The last one of them is taken where the others are not; the order is that of the text again where else is last. */
    private Value chosen(List<Side> sides, Type type) {
        List<Side> told = new ArrayList<>(sides);
        told.sort(java.util.Comparator.comparing((Side side) -> side.when() == null));
        Value all = null;
        for (int i = told.size() - 1; i >= 0; i--) {
            Side side = told.get(i);
            Value then = values.fit(side.at(), side.then(), type);
            Value when = side.when();
            all = all == null || when == null ? then : new Value.Choice(when, then, all);
        }
        return all == null ? NOTHING : all;
    }

    private Value word(Expr.Arm arm, Typed of, Type.Words words) {
        int word = words.words().indexOf(arm.pattern());
        if (word < 0) {
            throw names.unknown(arm.at(), "word", arm.pattern(), words.words());
        }
        values.require(arm.variables().isEmpty(), arm.at(), "a word has no parts");
        return new Pair(Op.SAME, of.value(), new Const(word));
    }

    private void requireWhole(Expr.Case e, Type type) {
        Set<String> seen = new HashSet<>();
        for (Expr.Arm arm : e.arms()) {
            values.require(seen.add(arm.pattern()), arm.at(), "'" + arm.pattern() + "' is there twice");
        }
        if (seen.contains(ELSE)) {
            return;
        }
        List<String> all = type instanceof Type.Words words
                ? words.words()
                : sort(e.at(), type).sizes().size() == 1
                                && parts(e.at(), type).get(0).size() > 1
                        ? List.of("")
                        : parts(e.at(), type).stream().map(p -> p.get(0)).toList();
        List<String> missing = all.stream().filter(w -> !seen.contains(w)).toList();
        values.require(missing.isEmpty(), e.at(), "no arm for " + String.join(", ", missing) + ", and no else");
    }

    // --- sums and products

    /**
     * One product of a sum.
     *
     * @param when where an element is of it; null where it always is
     * @param value the element's number within it
     */
    private record Part(@Nullable Value when, Value value, List<String> sorts, List<Integer> sizes) {}

    private Program.Sort sort(At at, Type type) {
        values.require(type instanceof Type.Element, at, "this is " + type.described() + ", and has no cases");
        return names.sort(at, ((Type.Element) type).sort());
    }

    private List<List<String>> parts(At at, Type type) {
        Item.Sort item = sort(at, type).item();
        values.require(item != null && !item.parts().isEmpty(), at, type.described() + " is no sum and no product");
        return item == null ? List.of() : item.parts();
    }

    /** An arm {@code Frame(b)} or {@code (d, h)}: a product of several sorts is named by its first one. */
    private Part part(Expr.Arm arm, Typed of) {
        List<List<String>> parts = parts(arm.at(), of.type());
        Program.Sort sort = sort(arm.at(), of.type());
        if (arm.pattern().isEmpty()) {
            values.require(parts.size() == 1, arm.at(), "the sort of which it is stands before the bracket");
            return new Part(null, of.value(), parts.get(0), sort.sizes().get(0));
        }
        Value from = NOTHING;
        for (int k = 0; k < parts.size(); k++) {
            Value end = sum(from, size(sort.sizes().get(k)));
            if (parts.get(k).get(0).equals(arm.pattern())) {
                Value below = new Pair(Op.LESS, of.value(), end);
                Value above = new Pair(Op.AT_MOST, from, of.value());
                Value when = k == 0 ? below : k == parts.size() - 1 ? above : new Pair(Op.AND, above, below);
                Value value = k == 0 ? of.value() : new Pair(Op.MINUS, of.value(), from);
                return new Part(
                        parts.size() == 1 ? null : when,
                        value,
                        parts.get(k),
                        sort.sizes().get(k));
            }
            from = end;
        }
        List<String> known = parts.stream().map(p -> p.get(0)).toList();
        throw names.unknown(arm.at(), "part", arm.pattern(), known);
    }

    private static Value sum(Value a, Value b) {
        return a == NOTHING ? b : new Pair(Op.PLUS, a, b);
    }

    private static Value size(List<Integer> sizes) {
        return sizes.stream()
                .map(i -> (Value) new Value.Fixed(i))
                .reduce((a, b) -> new Pair(Op.TIMES, a, b))
                .orElse(NOTHING);
    }

    private Scope scope(Expr.Arm arm, Part part, Scope scope) {
        values.require(
                arm.variables().size() == part.sorts().size(),
                arm.at(),
                "there "
                        + (part.sorts().size() == 1
                                ? "is 1 part"
                                : "are " + part.sorts().size() + " parts"));
        return apart(scope, arm.at(), arm.variables(), part.value(), part.sorts(), part.sizes());
    }

    /** Names for the parts of an element. */
    private Scope apart(
            Scope scope, At at, List<String> variables, Value value, List<String> sorts, List<Integer> sizes) {
        Scope inner = scope;
        for (int i = 0; i < variables.size(); i++) {
            List<Integer> behind = sizes.subList(i + 1, sizes.size());
            Value rest = i == 0 ? value : new Pair(Op.REMAINDER, value, size(sizes.subList(i, sizes.size())));
            Value part = behind.isEmpty() ? rest : new Pair(Op.DIVIDED, rest, size(behind));
            inner = inner.with(variables.get(i), part, names.typeOf(names.sort(at, sorts.get(i))));
        }
        return inner;
    }

    /** Names for the parts of an element of a sort that is one product. */
    Scope apart(Scope scope, Expr.Binder binder, Value value) {
        Type type = names.typeOf(names.sort(binder.at(), binder.sort()));
        List<List<String>> parts = parts(binder.at(), type);
        values.require(
                parts.size() == 1 && parts.get(0).size() == binder.names().size(),
                binder.at(),
                binder.sort() + " has other parts");
        Program.Sort sort = names.sort(binder.at(), binder.sort());
        return apart(
                scope,
                binder.at(),
                binder.names(),
                value,
                parts.get(0),
                sort.sizes().get(0));
    }

    /** {@code Page(n)}, {@code Hold(page)}, {@code Gref(d, r)}. */
    Typed made(Expr.Call e, Scope scope) {
        Program.Sort sort = names.sort(e.at(), e.name());
        Type type = names.typeOf(sort);
        values.require(type instanceof Type.Element, e.at(), e.name() + " has words");
        Item.Sort item = sort.item();
        List<List<String>> parts = item == null ? List.of() : item.parts();
        // Once: what is nested would be checked ever more often.
        List<Typed> given = e.arguments().stream()
                .map(a -> values.open(a, scope, Type.Plain.NUMBER))
                .toList();
        Value from = NOTHING;
        for (int k = 0; k < parts.size(); k++) {
            if (parts.get(k).size() == given.size() && fits(e, parts.get(k), given)) {
                return new Typed(sum(from, joined(given, sort.sizes().get(k))), type);
            }
            from = sum(from, size(sort.sizes().get(k)));
        }
        values.require(
                e.arguments().size() == 1,
                e.at(),
                e.name() + " is not made of " + e.arguments().size() + " parts");
        Typed one = given.get(0);
        values.require(
                one.type() == Type.Plain.NUMBER || one.type() instanceof Type.Element,
                e.at(),
                "this is " + one.type().described() + ", and a number or an element is expected");
        values.order(sort.name(), scope);
        if (one.type() instanceof Type.Element of) {
            values.order(of.sort(), scope);
        }
        Value last = new Pair(Op.MINUS, names.size(sort), new Const(1));
        return new Typed(new Value.Within(one.value(), NOTHING, last, e.at(), "an element of " + e.name()), type);
    }

    private boolean fits(Expr.Call e, List<String> sorts, List<Typed> given) {
        for (int i = 0; i < sorts.size(); i++) {
            if (!given.get(i).type().equals(names.typeOf(names.sort(e.at(), sorts.get(i))))) {
                return false;
            }
        }
        return true;
    }

    private static Value joined(List<Typed> parts, List<Integer> sizes) {
        Value all = parts.get(0).value();
        for (int i = 1; i < parts.size(); i++) {
            Value size = new Value.Fixed(sizes.get(i));
            all = new Pair(Op.PLUS, new Pair(Op.TIMES, all, size), parts.get(i).value());
        }
        return all;
    }
}
