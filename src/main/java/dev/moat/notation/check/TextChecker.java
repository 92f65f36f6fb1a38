package dev.moat.notation.check;

import dev.moat.input.InputException;
import dev.moat.notation.check.Definitions.Signature;
import dev.moat.notation.check.Scope.Place;
import dev.moat.notation.core.Act;
import dev.moat.notation.core.EngineCode;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.Type;
import dev.moat.notation.core.Value;
import dev.moat.notation.core.Value.Const;
import dev.moat.notation.core.Walk;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Node;
import dev.moat.notation.tree.Rewrite;
import dev.moat.notation.tree.Statement;
import dev.moat.notation.tree.Tree;
import dev.moat.notation.tree.TypeName;
import dev.moat.state.OwnProperty;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks a component. */
public final class TextChecker {
    private static final Value ALWAYS = new Const(1);
    private static final int MOST_ARGUMENTS = 5;
    private static final int MOST_INDICES = 3;

    private final Tree tree;
    private final Definitions names;
    private final Values values;
    private final Scope fixed = Scope.of(Place.STATIC);
    private final Set<String> underWay = new HashSet<>();
    private final Set<String> declared = new HashSet<>();
    private final Set<String> properties = new HashSet<>();
    private final List<Program.Part> parts = new ArrayList<>();

    private TextChecker(Tree component) {
        tree = Blocks.expanded(component);
        names = new Definitions(tree);
        values = new Values(names, this::signature);
    }

    /**
     * Checks a component.
     *
     * @throws InputException at the first place that means nothing
     */
    public static Program check(Tree component) {
        return new TextChecker(component).program();
    }

    private Program program() {
        // Definitions may stand behind what uses them, and so may places; values that a machine has may not.
        collect();
        for (Item item : tree.items()) {
            declare(item);
        }
        for (String name : names.functionItems.keySet()) {
            signature(name);
        }
        for (Item item : tree.items()) {
            part(item, parts);
        }
        return new Program(
                tree, names.fixed, names.sorts, names.families, names.functions, names.ordered, names.statics, parts);
    }

    private void collect() {
        for (Item item : tree.items()) {
            String name = item instanceof Item.Def d
                    ? d.name()
                    : item instanceof Item.Proc p ? p.name() : item instanceof Item.Claim c ? "claim " + c.name() : "";
            if (!name.isEmpty() && names.functionItems.put(plain(name), item) != null) {
                throw names.error(item.at(), "two definitions are named '" + plain(name) + "'");
            }
        }
    }

    private static String plain(String name) {
        return name.startsWith("claim ") ? name.substring("claim ".length()) : name;
    }

    // --- what other items use

    private void declare(Item item) {
        if (item instanceof Item.Parameter p) {
            names.requireDifferent(p.at(), p.words());
            Type type = p.words().isEmpty()
                    ? Type.Plain.NUMBER
                    : p.words().equals(List.of("true", "false")) ? Type.Plain.TRUTH : new Type.Words(p.words());
            names.constant(p.at(), p.name(), new Program.OfParameter(p), type);
        } else if (item instanceof Item.Static s) {
            Scope scope = Scope.of(Place.STATIC);
            Typed typed = values.open(s.value(), scope, null);
            names.constant(
                    s.at(),
                    s.name(),
                    new Program.OfValue(s.name(), typed.value(), scope.slots().taken()),
                    typed.type());
        } else if (item instanceof Item.Sort s) {
            names.declare(s.at(), sort(s));
        } else if (item instanceof Item.Cpus c) {
            names.sort(c.at(), c.sort());
            values.require(names.cpus == null, c.at(), "operations run on one sort of CPUs");
            names.cpus = c.sort();
        } else if (item instanceof Item.Unit u) {
            unit(u);
        } else if (item instanceof Item.Family f) {
            family(f);
        }
    }

    private Program.Sort sort(Item.Sort s) {
        Value size;
        List<List<Integer>> sizes = new ArrayList<>();
        if (s.size() != null) {
            size = values.checked(s.size(), fixed, Type.Plain.NUMBER);
        } else if (!s.words().isEmpty()) {
            names.requireDifferent(s.at(), s.words());
            size = new Const(s.words().size());
        } else {
            Value all = null;
            for (List<String> product : s.parts()) {
                Value one = null;
                List<Integer> each = new ArrayList<>();
                for (String part : product) {
                    Value of = names.size(s.at(), part);
                    each.add(names.sort(s.at(), part).size());
                    one = one == null ? of : new Value.Pair(Value.Op.TIMES, one, of);
                }
                sizes.add(each);
                all = all == null ? one : new Value.Pair(Value.Op.PLUS, all, Objects.requireNonNull(one));
            }
            size = Objects.requireNonNull(all);
        }
        int number = names.fix(new Program.OfValue(s.name(), size, fixed.slots().taken()));
        return new Program.Sort(s.name(), number, s, sizes, false);
    }

    private void unit(Item.Unit u) {
        values.require(names.unit == null, u.at(), "there is one unit");
        Item.Roles roles = u.roles();
        for (String sort : List.of(roles.requesters(), roles.spaces(), roles.pages(), roles.frames(), roles.units())) {
            names.sort(u.at(), sort);
        }
        values.require(names.cpus != null, u.at(), "'operations on ...' stands before the unit, which CPUs wait for");
        names.unit = u;
        names.tags();
    }

    private void family(Item.Family f) {
        List<String> index = new ArrayList<>();
        if (f.local()) {
            values.require(names.cpus != null, f.at(), "locals are of CPUs: 'operations on ...' stands before them");
            index.add(Objects.requireNonNull(names.cpus));
        }
        f.index().forEach(i -> index.add(names.sort(i.at(), i.sort()).name()));
        values.require(index.size() <= MOST_INDICES, f.at(), "a place has at most three indices");
        String name = f.local() ? "cpu." + f.name() : f.name();
        Type type = names.type(f.type());
        boolean stored = f.type() instanceof TypeName.Number || type == Type.Plain.NOTHING;
        values.require(!stored, f.type().at(), "how large may it be? A range is 0..n");
        Value last = null;
        boolean wraps = false;
        if (f.type() instanceof TypeName.Range range) {
            boolean fromZero = range.first() instanceof Expr.Number n && n.value() == 0;
            values.require(fromZero, range.at(), "ranges begin at 0");
            last = values.checked(range.last(), fixed, Type.Plain.NUMBER);
            wraps = range.wraps();
        }
        if (names.familyOf.put(name, names.families.size()) != null) {
            throw names.error(f.at(), "two places are named '" + name + "'");
        }
        names.families.add(new Program.Family(
                name, f, index, type, type instanceof Type.Maybe ? 1 : 0, last, wraps, null, null, ALWAYS));
    }

    /** Conditions are checked when all places are known. */
    private void conditions(int number) {
        Program.Family f = names.families.get(number);
        names.families.set(
                number,
                new Program.Family(
                        f.name(),
                        f.item(),
                        f.index(),
                        f.type(),
                        f.first(),
                        f.last(),
                        f.wraps(),
                        f.item().local() ? null : ofElement(f, f.item().live()),
                        ofElement(f, f.item().names()),
                        fixedCondition(f.item().condition())));
    }

    private Value fixedCondition(@Nullable Expr e) {
        return e == null ? ALWAYS : values.fixed(e);
    }

    private @Nullable EngineCode ofElement(Program.Family f, @Nullable Expr e) {
        if (e == null) {
            return null;
        }
        Scope scope = Scope.of(Place.ELEMENT);
        for (int k = 0; k < f.index().size(); k++) {
            Type type = names.typeOf(names.sort(e.at(), f.index().get(k)));
            scope = scope.with("#" + k, type);
            int own = k - (f.item().local() ? 1 : 0);
            if (own >= 0 && !f.item().index().get(own).variable().isEmpty()) {
                scope = scope.with(f.item().index().get(own).variable(), scope.value(), type);
            }
        }
        Value value = values.truth(e, scope);
        return code(EngineCode.Kind.ELEMENT, f.name(), f.index().size(), scope, List.of(answer(value)), e.at());
    }

    private static Act answer(Value value) {
        return new Act.Return(value, null);
    }

    private static EngineCode code(
            EngineCode.Kind kind, String name, int parameters, Scope scope, List<Act> acts, At at) {
        return new EngineCode(kind, name, parameters, scope.slots().taken(), acts, at);
    }

    // --- functions

    private Signature signature(String name) {
        Signature known = names.signatures.get(name);
        if (known != null) {
            return known;
        }
        Item item = Objects.requireNonNull(names.functionItems.get(name));
        if (!underWay.add(name)) {
            throw names.error(item.at(), "'" + name + "' is defined by itself");
        }
        Signature made = item instanceof Item.Def d
                ? definition(d)
                : item instanceof Item.Proc p ? procedure(p) : claim((Item.Claim) item);
        names.signatures.put(name, made);
        return made;
    }

    private Scope formals(List<Item.Formal> formals, Scope scope, List<Type> types) {
        Scope inner = scope;
        Set<String> seen = new HashSet<>();
        for (Item.Formal f : formals) {
            values.require(seen.add(f.name()), f.at(), "two parameters are named '" + f.name() + "'");
            types.add(names.type(f.type()));
            inner = inner.with(f.name(), types.get(types.size() - 1));
        }
        return inner;
    }

    private Signature definition(Item.Def d) {
        List<Type> types = new ArrayList<>();
        // A definition may be of states and of CPUs: who calls it says which; what runs is not known there.
        Scope scope = formals(d.parameters(), Scope.of(Place.STEP), types);
        Type wanted = d.type() == null ? null : names.type(d.type());
        Typed typed = values.open(d.value(), scope, wanted);
        Type type = wanted == null ? typed.type() : wanted;
        Value value = values.fit(d.value().at(), typed, type);
        return function(Program.Nature.DEFINITION, d.name(), types, type, scope, List.of(answer(value)), d.at());
    }

    private Signature procedure(Item.Proc p) {
        List<Type> types = new ArrayList<>();
        Scope scope = formals(p.parameters(), Scope.of(Place.STEP), types);
        Type type = p.type() == null ? Type.Plain.NOTHING : names.type(p.type());
        Acts acts = new Acts(names, values, Acts.Body.PROCEDURE, type, List.of());
        List<Act> all = acts.all(p.body(), scope);
        values.require(
                type == Type.Plain.NOTHING || Acts.returns(all),
                p.at(),
                "'" + p.name() + "' may end without an answer");
        return function(Program.Nature.PROCEDURE, p.name(), types, type, scope, all, p.at());
    }

    private Signature claim(Item.Claim c) {
        List<Type> types = new ArrayList<>();
        // Without arguments it is a step's, which runs on a CPU.
        Place place = c.arguments().isEmpty() ? Place.CLAIM_OF_STEP : Place.CLAIM;
        Scope scope = binders(c.arguments(), Scope.of(place), types);
        Acts acts = new Acts(names, values, Acts.Body.CLAIM, Type.Plain.NOTHING, List.of());
        List<Act> all = acts.all(c.body(), scope);
        return function(Program.Nature.CLAIM, c.name(), types, Type.Plain.NOTHING, scope, all, c.at());
    }

    /** Variables for binders, those that take an element apart behind all others. */
    private Scope binders(List<Expr.Binder> binders, Scope scope, List<Type> types) {
        Scope inner = scope;
        List<Value> of = new ArrayList<>();
        for (Expr.Binder b : binders) {
            Type type = names.typeOf(names.sort(b.at(), b.sort()));
            types.add(type);
            inner = inner.with(b.names().size() == 1 ? b.name() : "#", type);
            of.add(inner.value());
        }
        for (int i = 0; i < binders.size(); i++) {
            if (binders.get(i).names().size() > 1) {
                inner = new Cases(names, values).apart(inner, binders.get(i), of.get(i));
            }
        }
        return inner;
    }

    private Signature function(
            Program.Nature nature, String name, List<Type> types, Type type, Scope scope, List<Act> acts, At at) {
        int number = names.functions.size();
        Program.Function made = new Program.Function(
                nature, name, types.size(), scope.slots().taken(), type == Type.Plain.TRUTH, acts, at);
        names.functions.add(made);
        names.weigh(made);
        boolean runs = Walk.any(
                acts,
                v -> v instanceof Value.Me || (v instanceof Value.Call c && names.runsOnCpu.contains(c.function())));
        if (runs) {
            names.runsOnCpu.add(number);
        }
        return new Signature(number, nature, types, type);
    }

    // --- parts

    private void part(Item item, List<Program.Part> to) {
        if (item instanceof Item.Requires r) {
            to.add(new Program.Requires(values.truth(r.condition(), fixed), subject(r.condition()), r.message()));
        } else if (item instanceof Item.Cpus c) {
            to.add(new Program.Cpus(c.sort(), c.manySteps()));
        } else if (item instanceof Item.Unit u) {
            to.add(new Program.Unit(
                    u,
                    u.needs().stream().map(n -> fixedCondition(n.condition())).toList()));
        } else if (item instanceof Item.Family f) {
            int number = Objects.requireNonNull(names.familyOf.get(f.local() ? "cpu." + f.name() : f.name()));
            conditions(number);
            to.add(new Program.Places(number));
        } else if (item instanceof Item.Operation o) {
            to.add(operation(o));
        } else if (item instanceof Item.Action a) {
            to.add(action(a));
        } else if (item instanceof Item.Hardware) {
            to.add(new Program.Hardware());
        } else if (item instanceof Item.Initially i) {
            Scope scope = Scope.of(Place.INITIAL);
            List<Act> acts =
                    new Acts(names, values, Acts.Body.CHANGE, Type.Plain.NOTHING, List.of()).all(i.body(), scope);
            to.add(new Program.Initially(code(EngineCode.Kind.CHANGE, "initially", 0, scope, acts, i.at())));
        } else if (item instanceof Item.Claim c) {
            Signature signature = signature(c.name());
            to.add(new Program.Claim(
                    c.name(), signature.number(), signature.parameters().size()));
        } else if (item instanceof Item.Keeps k) {
            Scope scope = Scope.of(Place.STATE);
            Value value = values.truth(k.condition(), scope);
            to.add(new Program.Keeps(
                    k.name(), code(EngineCode.Kind.STATE, "keeps", 0, scope, List.of(answer(value)), k.at())));
        } else {
            meaning(item, to);
        }
    }

    private void meaning(Item item, List<Program.Part> to) {
        if (item instanceof Item.Relation r) {
            to.add(relation(r));
        } else if (item instanceof Item.Never n) {
            n.sorts().forEach(sort -> names.sort(n.at(), sort));
            to.add(new Program.Never(n.name(), n.sorts(), fixedCondition(n.condition()), n.at()));
        } else if (item instanceof Item.Import i) {
            to.add(new Program.Import(i.what(), i.at()));
        } else if (item instanceof Item.Discipline d) {
            to.add(discipline(d));
        } else if (item instanceof Item.Property p) {
            property(p, to);
        } else if (item instanceof Item.Scenario s) {
            new Scenarios(tree, names).check(s);
        }
    }

    /** The variables of its first {@code all}s are the places of two relations: what has to hold, and of what it says something. */
    private void property(Item.Property p, List<Program.Part> to) {
        Scenarios.requireId(names, p.at(), p.id());
        values.require(properties.add(p.id()), p.at(), "two properties are named '" + p.id() + "'");
        List<Expr.Binder> places = new ArrayList<>();
        Expr says = null;
        Expr body = p.value();
        while (body instanceof Expr.Fold all && all.kind().equals("all") && places.size() < MOST_ARGUMENTS) {
            places.add(all.variable());
            if (all.where() != null) {
                says = says == null ? all.where() : new Expr.Infix(all.at(), "and", says, all.where());
            }
            body = all.body();
        }
        Expr holds = says == null ? body : new Expr.Infix(p.at(), "or", new Expr.Prefix(p.at(), "not", says), body);
        if (p.reached() != null) {
            says = says == null ? p.reached() : new Expr.Infix(p.at(), "and", says, p.reached());
        }
        if (says == null) {
            throw names.error(
                    p.at(),
                    "when does '" + p.id() + "' say anything? 'all ... where' tells, or 'reached' and a condition"
                            + " behind it");
        }
        Program.Relation relation =
                relation(new Item.Relation(p.at(), OwnProperty.relation(p.id()), places, holds, null));
        values.require(
                readsState(relation.code().acts()), p.at(), "'" + p.id() + "' reads no place: it is the same always");
        to.add(relation);
        to.add(relation(new Item.Relation(p.at(), OwnProperty.reached(p.id()), places, says, null)));
        to.add(new Program.Property(p, relation.places()));
    }

    private boolean readsState(List<Act> acts) {
        return Walk.any(
                acts,
                v -> v instanceof Value.Read
                        || v instanceof Value.Ask
                        || (v instanceof Value.Call c
                                && readsState(names.functions.get(c.function()).acts())));
    }

    /** Sorts that the discipline has of its own hide those of the same name. */
    private Program.Discipline discipline(Item.Discipline d) {
        Map<String, Program.Sort> before = new LinkedHashMap<>(names.sortOf);
        List<Program.Part> own = new ArrayList<>();
        for (Item item : d.items()) {
            if (item instanceof Item.Sort s) {
                Program.Sort sort = sort(s);
                names.sorts.add(sort);
                names.sortOf.put(s.name(), sort);
            } else {
                boolean means =
                        item instanceof Item.Relation || item instanceof Item.Never || item instanceof Item.Import;
                values.require(means, item.at(), "sorts, relations, never and import are for the discipline's reading");
                meaning(item, own);
            }
        }
        names.sortOf.clear();
        names.sortOf.putAll(before);
        Value unless = d.unless() == null ? null : values.truth(d.unless(), fixed);
        return new Program.Discipline(unless, d.reason(), own);
    }

    /** The parameter that a message is about: the first that a condition names. */
    private String subject(Expr condition) {
        Map<String, Expr.Name> found = new LinkedHashMap<>();
        new Rewrite(Map.of(), Map.of()) {
            @Override
            public Expr expr(Expr e) {
                if (e instanceof Expr.Name name) {
                    found.putIfAbsent(name.name(), name);
                }
                return super.expr(e);
            }
        }.expr(condition);
        Set<String> parameters =
                tree.all(Item.Parameter.class).map(Item.Parameter::name).collect(Collectors.toSet());
        return found.values().stream()
                .filter(n -> parameters.contains(n.name()))
                .min(Comparator.comparingInt((Expr.Name n) -> n.at().line()).thenComparingInt(n -> n.at().column()))
                .map(Expr.Name::name)
                .orElse(names.unit != null ? "iommu" : tree.id());
    }

    private List<Program.Formal> arguments(At at, List<Expr.Binder> binders) {
        values.require(binders.size() <= MOST_ARGUMENTS, at, "there are at most five arguments");
        Set<String> seen = new HashSet<>();
        List<Program.Formal> all = new ArrayList<>();
        for (Expr.Binder b : binders) {
            values.require(seen.add(b.name()), b.at(), "two arguments are named '" + b.name() + "'");
            all.add(new Program.Formal(b.name(), names.sort(b.at(), b.sort()).name()));
        }
        return all;
    }

    private @Nullable EngineCode letters(String name, List<Expr.Binder> binders, @Nullable Expr letters) {
        if (letters == null) {
            return null;
        }
        Scope scope = binders(binders, Scope.of(Place.LETTERS), new ArrayList<>());
        Value value = values.truth(letters, scope);
        return code(EngineCode.Kind.FILTER, name, binders.size(), scope, List.of(answer(value)), letters.at());
    }

    private void requireNew(At at, String name) {
        values.require(declared.add(name), at, "two operations or actions are named '" + name + "'");
    }

    private Program.Part action(Item.Action a) {
        requireNew(a.at(), a.name());
        requireClaim(a.at(), a.claims());
        Scope scope = binders(a.arguments(), Scope.of(Place.ACTION), new ArrayList<>());
        List<Act> acts = new ArrayList<>();
        if (a.when() != null) {
            acts.add(new Act.Wait(values.truth(a.when(), scope), a.when().at()));
        }
        acts.addAll(new Acts(names, values, Acts.Body.ACTION, Type.Plain.NOTHING, List.of()).all(a.body(), scope));
        return new Program.Action(
                a.name(),
                arguments(a.at(), a.arguments()),
                a.by(),
                a.claims(),
                letters(a.name(), a.arguments(), a.letters()),
                code(EngineCode.Kind.ACTION, a.name(), a.arguments().size(), scope, acts, a.at()),
                fixedCondition(a.condition()));
    }

    private void requireClaim(At at, String claim) {
        if (claim.isEmpty() || names.functionItems.get(claim) instanceof Item.Claim) {
            return;
        }
        List<String> known = tree.all(Item.Claim.class).map(Item.Claim::name).toList();
        throw names.unknown(at, "claim", claim, known);
    }

    private Program.Part operation(Item.Operation o) {
        requireNew(o.at(), o.name());
        values.require(names.cpus != null, o.at(), "operations run on CPUs: 'operations on ...' stands before them");
        values.require(!o.steps().isEmpty(), o.at(), "an operation without a step");
        List<String> labels = new ArrayList<>(List.of("end"));
        labels(o.steps(), labels, o);
        return new Program.Operation(
                o.name(),
                arguments(o.at(), o.arguments()),
                letters(o.name(), o.arguments(), o.letters()),
                start(o),
                nodes(o.name(), o.steps(), labels),
                fixedCondition(o.condition()));
    }

    private void labels(List<Node> nodes, List<String> to, Item.Operation o) {
        for (Node node : nodes) {
            if (node instanceof Node.Step s) {
                // Both sides of a where may have one of the same name; a machine has one of them.
                values.require(!s.label().equals("end"), s.at(), "'end' is where an operation ends");
                to.add(s.label());
            } else if (node instanceof Node.Where w) {
                labels(w.yes(), to, o);
                labels(w.no(), to, o);
            }
        }
    }

    /** Arguments go into locals of their names; then what the text says. */
    private EngineCode start(Item.Operation o) {
        Scope scope = binders(o.arguments(), Scope.of(Place.STEP), new ArrayList<>());
        List<Act> acts = new ArrayList<>();
        if (o.when() != null) {
            Value when = values.truth(o.when(), scope);
            acts.add(new Act.Return(new Const(0), new Value.Not(when)));
        }
        List<Statement> all = new ArrayList<>();
        for (Expr.Binder b : o.arguments()) {
            if (names.familyOf.containsKey("cpu." + b.name())) {
                all.add(new Statement.Assign(
                        b.at(), new Expr.Name(b.at(), "cpu." + b.name()), ":=", new Expr.Name(b.at(), b.name())));
            }
        }
        all.addAll(o.start());
        acts.addAll(new Acts(names, values, Acts.Body.START, Type.Plain.NOTHING, List.of()).all(all, scope));
        acts.add(answer(ALWAYS));
        return code(EngineCode.Kind.START, o.name(), o.arguments().size(), scope, acts, o.at());
    }

    private List<Program.Node> nodes(String operation, List<Node> nodes, List<String> labels) {
        List<Program.Node> all = new ArrayList<>();
        for (Node node : nodes) {
            if (node instanceof Node.Step s) {
                all.add(step(operation, s, labels));
            } else if (node instanceof Node.Where w) {
                all.add(new Program.Where(
                        values.fixed(w.condition()),
                        nodes(operation, w.yes(), labels),
                        nodes(operation, w.no(), labels)));
            } else if (node instanceof Node.Use use) {
                all.add(drive(use, labels));
            }
        }
        return all;
    }

    private Program.Node drive(Node.Use use, List<String> labels) {
        values.require(names.unit != null, use.at(), "there is no unit");
        boolean fits = use.arguments().size() == 2
                && use.arguments().get(0).text() != null
                && use.arguments().get(1).expr() instanceof Expr.Name;
        values.require(fits, use.at(), "iommu.drive takes a text for labels, and the label behind its steps");
        String announce =
                ((Expr.Name) Objects.requireNonNull(use.arguments().get(1).expr())).name();
        if (!labels.contains(announce)) {
            throw names.unknown(use.at(), "label", announce, labels);
        }
        return new Program.Drive(Objects.requireNonNull(use.arguments().get(0).text()), announce, use.point());
    }

    private Program.Node step(String operation, Node.Step s, List<String> labels) {
        requireClaim(s.at(), s.claims());
        Scope scope = Scope.of(Place.STEP);
        Acts acts = new Acts(names, values, Acts.Body.STEP, Type.Plain.NOTHING, labels);
        List<Act> all = acts.all(s.statements(), scope);
        Node.Quiet q = s.quiet();
        Value quiet = q == null ? null : q.unless() == null ? ALWAYS : new Value.Not(values.fixed(q.unless()));
        values.require(acts.exits().size() <= 3, s.at(), "a step goes to at most three labels");
        EngineCode code = code(EngineCode.Kind.STEP, operation + "/" + s.label(), 0, scope, all, s.at());
        if (q != null && q.reason().isEmpty()) {
            Quietness.require(names, code, q.at());
        }
        return new Program.Step(s.label(), quiet, s.claims(), s.point(), code, acts.exits());
    }

    private Program.Relation relation(Item.Relation r) {
        List<Type> types = new ArrayList<>();
        values.require(r.places().size() <= MOST_ARGUMENTS, r.at(), "a relation has at most five places");
        Scope scope = binders(r.places(), Scope.of(Place.STATE), types);
        Value value = values.truth(r.value(), scope);
        List<Program.Formal> places = r.places().stream()
                .map(b -> new Program.Formal(b.name(), b.sort()))
                .toList();
        return new Program.Relation(
                r.name(),
                places,
                code(EngineCode.Kind.RELATION, r.name(), types.size(), scope, List.of(answer(value)), r.at()),
                fixedCondition(r.condition()));
    }
}
