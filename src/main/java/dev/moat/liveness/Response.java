package dev.moat.liveness;

import dev.moat.machine.Machine;
import dev.moat.state.Relation;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is judged of runs, not of states, and so has no file: what must come to an end on every fair run, from every state that is reached;
 * and what a step must not do.
 */
public enum Response {
    /** Under fair hardware, and where every CPU has its turn, every operation ends. */
    OPERATIONS_RETURN(
            "operations-return",
            "Every operation that is begun returns, if hardware goes on with what it was asked for, and a CPU that can go on again and again.",
            true),
    /** The same where a lock, or whatever else is waited for, may always go to others. */
    OPERATIONS_RETURN_UNFAIR_LOCKS(
            "operations-return-unfair-locks",
            "Every operation that is begun returns, if hardware goes on with what it was asked for; a lock may go to others for ever.",
            false),
    /** Every token of the vocabulary's sort Inv that is queued completes. */
    INVALIDATIONS_COMPLETE(
            "invalidations-complete",
            "Every submitted invalidation is completed or given up, if hardware goes on with what it was asked for, and each CPU.",
            true),
    /** The one that speaks of no run without end, but of its last step. */
    NO_BAD_UNLOCK("no-bad-unlock", "No step drops a lock that its CPU does not hold.", false);

    private final String id;
    private final String says;
    private final boolean turns;

    Response(String id, String says, boolean turns) {
        this.id = id;
        this.says = says;
        this.turns = turns;
    }

    /** As scenarios name it. */
    public String id() {
        return id;
    }

    /** What it demands, one sentence. */
    public String says() {
        return says;
    }

    /** Whether it is broken by a run without end; else by the last step of one that ends. */
    public boolean isEndless() {
        return this != NO_BAD_UNLOCK;
    }

    /** What runs it is judged on, and who need do nothing there, of one that is broken by a run without end. */
    public String fair() {
        return "hardware goes on with each thing it was asked for, but need not while it has stalled; each CPU with its operation, "
                + (turns
                        ? "also where it can go on only now and then (a lock is had in the end)"
                        : "where nothing keeps it from it for good (a lock may go to others for ever)")
                + "; devices, guests and callers need do nothing";
    }

    /** The same in short, of what goes on meanwhile. */
    public String meanwhile() {
        return "hardware that has not stalled goes on"
                + (turns ? " and each CPU gets its turn" : ", and each CPU where nothing keeps it for good");
    }

    /** Whether an id is that of a response. */
    public static boolean is(String id) {
        return of(id).isPresent();
    }

    /** The response of an id. */
    public static Optional<Response> of(String id) {
        return Arrays.stream(values()).filter(r -> r.id.equals(id)).findFirst();
    }

    /** The ids of all. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(Response::id).toList();
    }

    Fairness fairness(Machine machine) {
        return Fairness.of(machine, turns);
    }

    /** Everything in a machine that can be waiting to be answered. */
    List<Pending> pending(Machine machine) {
        return switch (this) {
            case OPERATIONS_RETURN, OPERATIONS_RETURN_UNFAIR_LOCKS -> operations(machine);
            case INVALIDATIONS_COMPLETE -> invalidations(machine);
            case NO_BAD_UNLOCK -> List.of();
        };
    }

    private static List<Pending> operations(Machine machine) {
        List<Pending> all = new ArrayList<>();
        Slots pc = machine.model().pc();
        for (int cpu = 0; pc != null && cpu < machine.interleavedCpus(); cpu++) {
            int which = cpu;
            String label = pc.index().get(0).label(cpu);
            all.add(new Pending() {
                @Override
                public boolean in(long[] s) {
                    return pc.get(s, which) != 0;
                }

                @Override
                public String told(long[] s) {
                    return machine.operation((int) pc.get(s, which)) + " on " + label + " never returns";
                }
            });
        }
        return all;
    }

    private static List<Pending> invalidations(Machine machine) {
        List<Pending> all = new ArrayList<>();
        Optional<Relation> queued = machine.model().abstraction().relation("queued");
        Optional<Sort> tokens = machine.model().abstraction().sort("Inv");
        for (int i = 0;
                queued.isPresent() && tokens.isPresent() && i < tokens.get().size();
                i++) {
            int which = i;
            Relation relation = queued.get();
            String label = tokens.get().label(i);
            all.add(new Pending() {
                @Override
                public boolean in(long[] s) {
                    return relation.code().holds(s, which, 0, 0, 0, 0);
                }

                @Override
                public String told(long[] s) {
                    return "the invalidation " + label + " was submitted and never completes";
                }
            });
        }
        return all;
    }

    /** One thing that may be waiting. */
    interface Pending {
        /** Whether it waits in a state. */
        boolean in(long[] s);

        /** That it waits for ever, in words, of a state in which it does. */
        String told(long[] s);
    }
}
