package dev.moat.notation.check;

import dev.moat.notation.check.Definitions.Signature;
import dev.moat.notation.check.Scope.Place;
import dev.moat.notation.core.Primitive;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.Type;
import dev.moat.notation.core.Value;
import dev.moat.notation.core.Value.Const;
import dev.moat.notation.core.Value.Kind;
import dev.moat.notation.core.Value.Op;
import dev.moat.notation.core.Value.Pair;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Item;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks expressions. What is expected tells words from other names; so it is known first wherever it can be. */
final class Values {
    private static final Value NO = new Const(0);
    private static final Value YES = new Const(1);
    private static final Value NONE = new Const(-1);
    private static final Value ANY = new Const(Long.MAX_VALUE);

    private final Definitions names;
    private final Function<String, Signature> signatures;

    /** @param signatures of definitions and procedures, checked when they are first asked for */
    Values(Definitions names, Function<String, Signature> signatures) {
        this.names = names;
        this.signatures = signatures;
    }

    // --- what is expected

    Value truth(Expr e, Scope scope) {
        return checked(e, scope, Type.Plain.TRUTH);
    }

    /** A condition that is decided when a machine is built. */
    Value fixed(Expr e) {
        Value value = truth(e, Scope.of(Place.STATIC));
        names.statics.put(e, value);
        return value;
    }

    Value checked(Expr e, Scope scope, Type expected) {
        return fit(e.at(), open(e, scope, expected), expected);
    }

    /** The value as one of another type, if it can be. */
    Value fit(At at, Typed typed, Type wanted) {
        Type type = typed.type();
        // An element is its own number.
        if (type.equals(wanted) || (type instanceof Type.Element && wanted == Type.Plain.NUMBER)) {
            return typed.value();
        }
        if (type instanceof Type.Element e
                && wanted instanceof Type.Maybe m
                && e.sort().equals(m.sort())) {
            return typed.value();
        }
        if (type instanceof Type.Maybe m
                && wanted instanceof Type.Element e
                && e.sort().equals(m.sort())) {
            return new Value.Within(typed.value(), NO, ANY, at, "not none");
        }
        throw names.error(at, "this is " + type.described() + ", and " + wanted.described() + " is expected");
    }

    /** A number; an element is its own. */
    private Value number(Expr e, Scope scope) {
        return number(e.at(), open(e, scope, Type.Plain.NUMBER), scope);
    }

    private Value number(At at, Typed typed, Scope scope) {
        if (typed.type() instanceof Type.Element element) {
            order(element.sort(), scope);
        }
        return fit(at, typed, Type.Plain.NUMBER);
    }

    /** In steps more is known of two elements of a sort than whether they are the same. */
    void order(String sort, Scope scope) {
        if (scope.place() == Place.STEP || scope.place() == Place.ACTION || scope.place() == Place.ELEMENT) {
            names.ordered.add(sort);
        }
    }

    /** Whether what an expression is can only be told by what is expected: a word, none, a set of words. */
    private boolean isOpen(Expr e, Scope scope) {
        if (e instanceof Expr.Name name) {
            return name.name().equals("none") || resolve(name, scope) == null;
        } else if (e instanceof Expr.Choice choice) {
            return isOpen(choice.yes(), scope);
        } else if (e instanceof Expr.Case cases) {
            return cases.arms().stream().allMatch(arm -> arm.variables().isEmpty() && isOpen(arm.value(), scope));
        }
        boolean lessens = e instanceof Expr.Infix i && i.operator().equals("-") && isSet(i.left());
        return e instanceof Expr.Number || e instanceof Expr.Members || lessens;
    }

    private static boolean isSet(Expr e) {
        return e instanceof Expr.Members
                || (e instanceof Expr.Infix i && i.operator().equals("-") && isSet(i.left()));
    }

    Typed open(Expr e, Scope scope, @Nullable Type expected) {
        if (e instanceof Expr.Number number) {
            return literal(number, scope, expected);
        } else if (e instanceof Expr.Name name) {
            return named(name, scope, expected);
        } else if (e instanceof Expr.Place place) {
            return place(place, scope);
        } else if (e instanceof Expr.Call call) {
            return call(call, scope, false);
        } else if (e instanceof Expr.Prefix prefix) {
            return prefix.operator().equals("not")
                    ? new Typed(new Value.Not(truth(prefix.of(), scope)), Type.Plain.TRUTH)
                    : new Typed(new Pair(Op.MINUS, NO, number(prefix.of(), scope)), Type.Plain.NUMBER);
        } else if (e instanceof Expr.Infix infix) {
            return infix(infix, scope, expected);
        } else if (e instanceof Expr.Choice choice) {
            return choice(choice, scope, expected);
        } else if (e instanceof Expr.Fold fold) {
            return fold(fold, scope, expected);
        } else if (e instanceof Expr.Members members) {
            return members(members, scope, expected);
        }
        return new Cases(names, this).value((Expr.Case) e, scope, expected);
    }

    private Typed literal(Expr.Number e, Scope scope, @Nullable Type expected) {
        Value value = new Const(e.value());
        String sort = expected instanceof Type.Element element
                ? element.sort()
                : expected instanceof Type.Maybe maybe ? maybe.sort() : "";
        if (sort.isEmpty()) {
            return new Typed(value, Type.Plain.NUMBER);
        }
        order(sort, scope);
        Value last = new Pair(Op.MINUS, names.size(e.at(), sort), YES);
        return new Typed(new Value.Within(value, NO, last, e.at(), "an element of " + sort), new Type.Element(sort));
    }

    // --- names

    private Typed named(Expr.Name e, Scope scope, @Nullable Type expected) {
        int word = expected instanceof Type.Words words ? words.words().indexOf(e.name()) : -1;
        if (word >= 0) {
            return new Typed(new Const(word), Objects.requireNonNull(expected));
        }
        if (e.name().equals("none")) {
            if (expected instanceof Type.Maybe || expected instanceof Type.Element) {
                String sort = expected instanceof Type.Maybe m ? m.sort() : ((Type.Element) expected).sort();
                return new Typed(NONE, new Type.Maybe(sort));
            }
            throw names.error(e.at(), "none of what?" + orWord(expected));
        }
        Typed found = resolve(e, scope);
        if (found == null) {
            Optional<String> takes = needsArguments(e.name());
            throw names.error(
                    e.at(),
                    takes.isPresent()
                            ? takes.get()
                            : "unknown name '" + e.name() + "'" + orWord(expected)
                                    + nearest(e.name(), scope, expected));
        }
        return found;
    }

    private static String orWord(@Nullable Type expected) {
        return expected instanceof Type.Words words
                ? ": one of the words " + String.join(", ", words.words()) + " is expected"
                : "";
    }

    private String nearest(String wrong, Scope scope, @Nullable Type expected) {
        Set<String> known = new LinkedHashSet<>();
        if (expected instanceof Type.Words words) {
            known.addAll(words.words());
        } else {
            known.addAll(scope.names());
            known.addAll(names.constants.keySet());
            known.addAll(names.functionItems.keySet());
            for (String family : names.familyOf.keySet()) {
                known.add(family.startsWith("cpu.") ? family.substring("cpu.".length()) : family);
            }
        }
        return MessageWords.among(wrong, known);
    }

    /** What a name is, whatever is expected; null where it is nothing. */
    private @Nullable Typed resolve(Expr.Name e, Scope scope) {
        String name = e.name();
        if (name.equals("true") || name.equals("false")) {
            return new Typed(name.equals("true") ? YES : NO, Type.Plain.TRUTH);
        }
        Scope variable = scope.find(name);
        if (variable != null) {
            return new Typed(variable.value(), variable.type());
        }
        if (name.equals("me") && names.cpus != null) {
            require(scope.place().hasCpu(), e.at(), "no CPU runs here");
            return new Typed(new Value.Me(), new Type.Element(names.cpus));
        }
        Typed constant = names.constants.get(name);
        if (constant != null) {
            return constant;
        }
        Primitive primitive = Primitive.byName().get(name);
        if (primitive != null && primitive.kind() == Primitive.Kind.FACT) {
            return names.fact(primitive, e.at());
        }
        Item item = names.functionItems.get(name);
        if (item instanceof Item.Def def && def.parameters().isEmpty()) {
            return call(new Expr.Call(e.at(), name, List.of()), scope, false);
        }
        return ofFamily(e, scope);
    }

    /** A place without an index: a local of the running CPU, a family that has none, or in a condition of a family another of the same element. */
    private @Nullable Typed ofFamily(Expr.Name e, Scope scope) {
        Integer own = names.familyOf.get(e.name());
        if (own != null && !names.families.get(own).item().local()) {
            Program.Family family = names.families.get(own);
            if (family.index().isEmpty()) {
                return read(own, List.of(), e.at(), scope);
            }
            if (scope.place() == Place.ELEMENT) {
                return read(own, sameElement(family, e, scope), e.at(), scope);
            }
        }
        Integer local =
                own != null && names.families.get(own).item().local() ? own : names.familyOf.get("cpu." + e.name());
        if (local == null
                || scope.place() == Place.ELEMENT
                || names.families.get(local).index().size() > 1) {
            return null;
        }
        return read(local, List.of(me(e.at(), scope)), e.at(), scope);
    }

    private Value me(At at, Scope scope) {
        require(scope.place().hasCpu(), at, "no CPU runs here: which one is meant?");
        return new Value.Me();
    }

    private List<Value> sameElement(Program.Family family, Expr.Name e, Scope scope) {
        List<Value> index = new ArrayList<>();
        for (int k = 0; k < family.index().size(); k++) {
            Scope there = scope.find("#" + k);
            boolean fits = there != null
                    && there.type().equals(new Type.Element(family.index().get(k)))
                    && scope.find("#" + family.index().size()) == null;
            require(fits, e.at(), "'" + e.name() + "' has another index: which element is meant?");
            index.add(Objects.requireNonNull(there).value());
        }
        return index;
    }

    void require(boolean condition, At at, String message) {
        if (!condition) {
            throw names.error(at, message);
        }
    }

    // --- places

    private Typed place(Expr.Place e, Scope scope) {
        Integer number = names.familyOf.get(e.name());
        if (number == null) {
            number = names.familyOf.get("cpu." + e.name());
        }
        if (number == null) {
            throw names.unknown(e.at(), "place", e.name(), names.familyOf.keySet());
        }
        Program.Family family = names.families.get(number);
        List<Expr> given = e.index();
        List<Value> index = new ArrayList<>();
        if (family.item().local() && given.size() == family.index().size() - 1) {
            index.add(me(e.at(), scope));
        }
        int missing = family.index().size() - index.size();
        require(
                given.size() == missing,
                e.at(),
                "'" + e.name() + "' has " + MessageWords.counted(missing, "index") + " here");
        for (Expr i : given) {
            index.add(element(i, scope, family.index().get(index.size())));
        }
        return read(number, index, e.at(), scope);
    }

    /** A value of a variable over a sort. */
    private Value element(Expr e, Scope scope, String sort) {
        return checked(e, scope, names.typeOf(names.sort(e.at(), sort)));
    }

    private Typed read(int family, List<Value> index, At at, Scope scope) {
        require(
                !scope.place().isBefore(),
                at,
                "a machine is not running here: only parameters and what is made of them are known");
        return new Typed(
                new Value.Read(family, index, at), names.families.get(family).type());
    }

    // --- calls

    /** @param does whether it is where something may be done */
    Typed call(Expr.Call e, Scope scope, boolean does) {
        if (e.name().equals("busy") && names.cpus != null) {
            arguments(e, List.of("CPU"));
            require(!scope.place().isBefore(), e.at(), "nothing runs here");
            Value counter = new Value.Read(
                    Program.COUNTERS, List.of(element(e.arguments().get(0), scope, names.cpus)), e.at());
            return new Typed(new Value.Not(new Pair(Op.SAME, counter, NO)), Type.Plain.TRUTH);
        }
        if (e.name().equals("before")) {
            arguments(e, List.of("value"));
            require(scope.place().isClaim(), e.at(), "there is one state here: before is for claims");
            Typed of = open(e.arguments().get(0), scope, null);
            return new Typed(new Value.Before(of.value()), of.type());
        }
        if (names.sortOf.containsKey(e.name())) {
            return new Cases(names, this).made(e, scope);
        }
        Primitive primitive = Primitive.byName().get(e.name());
        if (primitive != null) {
            return ask(e, primitive, scope, does);
        }
        if (!names.functionItems.containsKey(e.name())) {
            Set<String> known = new LinkedHashSet<>(names.functionItems.keySet());
            known.addAll(names.sortOf.keySet());
            known.addAll(Primitive.byName().keySet());
            throw names.unknown(e.at(), "definition", e.name(), known);
        }
        Signature signature = signatures.apply(e.name());
        boolean may = signature.nature() == Program.Nature.DEFINITION
                || (does
                        && (signature.nature() == Program.Nature.CLAIM)
                                == scope.place().isClaim());
        require(may, e.at(), "'" + e.name() + "' is called where nothing may be done");
        boolean runs = names.runsOnCpu.contains(signature.number());
        require(
                !runs || scope.place().hasCpu(),
                e.at(),
                "'" + e.name() + "' is about the CPU that runs, and none does here");
        arguments(e, parametersOf(e.name()));
        require(!scope.place().isBefore(), e.at(), "a machine is not running here");
        List<Value> all = new ArrayList<>();
        for (int i = 0; i < e.arguments().size(); i++) {
            all.add(checked(e.arguments().get(i), scope, signature.parameters().get(i)));
        }
        return new Typed(new Value.Call(signature.number(), all), signature.result());
    }

    /** @param parameters their names or types, as a message says them */
    private void arguments(Expr.Call e, List<String> parameters) {
        int given = e.arguments().size();
        if (given != parameters.size()) {
            throw names.error(
                    e.at(),
                    takes(e.name(), parameters) + "; " + (given == 0 ? "none" : given) + (given < 2 ? " is" : " are")
                            + " given");
        }
    }

    private static String takes(String name, List<String> parameters) {
        String listed = parameters.isEmpty() ? "" : ": " + name + "(" + String.join(", ", parameters) + ")";
        return "'" + name + "' takes " + MessageWords.counted(parameters.size(), "argument") + listed;
    }

    /** What a name takes that stands without brackets and needs them; nothing where it is no such name. */
    private Optional<String> needsArguments(String name) {
        Primitive primitive = Primitive.byName().get(name);
        if (primitive != null && primitive.kind() != Primitive.Kind.FACT) {
            return Optional.of(takes(name, primitive.parameters()));
        }
        return names.functionItems.containsKey(name) ? Optional.of(takes(name, parametersOf(name))) : Optional.empty();
    }

    private List<String> parametersOf(String function) {
        Item item = Objects.requireNonNull(names.functionItems.get(function));
        if (item instanceof Item.Claim claim) {
            return claim.arguments().stream().flatMap(b -> b.names().stream()).toList();
        }
        List<Item.Formal> formals = item instanceof Item.Def def ? def.parameters() : ((Item.Proc) item).parameters();
        return formals.stream().map(Item.Formal::name).toList();
    }

    private Typed ask(Expr.Call e, Primitive primitive, Scope scope, boolean does) {
        require(
                primitive.kind() != Primitive.Kind.FACT,
                e.at(),
                "'" + e.name() + "' takes no arguments and no brackets");
        require(
                primitive.kind() == Primitive.Kind.LOOK
                        || (does && scope.place().mayDo()),
                e.at(),
                "'" + e.name() + "' does something: it is a statement, what is waited for, or the value of a let");
        require(!scope.place().isBefore(), e.at(), "a machine is not running here");
        arguments(e, primitive.parameters());
        List<Value> all = new ArrayList<>();
        List<Value> sizes = new ArrayList<>();
        for (int i = 0; i < e.arguments().size(); i++) {
            Type type = names.type(e.at(), primitive.parameters().get(i));
            Expr argument = e.arguments().get(i);
            all.add(type == Type.Plain.NUMBER ? number(argument, scope) : checked(argument, scope, type));
            sizes.add(
                    type instanceof Type.Element element
                            ? names.size(e.at(), element.sort())
                            : new Const(
                                    type instanceof Type.Words words
                                            ? words.words().size()
                                            : 1));
        }
        return new Typed(new Value.Ask(primitive, all, sizes, e.at()), names.type(e.at(), primitive.result()));
    }

    // --- operators

    private Typed infix(Expr.Infix e, Scope scope, @Nullable Type expected) {
        switch (e.operator()) {
            case "and", "or":
                Op op = e.operator().equals("and") ? Op.AND : Op.OR;
                return new Typed(new Pair(op, truth(e.left(), scope), truth(e.right(), scope)), Type.Plain.TRUTH);
            case "=":
                return same(e, scope);
            case "!=":
                return new Typed(new Value.Not(same(e, scope).value()), Type.Plain.TRUTH);
            case "<", "<=":
                return compared(e, scope);
            case "in":
                return member(e, scope);
            case "-":
                return difference(e, scope, expected);
            case "+":
                return sum(e, Op.PLUS, scope);
            default:
                return sum(e, Op.TIMES, scope);
        }
    }

    /** Of numbers, or of sets. Each side is checked once: what is nested would be checked ever more often. */
    private Typed difference(Expr.Infix e, Scope scope, @Nullable Type expected) {
        Typed left = open(e.left(), scope, expected instanceof Type.Many ? expected : null);
        if (left.type() instanceof Type.Many set) {
            return new Typed(new Pair(Op.WITHOUT, left.value(), checked(e.right(), scope, set)), set);
        }
        Value from = number(e.left().at(), left, scope);
        return new Typed(new Pair(Op.MINUS, from, number(e.right(), scope)), Type.Plain.NUMBER);
    }

    private Typed sum(Expr.Infix e, Op op, Scope scope) {
        return new Typed(new Pair(op, number(e.left(), scope), number(e.right(), scope)), Type.Plain.NUMBER);
    }

    /**
     * Two values of one type, of which either may tell what the other one is.
     *
     * @param ordered whether their order is asked: then a number stays one
     */
    private Typed[] pair(Expr.Infix e, Scope scope, boolean ordered) {
        boolean turned = isOpen(e.left(), scope) && !isOpen(e.right(), scope);
        Expr first = turned ? e.right() : e.left();
        Expr second = turned ? e.left() : e.right();
        Typed one = open(first, scope, null);
        boolean numbers = ordered && !(one.type() instanceof Type.Words);
        Typed other = open(second, scope, numbers ? Type.Plain.NUMBER : one.type());
        return turned ? new Typed[] {other, one} : new Typed[] {one, other};
    }

    private Typed same(Expr.Infix e, Scope scope) {
        Typed[] both = pair(e, scope, false);
        Type left = both[0].type();
        Type right = both[1].type();
        boolean maybe = sortOf(left) != null && Objects.equals(sortOf(left), sortOf(right));
        require(
                left.equals(right) || maybe,
                e.at(),
                "two values are compared that are never the same: " + left.described() + " and " + right.described());
        return new Typed(new Pair(Op.SAME, both[0].value(), both[1].value()), Type.Plain.TRUTH);
    }

    private static @Nullable String sortOf(Type type) {
        return type instanceof Type.Element e ? e.sort() : type instanceof Type.Maybe m ? m.sort() : null;
    }

    private Typed compared(Expr.Infix e, Scope scope) {
        Op op = e.operator().equals("<") ? Op.LESS : Op.AT_MOST;
        Typed[] both = pair(e, scope, true);
        if (both[0].type() instanceof Type.Words && both[0].type().equals(both[1].type())) {
            return new Typed(new Pair(op, both[0].value(), both[1].value()), Type.Plain.TRUTH);
        }
        String left = both[0].type() instanceof Type.Element a ? a.sort() : "";
        String right = both[1].type() instanceof Type.Element b ? b.sort() : "";
        require(
                left.isEmpty() || right.isEmpty() || left.equals(right),
                e.at(),
                "elements of " + left + " and " + right + " have no order among each other");
        Value less = number(e.left().at(), both[0], scope);
        return new Typed(new Pair(op, less, number(e.right().at(), both[1], scope)), Type.Plain.TRUTH);
    }

    private Typed member(Expr.Infix e, Scope scope) {
        Typed left = open(e.left(), scope, null);
        Type type = left.type();
        require(
                type instanceof Type.Words || type instanceof Type.Element,
                e.at(),
                "this is " + type.described() + ", and a word or an element is expected before 'in'");
        return new Typed(
                new Pair(Op.MEMBER, left.value(), checked(e.right(), scope, new Type.Many(type))), Type.Plain.TRUTH);
    }

    private Typed choice(Expr.Choice e, Scope scope, @Nullable Type expected) {
        Value condition = truth(e.condition(), scope);
        boolean turned = expected == null && isOpen(e.yes(), scope);
        Typed first = open(turned ? e.no() : e.yes(), scope, expected);
        Typed second = open(turned ? e.yes() : e.no(), scope, expected == null ? first.type() : expected);
        Type type = either(e.at(), first.type(), second.type());
        Typed yes = turned ? second : first;
        Typed no = turned ? first : second;
        return new Typed(new Value.Choice(condition, fit(e.yes().at(), yes, type), fit(e.no().at(), no, type)), type);
    }

    /** The type of what is one or the other. */
    Type either(At at, Type a, Type b) {
        if (a.equals(b)) {
            return a;
        }
        String sort = sortOf(a);
        require(
                sort != null && sort.equals(sortOf(b)),
                at,
                "one side is " + a.described() + ", the other " + b.described());
        return new Type.Maybe(Objects.requireNonNull(sort));
    }

    private Typed members(Expr.Members e, Scope scope, @Nullable Type expected) {
        Type of = expected instanceof Type.Many many ? many.of() : null;
        if (of == null) {
            require(!e.members().isEmpty() && expected == null, e.at(), "a set of what?");
            of = open(e.members().get(0).of(), scope, null).type();
        }
        Value all = NO;
        for (Expr.Member m : e.members()) {
            Value one = checked(m.of(), scope, of);
            Value only = one instanceof Const c ? new Const(1L << c.value()) : new Value.Only(one);
            Expr condition = m.condition();
            Value part = condition == null ? only : new Value.Choice(truth(condition, scope), only, NO);
            all = all == NO ? part : united(all, part);
        }
        return new Typed(all, new Type.Many(of));
    }

    private static Value united(Value a, Value b) {
        return a instanceof Const x && b instanceof Const y
                ? new Const(x.value() | y.value())
                : new Pair(Op.UNION, a, b);
    }

    // --- folds

    private Typed fold(Expr.Fold e, Scope scope, @Nullable Type expected) {
        Program.Sort sort = names.sort(e.variable().at(), e.variable().sort());
        Scope inner = scope.with(e.variable().name(), names.typeOf(sort));
        Value.Variable variable = (Value.Variable) inner.value();
        Value where = e.where() == null ? null : truth(e.where(), inner);
        Kind kind = Kind.valueOf(e.kind().toUpperCase(Locale.ROOT));
        Value size = names.size(sort);
        if (kind == Kind.MAX) {
            Typed body = open(e.body(), inner, expected);
            require(
                    body.type() instanceof Type.Words || body.type() == Type.Plain.NUMBER,
                    e.at(),
                    "the largest of " + body.type().described() + " cannot be told");
            return new Typed(new Value.Fold(kind, variable.slot(), size, null, where, body.value()), body.type());
        }
        Value body = truth(e.body(), inner);
        Value only = Equalities.only(variable, where, kind == Kind.EXISTS || kind == Kind.FIRST ? body : null);
        Type type = Type.Plain.TRUTH;
        if (kind == Kind.FIRST) {
            require(
                    names.typeOf(sort) instanceof Type.Element,
                    e.at(),
                    "the first of words is the one that is written first");
            order(sort.name(), scope);
            type = new Type.Maybe(sort.name());
        } else if (kind == Kind.COUNT) {
            type = Type.Plain.NUMBER;
        }
        return new Typed(new Value.Fold(kind, variable.slot(), size, only, where, body), type);
    }
}
