package dev.moat.notation.core;

import dev.moat.model.Outcome;
import dev.moat.model.ProgramException;
import dev.moat.notation.core.Value.Kind;
import dev.moat.notation.tree.At;
import dev.moat.state.Claim;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs code as it stands in the tree. {@code @oracle} it is slow and obviously right: what compiled code and solvers' terms say is
 * compared with it.
 */
public final class Interpreter {
    /** How statements end: the next one follows; a procedure, a claim or a condition has its answer; or an outcome of a step. */
    private static final int GOES_ON = -3;

    private static final int RETURNED = -2;

    private final MachineNumbers bound;
    private final Program program;

    public Interpreter(MachineNumbers bound) {
        this.bound = bound;
        program = bound.program();
    }

    /**
     * What a piece of code works on.
     *
     * @param before the state before a transition; of code of one state the same as {@code s}
     * @param claim what a claim is added to; else null
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Frame(
            long[] variables,
            long[] s,
            long[] before,
            int cpu,
            @Nullable Claim claim,
            long[] answer) {
        Frame with(long[] others, long[] state) {
            return new Frame(others, state, before, cpu, claim, new long[1]);
        }
    }

    private static Frame frame(
            int variables, long[] s, long[] before, int cpu, @Nullable Claim claim, long... arguments) {
        long[] all = new long[Math.max(variables, arguments.length)];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        return new Frame(all, s, before, cpu, claim, new long[1]);
    }

    /** Runs a step; answers an outcome. */
    public int step(Program.Step step, long[] s, int cpu) {
        int end = run(step.code().acts(), frame(step.code().variables(), s, s, cpu, null));
        return end == GOES_ON ? Outcome.NEXT : end == Outcome.BLOCKED ? Outcome.BLOCKED : step.outcome(end);
    }

    /** Runs an action; answers whether it was enabled. */
    public boolean action(EngineCode code, long[] s, long... arguments) {
        return run(code.acts(), frame(code.variables(), s, s, 0, null, arguments)) != Outcome.BLOCKED;
    }

    /** Runs what changes a state. */
    public void change(EngineCode code, long[] s) {
        run(code.acts(), frame(code.variables(), s, s, 0, null));
    }

    /** The answer of a condition or a start. */
    public boolean answer(EngineCode code, long[] s, int cpu, long... arguments) {
        Frame frame = frame(code.variables(), s, s, cpu, null, arguments);
        run(code.acts(), frame);
        return frame.answer[0] != 0;
    }

    /** Runs a claim. */
    public void claim(int function, long[] before, long[] after, int cpu, Claim claim, long... arguments) {
        Program.Function f = program.functions().get(function);
        run(f.acts(), frame(f.variables(), after, before, cpu, claim, arguments));
    }

    /** A value that needs no state. */
    public long value(Value value, int variables) {
        return eval(value, frame(variables, new long[0], new long[0], 0, null));
    }

    // --- statements

    private int run(List<Act> acts, Frame f) {
        for (Act act : acts) {
            int end = run(act, f);
            if (end != GOES_ON) {
                return end;
            }
        }
        return GOES_ON;
    }

    private int run(Act act, Frame f) {
        if (act instanceof Act.Store store) {
            store(store, f);
        } else if (act instanceof Act.Let let) {
            f.variables[let.slot()] = eval(let.value(), f);
        } else if (act instanceof Act.Wait wait) {
            return eval(wait.condition(), f) != 0 ? GOES_ON : Outcome.BLOCKED;
        } else if (act instanceof Act.Jump jump) {
            return jump.condition() == null || eval(jump.condition(), f) != 0 ? jump.exit() : GOES_ON;
        } else if (act instanceof Act.Branch branch) {
            return run(eval(branch.condition(), f) != 0 ? branch.yes() : branch.no(), f);
        } else if (act instanceof Act.Loop loop) {
            return loop(loop, f);
        } else if (act instanceof Act.Run run) {
            eval(run.call(), f);
        } else if (act instanceof Act.Return r) {
            return returned(r, f);
        } else if (act instanceof Act.Say say) {
            say(say, f);
        }
        return GOES_ON;
    }

    private int returned(Act.Return r, Frame f) {
        if (r.condition() != null && eval(r.condition(), f) == 0) {
            return GOES_ON;
        }
        f.answer[0] = r.value() == null ? 0 : eval(r.value(), f);
        return RETURNED;
    }

    private int loop(Act.Loop loop, Frame f) {
        long size = eval(loop.size(), f);
        for (long i = 0; i < size; i++) {
            f.variables[loop.slot()] = i;
            if (loop.where() == null || eval(loop.where(), f) != 0) {
                int end = run(loop.body(), f);
                if (end != GOES_ON) {
                    return end;
                }
            }
        }
        return GOES_ON;
    }

    private void store(Act.Store store, Frame f) {
        Program.Family family = program.families().get(store.family());
        Slots slots = Objects.requireNonNull(bound.slots(store.family()));
        int element = element(slots, store.index(), f);
        long value = eval(store.value(), f) + family.first();
        slots.set(f.s, element, family.wraps() ? value & ((1L << slots.width()) - 1) : value);
        if (slots.isLock()) {
            slots.noteHolder(f.s, element, f.cpu, value != 0);
        }
    }

    private void say(Act.Say say, Frame f) {
        int[] a = new int[Claim.PLACES];
        for (int i = 0; i < say.arguments().size(); i++) {
            a[i] = (int) eval(say.arguments().get(i), f);
        }
        Objects.requireNonNull(f.claim).add(say.action(), a[0], a[1], a[2], a[3], a[4], a[5]);
    }

    // --- values

    private int element(Slots slots, List<Value> index, Frame f) {
        int element = 0;
        for (int k = 0; k < index.size(); k++) {
            element = element * slots.index().get(k).size() + (int) eval(index.get(k), f);
        }
        return element;
    }

    private long eval(Value value, Frame f) {
        if (value instanceof Value.Const c) {
            return c.value();
        } else if (value instanceof Value.Fixed fixed) {
            return bound.fixed(fixed.number());
        } else if (value instanceof Value.Variable v) {
            return f.variables[v.slot()];
        } else if (value instanceof Value.Me) {
            return f.cpu;
        } else if (value instanceof Value.Read read) {
            Slots slots = Objects.requireNonNull(bound.slots(read.family()));
            int first = read.family() == Program.COUNTERS
                    ? 0
                    : program.families().get(read.family()).first();
            return slots.get(f.s, element(slots, read.index(), f)) - first;
        } else if (value instanceof Value.Before before) {
            return eval(before.of(), f.with(f.variables, f.before));
        } else if (value instanceof Value.Not not) {
            return eval(not.of(), f) == 0 ? 1 : 0;
        } else if (value instanceof Value.Pair pair) {
            return pair(pair, f);
        } else if (value instanceof Value.Only only) {
            return 1L << eval(only.member(), f);
        } else if (value instanceof Value.Choice c) {
            return eval(eval(c.condition(), f) != 0 ? c.yes() : c.no(), f);
        } else if (value instanceof Value.Fold fold) {
            return fold(fold, f);
        } else if (value instanceof Value.Call call) {
            return call(call, f);
        } else if (value instanceof Value.Ask ask) {
            return ask.primitive().call(Objects.requireNonNull(bound.units()), f.s, f.cpu, all(ask.arguments(), f));
        }
        Value.Within within = (Value.Within) value;
        long of = eval(within.of(), f);
        if (of < eval(within.first(), f) || of > eval(within.last(), f)) {
            throw wrong(within.at(), "the value is " + of + ", and not " + within.what());
        }
        return of;
    }

    private ProgramException wrong(At at, String message) {
        return new ProgramException(program.tree().source().file() + ":" + at.line() + ": " + message);
    }

    private long[] all(List<Value> values, Frame f) {
        long[] all = new long[values.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = eval(values.get(i), f);
        }
        return all;
    }

    private long call(Value.Call call, Frame f) {
        Program.Function function = program.functions().get(call.function());
        long[] variables = new long[function.variables()];
        System.arraycopy(
                all(call.arguments(), f), 0, variables, 0, call.arguments().size());
        Frame inner = f.with(variables, f.s);
        run(function.acts(), inner);
        return inner.answer[0];
    }

    private long pair(Value.Pair p, Frame f) {
        long left = eval(p.left(), f);
        switch (p.op()) {
            case AND:
                return left != 0 && eval(p.right(), f) != 0 ? 1 : 0;
            case OR:
                return left != 0 || eval(p.right(), f) != 0 ? 1 : 0;
            default:
                return pair(p.op(), left, eval(p.right(), f));
        }
    }

    /** What is made of two values. */
    static long pair(Value.Op op, long left, long right) {
        return switch (op) {
            case AND -> left != 0 && right != 0 ? 1 : 0;
            case OR -> left != 0 || right != 0 ? 1 : 0;
            case SAME -> left == right ? 1 : 0;
            case LESS -> left < right ? 1 : 0;
            case AT_MOST -> left <= right ? 1 : 0;
            case PLUS -> Math.addExact(left, right);
            case MINUS -> Math.subtractExact(left, right);
            case TIMES -> Math.multiplyExact(left, right);
            case DIVIDED -> left / right;
            case REMAINDER -> left % right;
            case MEMBER -> (right >>> left) & 1;
            case UNION -> left | right;
            case WITHOUT -> left & ~right;
        };
    }

    private long fold(Value.Fold fold, Frame f) {
        long size = eval(fold.size(), f);
        long found = 0;
        for (long i = 0; i < size; i++) {
            f.variables[fold.slot()] = i;
            if (fold.where() != null && eval(fold.where(), f) == 0) {
                continue;
            }
            long body = eval(fold.body(), f);
            if (fold.kind() == Kind.MAX) {
                found = Math.max(found, body);
            } else if (fold.kind() == Kind.COUNT) {
                found += body;
            } else if (body != 0 && fold.kind() != Kind.ALL) {
                return fold.kind() == Kind.FIRST ? i : 1;
            } else if (body == 0 && fold.kind() == Kind.ALL) {
                return 0;
            }
        }
        return switch (fold.kind()) {
            case EXISTS -> 0;
            case ALL -> 1;
            case FIRST -> -1;
            default -> found;
        };
    }
}
