package dev.moat.notation.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks at all parts of code, whatever a machine has. */
public final class Walk {
    /** Stands for what a deed of the unit's changes. */
    public static final int UNITS = -2;

    private Walk() {}

    /** The values of statements, each with its parts. */
    public static void values(List<Act> acts, Consumer<Value> to) {
        for (Act act : acts) {
            for (Value value : of(act)) {
                values(value, to);
            }
            inner(act).forEach(some -> values(some, to));
        }
    }

    /** The statements, each with those within it. */
    public static void acts(List<Act> acts, Consumer<Act> to) {
        for (Act act : acts) {
            to.accept(act);
            inner(act).forEach(some -> acts(some, to));
        }
    }

    private static List<List<Act>> inner(Act act) {
        return act instanceof Act.Branch b
                ? List.of(b.yes(), b.no())
                : act instanceof Act.Loop loop ? List.of(loop.body()) : List.of();
    }

    private static List<Value> of(Act act) {
        List<Value> all = new ArrayList<>();
        if (act instanceof Act.Store s) {
            all.addAll(s.index());
            all.add(s.value());
        } else if (act instanceof Act.Let let) {
            all.add(let.value());
        } else if (act instanceof Act.Wait w) {
            all.add(w.condition());
        } else if (act instanceof Act.Jump jump) {
            add(all, jump.condition());
        } else if (act instanceof Act.Branch b) {
            all.add(b.condition());
        } else if (act instanceof Act.Loop loop) {
            all.add(loop.size());
            add(all, loop.only());
            add(all, loop.where());
        } else if (act instanceof Act.Run run) {
            all.add(run.call());
        } else if (act instanceof Act.Return r) {
            add(all, r.value());
            add(all, r.condition());
        } else if (act instanceof Act.Say say) {
            all.addAll(say.arguments());
        }
        return all;
    }

    private static void add(List<Value> to, @Nullable Value value) {
        if (value != null) {
            to.add(value);
        }
    }

    private static void values(Value value, Consumer<Value> to) {
        to.accept(value);
        of(value).forEach(v -> values(v, to));
    }

    /** The parts of a value. */
    public static List<Value> of(Value value) {
        if (value instanceof Value.Read read) {
            return read.index();
        } else if (value instanceof Value.Before before) {
            return List.of(before.of());
        } else if (value instanceof Value.Not not) {
            return List.of(not.of());
        } else if (value instanceof Value.Pair pair) {
            return List.of(pair.left(), pair.right());
        } else if (value instanceof Value.Only only) {
            return List.of(only.member());
        } else if (value instanceof Value.Choice c) {
            return List.of(c.condition(), c.yes(), c.no());
        } else if (value instanceof Value.Fold fold) {
            List<Value> all = new ArrayList<>(List.of(fold.size(), fold.body()));
            add(all, fold.only());
            add(all, fold.where());
            return all;
        } else if (value instanceof Value.Call call) {
            return call.arguments();
        } else if (value instanceof Value.Ask ask) {
            return ask.arguments();
        } else if (value instanceof Value.Within w) {
            return List.of(w.of(), w.first(), w.last());
        }
        return List.of();
    }

    /** Whether one of the values is such a one. */
    public static boolean any(List<Act> acts, Predicate<Value> is) {
        boolean[] found = {false};
        values(acts, v -> found[0] |= is.test(v));
        return found[0];
    }

    /** How many operators statements have, with those of what they call. */
    public static long weight(List<Act> acts, List<Long> ofFunctions) {
        long[] weight = {1};
        values(acts, v -> weight[0] += 1 + (v instanceof Value.Call c ? ofFunctions.get(c.function()) : 0));
        return weight[0];
    }

    /** The families that statements may change, with those that what they call may; {@link #UNITS} for a unit's. */
    public static Set<Integer> writes(List<Act> acts, List<Program.Function> functions) {
        Set<Integer> all = new TreeSet<>();
        acts(acts, act -> {
            if (act instanceof Act.Store s) {
                all.add(s.family());
            }
        });
        values(acts, v -> {
            if (v instanceof Value.Call c) {
                all.addAll(writes(functions.get(c.function()).acts(), functions));
            } else if (v instanceof Value.Ask ask && ask.primitive().kind() == Primitive.Kind.DEED) {
                all.add(UNITS);
            }
        });
        return all;
    }
}
