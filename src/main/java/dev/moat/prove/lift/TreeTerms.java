package dev.moat.prove.lift;

import dev.moat.model.Outcome;
import dev.moat.notation.core.Act;
import dev.moat.notation.core.EngineCode;
import dev.moat.notation.core.MachineNumbers;
import dev.moat.notation.core.NotedCode;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.Value;
import dev.moat.notation.core.Value.Kind;
import dev.moat.notation.tree.At;
import dev.moat.prove.lift.TermExpr.Op;
import dev.moat.state.Claim;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The terms of code that is written in the notation, from its tree: loops are unrolled, definitions put in, primitives lifted from their
 * class files. Values are words of 64 bits, conditions of one.
 */
final class TreeTerms {
    private final Lifter lifter;
    private final Exprs exprs;
    private final MachineNumbers bound;
    private final Program program;
    private final List<Obligation> obligations = new ArrayList<>();
    private TermExpr cpu;
    /** Which of the states is read and changed, and which one was before. */
    private int state;

    private int before;

    TreeTerms(Lifter lifter, MachineNumbers bound) {
        this.lifter = lifter;
        exprs = lifter.exprs;
        this.bound = bound;
        program = bound.program();
        cpu = exprs.ofLong(0);
    }

    /** One way to end, and what was done until then. */
    private record End(TermExpr path, TermExpr answer, PathEffects effects) {}

    /** A piece of code, or a function, that is run: its variables, what is assumed since it began, and its ends. */
    private static final class Frame {
        final TermExpr[] variables;
        final TermExpr outer;
        final List<End> ends = new ArrayList<>();
        TermExpr local;
        PathEffects effects;

        Frame(int variables, TermExpr outer, TermExpr yes, PathEffects effects) {
            this.variables = new TermExpr[variables];
            this.outer = outer;
            local = yes;
            this.effects = effects;
        }
    }

    /**
     * What a piece of code does.
     *
     * @param arguments of it as the engine calls it, behind the states: numbers of 32 bits
     */
    Lifted of(NotedCode noted, List<TermExpr> arguments, List<List<TermExpr>> states) {
        EngineCode code = noted.code();
        TermExpr[][] words =
                states.stream().map(s -> s.toArray(new TermExpr[0])).toArray(TermExpr[][]::new);
        state = words.length - 1;
        Frame f = new Frame(code.variables(), exprs.yes, exprs.yes, new PathEffects(words, List.of()));
        boolean onCpu = code.kind() == EngineCode.Kind.STEP
                || code.kind() == EngineCode.Kind.START
                || code.kind() == EngineCode.Kind.CLAIM;
        if (onCpu && !arguments.isEmpty()) {
            cpu = exprs.resized(arguments.get(0), 64);
        }
        int first = code.kind() == EngineCode.Kind.START ? 1 : 0;
        for (int i = 0; i < code.parameters(); i++) {
            f.variables[i] = exprs.resized(arguments.get(first + i), 64);
        }
        run(code.acts(), f, noted.step());
        End end = joined(f, exprs.ofLong(code.kind() == EngineCode.Kind.ACTION ? 1 : 0));
        List<List<TermExpr>> after = new ArrayList<>();
        for (TermExpr[] s : end.effects.states()) {
            after.add(List.of(s));
        }
        return new Lifted(exprs.resized(end.answer, 32), after, end.effects.said(), List.copyOf(obligations));
    }

    /** All ends as one; where nothing ended it goes on with an answer of its own. */
    private End joined(Frame f, TermExpr goesOn) {
        End all = new End(f.local, goesOn, f.effects);
        for (int i = f.ends.size() - 1; i >= 0; i--) {
            End end = f.ends.get(i);
            all = all.path.isFalse()
                    ? end
                    : new End(
                            exprs.or(end.path, all.path),
                            exprs.ite(end.path, end.answer, all.answer),
                            PathEffects.either(end.path, end.effects, all.effects, exprs));
        }
        return all;
    }

    private static void end(Frame f, TermExpr path, TermExpr answer) {
        if (!path.isFalse()) {
            f.ends.add(new End(path, answer, f.effects));
        }
    }

    // --- obligations

    private TermExpr path(Frame f) {
        return exprs.and(f.outer, f.local);
    }

    private void mustNot(Frame f, TermExpr when, String what, At at) {
        TermExpr whole = exprs.and(path(f), when);
        if (!whole.isFalse()) {
            String place = program.tree().source().file() + ":" + at.line();
            obligations.add(new Obligation(what, place, whole));
            f.local = exprs.and(f.local, exprs.not(when));
        }
    }

    // --- statements

    private void run(List<Act> acts, Frame f, Program.@Nullable Step step) {
        for (Act act : acts) {
            if (f.local.isFalse()) {
                return;
            }
            run(act, f, step);
        }
    }

    private void run(Act act, Frame f, Program.@Nullable Step step) {
        if (act instanceof Act.Store s) {
            store(s, f);
        } else if (act instanceof Act.Let let) {
            f.variables[let.slot()] = number(let.value(), f);
        } else if (act instanceof Act.Wait w) {
            TermExpr condition = truth(w.condition(), f);
            end(f, exprs.and(f.local, exprs.not(condition)), exprs.ofLong(step == null ? 0 : Outcome.BLOCKED));
            f.local = exprs.and(f.local, condition);
        } else if (act instanceof Act.Jump jump) {
            TermExpr condition = jump.condition() == null ? exprs.yes : truth(jump.condition(), f);
            long outcome = Objects.requireNonNull(step).outcome(jump.exit());
            end(f, exprs.and(f.local, condition), exprs.ofLong(outcome));
            f.local = exprs.and(f.local, exprs.not(condition));
        } else if (act instanceof Act.Branch b) {
            branch(b, f, step);
        } else if (act instanceof Act.Loop loop) {
            for (long i = 0; i < size(loop.size()); i++) {
                once(loop, i, f);
            }
        } else if (act instanceof Act.Run run) {
            number(run.call(), f);
        } else if (act instanceof Act.Return r) {
            TermExpr condition = r.condition() == null ? exprs.yes : truth(r.condition(), f);
            TermExpr local = f.local;
            f.local = exprs.and(local, condition);
            TermExpr value = r.value() == null ? exprs.ofLong(0) : number(r.value(), f);
            end(f, f.local, value);
            f.local = exprs.and(local, exprs.not(condition));
        } else if (act instanceof Act.Say say) {
            say(say, f);
        }
    }

    private void branch(Act.Branch b, Frame f, Program.@Nullable Step step) {
        TermExpr condition = truth(b.condition(), f);
        TermExpr local = f.local;
        PathEffects start = f.effects;
        f.local = exprs.and(local, condition);
        run(b.yes(), f, step);
        TermExpr yes = f.local;
        PathEffects first = f.effects;
        f.local = exprs.and(local, exprs.not(condition));
        f.effects = start;
        run(b.no(), f, step);
        f.effects = yes.isFalse()
                ? f.effects
                : f.local.isFalse() ? first : PathEffects.either(condition, first, f.effects, exprs);
        f.local = exprs.or(yes, f.local);
    }

    private void once(Act.Loop loop, long i, Frame f) {
        f.variables[loop.slot()] = exprs.ofLong(i);
        TermExpr is = loop.only() == null ? exprs.yes : exprs.eq(number(loop.only(), f), exprs.ofLong(i));
        TermExpr local = f.local;
        f.local = exprs.and(local, is);
        TermExpr condition = loop.where() == null || f.local.isFalse() ? is : exprs.and(is, truth(loop.where(), f));
        f.local = local;
        Act.Branch body = new Act.Branch(new Value.Const(1), loop.body(), List.of());
        PathEffects start = f.effects;
        f.local = exprs.and(local, condition);
        if (!f.local.isFalse()) {
            run(body.yes(), f, null);
            f.effects = PathEffects.either(condition, f.effects, start, exprs);
        }
        f.local = local;
    }

    private long size(Value size) {
        return bound.fixed(((Value.Fixed) size).number());
    }

    private void say(Act.Say say, Frame f) {
        List<TermExpr> arguments = new ArrayList<>();
        for (int i = 0; i < Claim.PLACES; i++) {
            boolean given = i < say.arguments().size();
            arguments.add(given ? exprs.resized(number(say.arguments().get(i), f), 32) : exprs.ofInt(0));
        }
        Value.Const always = new Value.Const(1);
        f.effects = f.effects.adding(
                truth(always, f), new dev.moat.prove.lift.StackValue.Reference(say.action()), arguments, exprs);
    }

    // --- places

    private Slots slots(int family) {
        Slots slots = bound.slots(family);
        if (slots == null) {
            throw new RefusedException("asks a place that the machine does not have");
        }
        return slots;
    }

    private TermExpr element(Slots slots, List<Value> index, Frame f, At at) {
        TermExpr flat = exprs.ofLong(0);
        for (int k = 0; k < index.size(); k++) {
            TermExpr scaled =
                    exprs.binary(Op.MUL, flat, exprs.ofLong(slots.index().get(k).size()));
            flat = exprs.binary(Op.ADD, scaled, number(index.get(k), f));
        }
        mustNot(f, exprs.not(exprs.ult(flat, exprs.ofLong(slots.size()))), "an index below " + slots.size(), at);
        return flat;
    }

    private static long mask(Slots slots) {
        return slots.width() == 64 ? -1L : (1L << slots.width()) - 1;
    }

    private TermExpr read(Value.Read read, Frame f) {
        Slots slots = slots(read.family());
        TermExpr element = element(slots, read.index(), f, read.at());
        TermExpr[] words = f.effects.states()[state];
        TermExpr value = exprs.ofLong(0);
        for (int i = slots.size() - 1; i >= 0; i--) {
            TermExpr is = exprs.eq(element, exprs.ofLong(i));
            if (!is.isFalse()) {
                TermExpr there = exprs.binary(Op.LSHR, words[slots.wordOf(i)], exprs.ofLong(slots.shiftOf(i)));
                TermExpr one = exprs.and(there, exprs.ofLong(mask(slots)));
                value = i == slots.size() - 1 ? one : exprs.ite(is, one, value);
            }
        }
        int first = read.family() == Program.COUNTERS
                ? 0
                : program.families().get(read.family()).first();
        return exprs.binary(Op.SUB, value, exprs.ofLong(first));
    }

    private void store(Act.Store s, Frame f) {
        Slots slots = slots(s.family());
        Program.Family family = program.families().get(s.family());
        TermExpr element = element(slots, s.index(), f, s.at());
        TermExpr value = exprs.binary(Op.ADD, number(s.value(), f), exprs.ofLong(family.first()));
        TermExpr high = exprs.and(value, exprs.ofLong(~mask(slots)));
        if (!family.wraps()) {
            TermExpr fits = exprs.eq(high, exprs.ofLong(0));
            mustNot(f, exprs.not(fits), "a value of " + slots.width() + " bits for " + slots.name(), s.at());
        }
        value = exprs.and(value, exprs.ofLong(mask(slots)));
        TermExpr[][] states = f.effects.states().clone();
        TermExpr[] words = states[state].clone();
        for (int i = 0; i < slots.size(); i++) {
            TermExpr is = exprs.eq(element, exprs.ofLong(i));
            int w = slots.wordOf(i);
            TermExpr rest = exprs.and(words[w], exprs.ofLong(~(mask(slots) << slots.shiftOf(i))));
            TermExpr stored = exprs.or(rest, exprs.binary(Op.SHL, value, exprs.ofLong(slots.shiftOf(i))));
            words[w] = exprs.ite(is, stored, words[w]);
        }
        states[state] = words;
        f.effects = new PathEffects(states, f.effects.said());
    }

    // --- values

    private TermExpr number(Value value, Frame f) {
        if (value instanceof Value.Const c) {
            return exprs.ofLong(c.value());
        } else if (value instanceof Value.Fixed fixed) {
            return exprs.ofLong(bound.fixed(fixed.number()));
        } else if (value instanceof Value.Variable v) {
            return f.variables[v.slot()];
        } else if (value instanceof Value.Me) {
            return cpu;
        } else if (value instanceof Value.Read read) {
            return read(read, f);
        } else if (value instanceof Value.Before of) {
            int after = state;
            state = before;
            TermExpr number = number(of.of(), f);
            state = after;
            return number;
        } else if (value instanceof Value.Pair pair && !isTruth(pair.op())) {
            return pair(pair, f);
        } else if (value instanceof Value.Only only) {
            return exprs.binary(Op.SHL, exprs.ofLong(1), number(only.member(), f));
        } else if (value instanceof Value.Choice c) {
            return choice(c, f);
        } else if (value instanceof Value.Fold fold && fold.kind() != Kind.EXISTS && fold.kind() != Kind.ALL) {
            return fold(fold, f);
        } else if (value instanceof Value.Call call) {
            return call(call, f);
        } else if (value instanceof Value.Ask ask) {
            return ask(ask, f);
        } else if (value instanceof Value.Within within) {
            return within(within, f);
        }
        return exprs.ite(truth(value, f), exprs.ofLong(1), exprs.ofLong(0));
    }

    private static boolean isTruth(Value.Op op) {
        return switch (op) {
            case AND, OR, SAME, LESS, AT_MOST, MEMBER -> true;
            default -> false;
        };
    }

    private TermExpr within(Value.Within within, Frame f) {
        TermExpr of = number(within.of(), f);
        TermExpr low = exprs.slt(of, number(within.first(), f));
        TermExpr high = exprs.slt(number(within.last(), f), of);
        mustNot(f, exprs.or(low, high), within.what(), within.at());
        return of;
    }

    private TermExpr pair(Value.Pair p, Frame f) {
        TermExpr x = number(p.left(), f);
        TermExpr y = number(p.right(), f);
        return switch (p.op()) {
            case PLUS -> {
                TermExpr sum = exprs.binary(Op.ADD, x, y);
                overflow(f, exprs.and(xor(x, sum), xor(y, sum)));
                yield sum;
            }
            case MINUS -> {
                TermExpr difference = exprs.binary(Op.SUB, x, y);
                overflow(f, exprs.and(xor(x, y), xor(x, difference)));
                yield difference;
            }
            case TIMES -> times(x, y, f);
            case DIVIDED -> exprs.binary(Op.SDIV, x, y);
            case REMAINDER -> exprs.binary(Op.SREM, x, y);
            case UNION -> exprs.or(x, y);
            default -> exprs.and(x, xor(y, exprs.ofLong(-1)));
        };
    }

    private TermExpr xor(TermExpr x, TermExpr y) {
        return exprs.binary(Op.XOR, x, y);
    }

    private void overflow(Frame f, TermExpr sign) {
        mustNot(f, exprs.slt(sign, exprs.ofLong(0)), "a sum beyond 64 bits", At.NOWHERE);
    }

    private TermExpr times(TermExpr x, TermExpr y, Frame f) {
        TermExpr constant = x.isConstant() ? x : y;
        TermExpr other = x.isConstant() ? y : x;
        if (!constant.isConstant() || constant.constant() < 0) {
            throw new RefusedException("a product of two values of a state");
        }
        long c = constant.constant();
        if (c > 1) {
            TermExpr high = exprs.slt(exprs.ofLong(Long.MAX_VALUE / c), other);
            TermExpr low = exprs.slt(other, exprs.ofLong(Long.MIN_VALUE / c));
            mustNot(f, exprs.or(high, low), "a product beyond 64 bits", At.NOWHERE);
        }
        return exprs.binary(Op.MUL, x, y);
    }

    private TermExpr choice(Value.Choice c, Frame f) {
        TermExpr condition = truth(c.condition(), f);
        if (condition.isConstant()) {
            return number(condition.isTrue() ? c.yes() : c.no(), f);
        }
        TermExpr local = f.local;
        f.local = exprs.and(local, condition);
        TermExpr yes = number(c.yes(), f);
        f.local = exprs.and(local, exprs.not(condition));
        TermExpr no = number(c.no(), f);
        f.local = local;
        return exprs.ite(condition, yes, no);
    }

    private TermExpr call(Value.Call call, Frame f) {
        Program.Function function = program.functions().get(call.function());
        Frame inner = new Frame(function.variables(), path(f), exprs.yes, f.effects);
        for (int i = 0; i < call.arguments().size(); i++) {
            inner.variables[i] = number(call.arguments().get(i), f);
        }
        run(function.acts(), inner, null);
        End end = joined(inner, exprs.ofLong(0));
        f.effects = end.effects;
        return end.answer;
    }

    private TermExpr ask(Value.Ask ask, Frame f) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(0);
        arguments.add(exprs.resized(cpu, 32));
        ask.arguments().forEach(a -> arguments.add(number(a, f)));
        TermExpr[][] states = f.effects.states();
        Lifted does = lifter.liftCode(
                Objects.requireNonNull(bound.units()),
                ask.primitive().method(),
                arguments,
                List.of(List.of(states[state])));
        for (Obligation o : does.obligations()) {
            TermExpr whole = exprs.and(path(f), o.when());
            if (!whole.isFalse()) {
                obligations.add(new Obligation(o.what(), o.place(), whole));
            }
        }
        TermExpr[][] after = states.clone();
        after[state] = does.states().get(0).toArray(new TermExpr[0]);
        f.effects = new PathEffects(after, f.effects.said());
        return exprs.resized(does.answer(), 64);
    }

    /** One element: whether it is looked at, and what is asked of it. */
    private TermExpr[] elements(Value.Fold fold, Frame f, TermExpr found, long i, boolean asksTruth) {
        f.variables[fold.slot()] = exprs.ofLong(i);
        TermExpr local = f.local;
        f.local = exprs.and(local, exprs.not(found));
        TermExpr is = fold.only() == null ? exprs.yes : exprs.eq(number(fold.only(), f), exprs.ofLong(i));
        f.local = exprs.and(f.local, is);
        if (fold.where() != null && !is.isFalse()) {
            is = exprs.and(is, truth(fold.where(), f));
            f.local = exprs.and(f.local, is);
        }
        TermExpr body = is.isFalse() ? null : asksTruth ? truth(fold.body(), f) : number(fold.body(), f);
        f.local = local;
        return body == null
                ? new TermExpr[] {exprs.no, asksTruth ? exprs.no : exprs.ofLong(0)}
                : new TermExpr[] {is, body};
    }

    private TermExpr fold(Value.Fold fold, Frame f) {
        boolean asksTruth = fold.kind() != Kind.MAX;
        long size = size(fold.size());
        TermExpr found = exprs.no;
        TermExpr all = exprs.ofLong(fold.kind() == Kind.FIRST ? -1 : 0);
        for (long i = 0; i < size; i++) {
            TermExpr[] one = elements(fold, f, found, i, asksTruth);
            if (fold.kind() == Kind.FIRST) {
                TermExpr here = exprs.and(one[0], one[1]);
                all = exprs.ite(exprs.and(here, exprs.not(found)), exprs.ofLong(i), all);
                found = exprs.or(found, here);
            } else if (fold.kind() == Kind.COUNT) {
                TermExpr counts = exprs.ite(exprs.and(one[0], one[1]), exprs.ofLong(1), exprs.ofLong(0));
                all = exprs.binary(Op.ADD, all, counts);
            } else {
                TermExpr larger = exprs.and(one[0], exprs.slt(all, one[1]));
                all = exprs.ite(larger, one[1], all);
            }
        }
        return all;
    }

    // --- conditions

    private TermExpr truth(Value value, Frame f) {
        if (value instanceof Value.Not not) {
            return exprs.not(truth(not.of(), f));
        } else if (value instanceof Value.Pair p && isTruth(p.op())) {
            return truth(p, f);
        } else if (value instanceof Value.Fold fold && (fold.kind() == Kind.EXISTS || fold.kind() == Kind.ALL)) {
            return quantified(fold, f);
        }
        return exprs.not(exprs.eq(number(value, f), exprs.ofLong(0)));
    }

    private TermExpr truth(Value.Pair p, Frame f) {
        switch (p.op()) {
            case AND, OR:
                TermExpr left = truth(p.left(), f);
                boolean and = p.op() == Value.Op.AND;
                if (left.isConstant()) {
                    return left.isTrue() == and ? truth(p.right(), f) : left;
                }
                TermExpr local = f.local;
                f.local = exprs.and(local, and ? left : exprs.not(left));
                TermExpr right = truth(p.right(), f);
                f.local = local;
                return and ? exprs.and(left, right) : exprs.or(left, right);
            case SAME:
                return exprs.eq(number(p.left(), f), number(p.right(), f));
            case LESS:
                return exprs.slt(number(p.left(), f), number(p.right(), f));
            case AT_MOST:
                TermExpr x = number(p.left(), f);
                return exprs.not(exprs.slt(number(p.right(), f), x));
            default:
                TermExpr member = number(p.left(), f);
                TermExpr bit = exprs.binary(Op.LSHR, number(p.right(), f), exprs.and(member, exprs.ofLong(63)));
                return exprs.eq(exprs.and(bit, exprs.ofLong(1)), exprs.ofLong(1));
        }
    }

    private TermExpr quantified(Value.Fold fold, Frame f) {
        boolean exists = fold.kind() == Kind.EXISTS;
        TermExpr found = exprs.no;
        for (long i = 0; i < size(fold.size()); i++) {
            TermExpr[] one = elements(fold, f, found, i, true);
            found = exprs.or(found, exprs.and(one[0], exists ? one[1] : exprs.not(one[1])));
        }
        return exists ? found : exprs.not(found);
    }
}
