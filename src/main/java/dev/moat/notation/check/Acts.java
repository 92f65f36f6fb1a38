package dev.moat.notation.check;

import dev.moat.notation.core.Act;
import dev.moat.notation.core.Primitive;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.Type;
import dev.moat.notation.core.Value;
import dev.moat.notation.core.Value.Const;
import dev.moat.notation.core.Value.Op;
import dev.moat.notation.core.Value.Pair;
import dev.moat.notation.core.Walk;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Statement;
import dev.moat.notation.tree.TypeName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks statements of one piece of code. */
final class Acts {
    /** What a piece of code is, and so what may stand in it. */
    enum Body {
        STEP,
        START,
        ACTION,
        PROCEDURE,
        CLAIM,
        CHANGE
    }

    private static final Value HELD = new Const(1);
    private static final Value FREE = new Const(0);

    private final Definitions names;
    private final Values values;
    private final Body body;
    private final Type result;
    /** The labels that there are; a step's. */
    private final List<String> labels;

    private final List<String> exits = new ArrayList<>();
    /** Whether something may have been changed by now. */
    private boolean wrote;

    private boolean loops;

    Acts(Definitions names, Values values, Body body, Type result, List<String> labels) {
        this.names = names;
        this.values = values;
        this.body = body;
        this.result = result;
        this.labels = List.copyOf(labels);
    }

    /** Labels that the code goes to, each once. */
    List<String> exits() {
        return exits;
    }

    List<Act> all(List<Statement> statements, Scope scope) {
        List<Act> acts = new ArrayList<>();
        Scope inner = scope;
        for (Statement s : statements) {
            inner = add(s, inner, acts);
        }
        return acts;
    }

    /** Adds what a statement does; answers what is known behind it. */
    private Scope add(Statement s, Scope scope, List<Act> to) {
        if (s instanceof Statement.Let let) {
            return let(let, scope, to);
        } else if (s instanceof Statement.Assign a) {
            assign(a, scope, to);
        } else if (s instanceof Statement.Wait w) {
            to.add(waited(w.at(), condition(w.condition(), scope)));
        } else if (s instanceof Statement.Lock lock) {
            lock(lock, scope, to);
        } else if (s instanceof Statement.Goto jump) {
            to.add(new Act.Jump(exit(jump.at(), jump.label()), maybe(jump.condition(), scope)));
        } else if (s instanceof Statement.If branch) {
            to.add(branch(branch, scope));
        } else if (s instanceof Statement.For loop) {
            to.add(loop(loop, scope));
        } else if (s instanceof Statement.Do run) {
            Typed call = values.call(run.call(), scope, true);
            values.require(isDeed(call.value()), run.at(), "this does nothing");
            wrote = true;
            to.add(new Act.Run(call.value(), run.at()));
        } else if (s instanceof Statement.Return r) {
            to.add(returned(r, scope));
        } else if (s instanceof Statement.Say say) {
            to.add(said(say, scope));
        }
        return scope;
    }

    private @Nullable Value maybe(@Nullable Expr e, Scope scope) {
        return e == null ? null : values.truth(e, scope);
    }

    /** A value that may be the answer of something that is done. */
    private Typed answer(Expr e, Scope scope, @Nullable Type expected) {
        if (!(e instanceof Expr.Call call)) {
            return values.open(e, scope, expected);
        }
        Typed typed = values.call(call, scope, true);
        did(typed.value());
        return typed;
    }

    private Value condition(Expr e, Scope scope) {
        if (e instanceof Expr.Call) {
            boolean before = wrote;
            Typed typed = answer(e, scope, Type.Plain.TRUTH);
            // What answers no has changed nothing.
            requireUnwritten(before, e.at());
            return values.fit(e.at(), typed, Type.Plain.TRUTH);
        }
        requireUnwritten(wrote, e.at());
        return values.truth(e, scope);
    }

    private void requireUnwritten(boolean written, At at) {
        values.require(!written, at, "what is waited for stands before everything that the step changes");
    }

    private void did(Value value) {
        wrote |= isDeed(value);
    }

    private boolean isDeed(Value value) {
        return value instanceof Value.Ask ask
                ? ask.primitive().kind() == Primitive.Kind.DEED
                : value instanceof Value.Call call
                        && names.functions.get(call.function()).nature() != Program.Nature.DEFINITION;
    }

    private Act waited(At at, Value condition) {
        values.require(
                body == Body.STEP || body == Body.ACTION,
                at,
                "there is nobody who waits here: wait and take are for steps and actions");
        values.require(!loops, at, "what is waited for stands before a loop");
        return new Act.Wait(condition, at);
    }

    private Scope let(Statement.Let let, Scope scope, List<Act> to) {
        Typed typed = answer(let.value(), scope, null);
        values.require(typed.type() != Type.Plain.NOTHING, let.at(), "'" + let.name() + "' would be nothing");
        Value.Variable variable = new Value.Variable(scope.slot());
        to.add(new Act.Let(variable.slot(), typed.value(), let.at()));
        String otherwise = let.otherwise();
        if (otherwise == null) {
            return scope.with(let.name(), variable, typed.type());
        }
        if (!(typed.type() instanceof Type.Maybe maybe)) {
            throw names.error(let.at(), "this is never none: there is nothing else");
        }
        to.add(new Act.Jump(exit(let.at(), otherwise), new Pair(Op.SAME, variable, new Const(-1))));
        return scope.with(let.name(), variable, new Type.Element(maybe.sort()));
    }

    // --- places

    /** The place that is stored to. */
    private Value.Read place(Expr e, Scope scope) {
        values.require(scope.place().mayDo(), e.at(), "nothing is changed here");
        values.require(e instanceof Expr.Name || e instanceof Expr.Place, e.at(), "a place is expected");
        boolean isVariable = e instanceof Expr.Name name && scope.find(name.name()) != null;
        Typed typed = isVariable ? new Typed(FREE, Type.Plain.NOTHING) : values.open(e, scope, null);
        if (!(typed.value() instanceof Value.Read read) || read.family() == Program.COUNTERS) {
            throw names.error(e.at(), isVariable ? "a variable keeps its value" : "a place is expected");
        }
        Program.Family family = names.families.get(read.family());
        values.require(
                body != Body.START || family.item().local(), e.at(), "a call that begins stores nothing but locals");
        return read;
    }

    private void assign(Statement.Assign a, Scope scope, List<Act> to) {
        Value.Read read = place(a.place(), scope);
        Program.Family family = names.families.get(read.family());
        values.require(
                !(family.item().type() instanceof TypeName.Lock),
                a.at(),
                "a lock is taken and dropped, nothing is stored to it");
        Value value;
        boolean clears = family.item().names() != null
                && a.value() instanceof Expr.Name n
                && n.name().equals("none");
        if (clears && a.operator().equals(":=")) {
            // It names nothing, so nobody takes it for the first element.
            value = FREE;
        } else if (a.operator().equals(":=")) {
            Typed typed = answer(a.value(), scope, family.type());
            value = values.fit(a.value().at(), typed, family.type());
        } else {
            values.require(family.type() == Type.Plain.NUMBER, a.at(), "sums are of numbers");
            Op op = a.operator().equals("+=") ? Op.PLUS : Op.MINUS;
            value = new Pair(op, read, values.checked(a.value(), scope, Type.Plain.NUMBER));
        }
        Value last = family.last();
        boolean known = value instanceof Const || last == null || family.wraps();
        if (last != null && !known) {
            value = new Value.Within(value, FREE, last, a.at(), "a value of " + family.name());
        }
        wrote = true;
        to.add(new Act.Store(read.family(), read.index(), value, a.at()));
    }

    private void lock(Statement.Lock lock, Scope scope, List<Act> to) {
        Value.Read read = place(lock.lock(), scope);
        boolean isLock = names.families.get(read.family()).item().type() instanceof TypeName.Lock;
        values.require(isLock, lock.lock().at(), "this is no lock");
        if (lock.takes()) {
            requireUnwritten(wrote, lock.at());
            to.add(waited(lock.at(), new Pair(Op.SAME, read, FREE)));
        }
        wrote = true;
        to.add(new Act.Store(read.family(), read.index(), lock.takes() ? HELD : FREE, lock.at()));
    }

    // --- ways

    private int exit(At at, String label) {
        values.require(body == Body.STEP, at, "there are no labels here");
        values.require(!loops, at, "a loop ends where it ends: goto stands outside");
        if (!labels.contains(label)) {
            throw names.unknown(at, "label", label, labels);
        }
        if (!exits.contains(label)) {
            exits.add(label);
        }
        return exits.indexOf(label);
    }

    private Act branch(Statement.If s, Scope scope) {
        Value condition = s.isStatic() ? values.fixed(s.condition()) : values.truth(s.condition(), scope);
        boolean before = wrote;
        List<Act> yes = all(s.yes(), scope);
        boolean after = wrote;
        wrote = before;
        List<Act> no = all(s.no(), scope);
        wrote |= after;
        return new Act.Branch(condition, yes, no);
    }

    private Act loop(Statement.For s, Scope scope) {
        Program.Sort sort = names.sort(s.variable().at(), s.variable().sort());
        Scope inner = scope.with(s.variable().name(), names.typeOf(sort));
        Value.Variable variable = (Value.Variable) inner.value();
        Value where = maybe(s.where(), inner);
        boolean before = loops;
        loops = true;
        List<Act> acts = all(s.body(), inner);
        loops = before;
        if (body != Body.CHANGE && body != Body.CLAIM && !isUnordered(variable, where, acts)) {
            names.ordered.add(sort.name());
        }
        Value only = Equalities.only(variable, where);
        return new Act.Loop(variable.slot(), names.size(sort), only, where, acts);
    }

    /** Whether it does not matter which element comes first: each changes its own places, and reads none that any changes. */
    private static boolean isUnordered(Value.Variable variable, @Nullable Value where, List<Act> acts) {
        Set<Integer> written = new HashSet<>();
        boolean[] own = {true};
        Walk.acts(acts, act -> {
            if (act instanceof Act.Store s) {
                written.add(s.family());
                own[0] &= s.index().contains(variable);
            } else {
                own[0] &= act instanceof Act.Branch;
            }
        });
        List<Act> all = new ArrayList<>(acts);
        if (where != null) {
            all.add(new Act.Wait(where, At.NOWHERE));
        }
        return own[0] && !Walk.any(all, v -> v instanceof Value.Read r && written.contains(r.family()));
    }

    private Act returned(Statement.Return r, Scope scope) {
        values.require(
                body == Body.PROCEDURE || body == Body.CLAIM,
                r.at(),
                "return is for procedures and claims; a call ends by 'goto end'");
        values.require(
                (r.value() == null) == (result == Type.Plain.NOTHING),
                r.at(),
                result == Type.Plain.NOTHING ? "this answers nothing" : "this answers " + result.described());
        Value value = r.value() == null ? null : values.checked(r.value(), scope, result);
        return new Act.Return(value, maybe(r.condition(), scope));
    }

    private Act said(Statement.Say say, Scope scope) {
        values.require(body == Body.CLAIM, say.at(), "say is for claims");
        values.require(
                !say.arguments().isEmpty() && say.arguments().size() <= 6,
                say.at(),
                "an action of the discipline has from 1 to 6 arguments");
        List<Value> all = new ArrayList<>();
        for (Expr e : say.arguments()) {
            Typed typed = values.open(e, scope, null);
            values.require(
                    typed.type() instanceof Type.Element,
                    e.at(),
                    "this is " + typed.type().described() + ", and an element is expected");
            all.add(typed.value());
        }
        return new Act.Say(say.action(), all);
    }

    /** Whether statements always return. */
    static boolean returns(List<Act> acts) {
        if (acts.isEmpty()) {
            return false;
        }
        Act last = acts.get(acts.size() - 1);
        return (last instanceof Act.Return r && r.condition() == null)
                || (last instanceof Act.Branch b && returns(b.yes()) && returns(b.no()));
    }
}
