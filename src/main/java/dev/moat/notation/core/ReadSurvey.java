package dev.moat.notation.core;

import dev.moat.input.InputException;
import dev.moat.notation.core.Value.Kind;
import dev.moat.notation.core.Value.Op;
import dev.moat.notation.tree.At;
import dev.moat.state.Footprint;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What code of a machine may read and change in any state: it is run with what is known without a state, on both ways where that does not
 * tell which one is gone. For one use.
 */
public final class ReadSurvey {
    private final MachineNumbers bound;
    private final Program program;
    private final Interpreter interpreter;
    /** What is read, bit by bit; null where the families alone are of interest. */
    private final @Nullable Footprint footprint;

    private final Set<Integer> reads = new LinkedHashSet<>();
    private final Set<Integer> writes = new LinkedHashSet<>();
    private final Set<Primitive> asked = new LinkedHashSet<>();
    /** Locks, as families: taken, dropped. */
    private final Set<Integer> taken = new LinkedHashSet<>();

    private final Set<Integer> dropped = new LinkedHashSet<>();
    private final Set<Integer> exits = new LinkedHashSet<>();
    /** Of the definition that is looked at. */
    private @Nullable Long answer;

    private ReadSurvey(MachineNumbers bound, @Nullable Footprint footprint) {
        this.bound = bound;
        program = bound.program();
        interpreter = new Interpreter(bound);
        this.footprint = footprint;
    }

    /**
     * Of a whole piece of code.
     *
     * @throws InputException where it names a place that the machine does not have
     */
    public static ReadSurvey of(MachineNumbers bound, List<Act> acts, int variables) {
        ReadSurvey survey = new ReadSurvey(bound, null);
        survey.run(acts, new Long[variables]);
        return survey;
    }

    /** Adds what a condition reads for some elements. */
    public static void read(MachineNumbers bound, EngineCode condition, Footprint to, int... elements) {
        ReadSurvey survey = new ReadSurvey(bound, to);
        Long[] variables = new Long[condition.variables()];
        for (int i = 0; i < condition.parameters(); i++) {
            variables[i] = (long) elements[i];
        }
        survey.run(condition.acts(), variables);
    }

    /** Families that are read. */
    public Set<Integer> reads() {
        return reads;
    }

    /** Families that are changed. */
    public Set<Integer> writes() {
        return writes;
    }

    /** Primitives that are asked. */
    public Set<Primitive> asked() {
        return asked;
    }

    /** Exits that are taken. */
    public Set<Integer> exits() {
        return exits;
    }

    /** Locks that are taken. */
    public Set<Integer> taken() {
        return taken;
    }

    /** Locks that are dropped. */
    public Set<Integer> dropped() {
        return dropped;
    }

    // --- statements: what variables are is only known where nothing can change it

    private void run(List<Act> acts, Long[] v) {
        for (Act act : acts) {
            if (act instanceof Act.Store s) {
                store(s, v);
            } else if (act instanceof Act.Let let) {
                v[let.slot()] = eval(let.value(), v);
            } else if (act instanceof Act.Wait w) {
                eval(w.condition(), v);
            } else if (act instanceof Act.Jump jump) {
                Long condition = jump.condition() == null ? Long.valueOf(1) : eval(jump.condition(), v);
                if (!isFalse(condition)) {
                    exits.add(jump.exit());
                }
                if (isTrue(condition)) {
                    return;
                }
            } else if (act instanceof Act.Branch b) {
                Long condition = eval(b.condition(), v);
                if (condition == null || condition != 0) {
                    run(b.yes(), v);
                }
                if (condition == null || condition == 0) {
                    run(b.no(), v);
                }
            } else if (act instanceof Act.Loop loop) {
                v[loop.slot()] = null;
                if (loop.where() != null) {
                    eval(loop.where(), v);
                }
                run(loop.body(), v);
            } else if (act instanceof Act.Run run) {
                eval(run.call(), v);
            } else if (act instanceof Act.Return r) {
                Long condition = r.condition() == null ? Long.valueOf(1) : eval(r.condition(), v);
                answer = r.value() == null || (condition != null && condition == 0) ? answer : eval(r.value(), v);
                if (isTrue(condition)) {
                    return;
                }
            } else if (act instanceof Act.Say say) {
                say.arguments().forEach(a -> eval(a, v));
            }
        }
    }

    private static boolean isTrue(@Nullable Long value) {
        return value != null && value != 0;
    }

    private void store(Act.Store s, Long[] v) {
        require(s.family(), s.at());
        s.index().forEach(i -> eval(i, v));
        Long value = eval(s.value(), v);
        writes.add(s.family());
        if (program.families().get(s.family()).item().type() instanceof dev.moat.notation.tree.TypeName.Lock) {
            (value != null && value == 0 ? dropped : taken).add(s.family());
        }
    }

    private Slots require(int family, At at) {
        Slots slots = bound.slots(family);
        if (slots == null) {
            throw program.tree()
                    .source()
                    .error(
                            at,
                            "this machine does not have '"
                                    + program.families().get(family).name() + "'");
        }
        return slots;
    }

    // --- values: null where a state tells

    private @Nullable Long eval(Value value, Long[] v) {
        if (value instanceof Value.Const c) {
            return c.value();
        } else if (value instanceof Value.Fixed fixed) {
            return bound.fixed(fixed.number());
        } else if (value instanceof Value.Variable variable) {
            return v[variable.slot()];
        } else if (value instanceof Value.Me) {
            return null;
        } else if (value instanceof Value.Read read) {
            return read(read, v);
        } else if (value instanceof Value.Before before) {
            return eval(before.of(), v);
        } else if (value instanceof Value.Not not) {
            Long of = eval(not.of(), v);
            return of == null ? null : Long.valueOf(of == 0 ? 1 : 0);
        } else if (value instanceof Value.Pair pair) {
            return pair(pair, v);
        } else if (value instanceof Value.Only only) {
            Long member = eval(only.member(), v);
            return member == null ? null : Long.valueOf(1L << member);
        } else if (value instanceof Value.Choice c) {
            return choice(c, v);
        } else if (value instanceof Value.Fold fold) {
            return fold(fold, v);
        } else if (value instanceof Value.Call call) {
            return call(call, v);
        } else if (value instanceof Value.Ask ask) {
            return ask(ask, v);
        }
        Value.Within within = (Value.Within) value;
        Long of = eval(within.of(), v);
        Long first = eval(within.first(), v);
        Long last = eval(within.last(), v);
        if (within.of() instanceof Value.Const
                && of != null
                && last != null
                && first != null
                && (of < first || of > last)) {
            throw program.tree().source().error(within.at(), of + " is not " + within.what() + " of this machine");
        }
        return of;
    }

    private @Nullable Long read(Value.Read read, Long[] v) {
        Slots slots = require(read.family(), read.at());
        reads.add(read.family());
        int element = 0;
        boolean known = true;
        for (int k = 0; k < read.index().size(); k++) {
            Long i = eval(read.index().get(k), v);
            known &= i != null && i >= 0 && i < slots.index().get(k).size();
            element = element * slots.index().get(k).size() + (known ? (int) (long) Objects.requireNonNull(i) : 0);
        }
        if (footprint != null) {
            if (known) {
                footprint.one(slots, element);
            } else {
                footprint.all(slots);
            }
        }
        return null;
    }

    private @Nullable Long choice(Value.Choice c, Long[] v) {
        Long condition = eval(c.condition(), v);
        if (condition != null) {
            return eval(condition != 0 ? c.yes() : c.no(), v);
        }
        Long yes = eval(c.yes(), v);
        Long no = eval(c.no(), v);
        return yes != null && yes.equals(no) ? yes : null;
    }

    private @Nullable Long pair(Value.Pair p, Long[] v) {
        Long left = eval(p.left(), v);
        if (p.op() == Op.AND || p.op() == Op.OR) {
            long ends = p.op() == Op.AND ? 0 : 1;
            if (left != null && (left != 0 ? 1 : 0) == ends) {
                return ends;
            }
            Long right = eval(p.right(), v);
            if (right != null && (right != 0 ? 1 : 0) == ends) {
                return ends;
            }
            return left == null ? null : right;
        }
        Long right = eval(p.right(), v);
        return left == null || right == null ? null : Long.valueOf(Interpreter.pair(p.op(), left, right));
    }

    private @Nullable Long fold(Value.Fold fold, Long[] v) {
        long size = Objects.requireNonNull(eval(fold.size(), v));
        if (footprint == null) {
            v[fold.slot()] = null;
            if (fold.where() != null && isFalse(eval(fold.where(), v))) {
                return null;
            }
            eval(fold.body(), v);
            return null;
        }
        Long only = fold.only() == null ? null : eval(fold.only(), v);
        boolean all = true;
        for (long i = only == null ? 0 : only; i < size && (only == null || i == only) && i >= 0; i++) {
            v[fold.slot()] = i;
            Long where = fold.where() == null ? Long.valueOf(1) : eval(fold.where(), v);
            if (isFalse(where)) {
                continue;
            }
            Long body = eval(fold.body(), v);
            boolean holds = body != null && body != 0;
            boolean fails = isFalse(body);
            if (where != null && (fold.kind() == Kind.EXISTS ? holds : fold.kind() == Kind.ALL && fails)) {
                return fold.kind() == Kind.EXISTS ? 1L : 0L;
            }
            all &= body != null && (where != null || (fold.kind() == Kind.ALL ? holds : fails));
        }
        boolean truth = fold.kind() == Kind.EXISTS || fold.kind() == Kind.ALL;
        return truth && all ? Long.valueOf(fold.kind() == Kind.ALL ? 1 : 0) : null;
    }

    private static boolean isFalse(@Nullable Long value) {
        return value != null && value == 0;
    }

    private @Nullable Long call(Value.Call call, Long[] v) {
        Program.Function f = program.functions().get(call.function());
        Long[] inner = new Long[f.variables()];
        for (int i = 0; i < call.arguments().size(); i++) {
            inner[i] = eval(call.arguments().get(i), v);
        }
        Long before = answer;
        answer = null;
        run(f.acts(), inner);
        // A procedure may return at several places.
        Long result = f.nature() == Program.Nature.DEFINITION ? answer : null;
        answer = before;
        return result;
    }

    private @Nullable Long ask(Value.Ask ask, Long[] v) {
        asked.add(ask.primitive());
        List<Long> arguments = new ArrayList<>();
        for (Value a : ask.arguments()) {
            arguments.add(eval(a, v));
        }
        if (footprint != null) {
            read(ask, arguments, new long[arguments.size()], 0);
        }
        return null;
    }

    /** What is read for all that unknown arguments may be. */
    private void read(Value.Ask ask, List<Long> arguments, long[] chosen, int at) {
        if (at == chosen.length) {
            ask.primitive().read(Objects.requireNonNull(bound.units()), Objects.requireNonNull(footprint), chosen);
            return;
        }
        Long known = arguments.get(at);
        long first = known == null ? 0 : Math.max(0, known);
        long size = known == null ? interpreter.value(ask.sizes().get(at), 0) : first + 1;
        for (long i = first; i < size; i++) {
            long[] next = Arrays.copyOf(chosen, chosen.length);
            next[at] = i;
            read(ask, arguments, next, at + 1);
        }
    }
}
