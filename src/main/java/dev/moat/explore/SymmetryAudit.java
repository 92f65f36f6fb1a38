package dev.moat.explore;

import dev.moat.limit.StoppedException;
import dev.moat.logic.claims.TransitionJudge;
import dev.moat.logic.judge.Evaluator;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.ClaimWatch;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Liveness;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tests whether things that a machine declares to be alike really are. It exchanges them in a state. The state must
 * then be judged the same and lead to the same states, up to such exchanges, by transitions whose claims have the same
 * outcome. Searches use it on a sample of each level.
 */
final class SymmetryAudit {
    /** States of a level that are looked at. */
    private static final int SAMPLE = 16;

    private final Machine machine;
    private final Evaluator judge;
    private final long everyInvariant;
    private final ImageTables tables;
    private final Stepper stepper;
    private final OrbitPrint orbits;
    private @Nullable ClaimWatch watch;
    private int next;

    /** @param tables of the group whose permutations are looked at */
    public SymmetryAudit(Machine machine, Judge judge, ImageTables tables) {
        this.machine = machine;
        this.judge = judge.evaluator();
        int n = judge.invariants().size();
        everyInvariant = n == 0 ? 0 : -1L >>> (64 - n);
        this.tables = tables;
        stepper = machine.stepper();
        orbits = new OrbitPrint(tables);
    }

    /** Looks from now on whether what transitions claim is judged the same, too; throws as {@link Stepper#compareWith}. */
    public void compareWith(TransitionJudge claims) {
        watch = stepper.compareWith(claims);
    }

    /** Those of the group. */
    public ImageTables tables() {
        return tables;
    }

    /**
     * Looks at a sample of a level: at every exchange of two neighbours, and at one more permutation for each state.
     *
     * @param path the letters that lead to a state of the level
     * @throws BrokenSymmetryException when what is declared is not so
     * @throws StoppedException when the thread is interrupted
     */
    public void look(ChunkedStates level, LongFunction<List<Integer>> path) {
        long[] s = machine.schema().blank();
        long step = Math.max(1, level.size() / SAMPLE);
        List<Renaming> all = tables.symmetry().renamings();
        for (long i = 0; i < level.size(); i += step) {
            machine.schema().packing().unpack(level.chunk(i), level.offset(i), s);
            List<Renaming> some = new ArrayList<>(tables.symmetry().generators());
            some.add(all.get(next++ % all.size()));
            for (Renaming by : some) {
                StoppedException.look();
                String wrong = difference(s, by);
                if (!wrong.isEmpty()) {
                    throw new BrokenSymmetryException("what is declared to be alike is not: with " + by
                            + " in each other's places, after " + names(path.apply(i)) + ", " + wrong);
                }
            }
        }
    }

    private String names(List<Integer> letters) {
        return letters.isEmpty()
                ? "nothing"
                : String.join("; ", letters.stream().map(machine::name).toList());
    }

    /**
     * In what a state and one of its images differ.
     *
     * @param s normalised
     * @return a few words; empty when in nothing
     */
    public String difference(long[] s, Renaming by) {
        Schema schema = machine.schema();
        long[] image = by.image(schema, s);
        if (schema.normalise(image.clone())) {
            return "a value that means nothing is not as it has to be then";
        }
        String left = leftOver(s);
        if (!left.isEmpty()) {
            return left;
        }
        if (orbits.of(s) != orbits.of(image)) {
            return "the state is another one";
        }
        if (judge.violated(s) != judge.violated(image)
                || judge.witnessed(s, everyInvariant) != judge.witnessed(image, everyInvariant)) {
            return "the state is judged in another way";
        }
        Steps here = expanded(s);
        Steps there = expanded(image);
        if (here.stuck() != there.stuck()) {
            return "what runs can go on only in one of them";
        }
        return lacks(here.all(), there.all(), "no longer leads where it did")
                + lacks(there.all(), here.all(), "leads where nothing did")
                + lacks(here.wrong(), there.wrong(), "no longer claims what is wrong")
                + lacks(there.wrong(), here.wrong(), "claims what is wrong, as nothing did");
    }

    /**
     * An element that names nothing now and still has a value. With two things that makes no difference, of three the image is a wrong
     * one: {@link ImageTables} takes back what the dead value, and no other, was taken for.
     *
     * @return a few words; empty when there is none
     */
    public String leftOver(long[] s) {
        for (Slots family : machine.schema().families()) {
            Liveness naming = family.naming();
            for (int i = 0; naming != null && !family.named().isEmpty() && i < family.size(); i++) {
                if (family.get(s, i) != family.fixed() && !naming.isLive(s, i)) {
                    return family.label(i) + " names nothing and is " + family.print(s, i);
                }
            }
        }
        return "";
    }

    /**
     * Where a state leads.
     *
     * @param all the orbit of each successor, and the first letter that leads there
     * @param wrong of these, where a letter leads that is not what it claims to be
     */
    private record Steps(SortedMap<Long, Integer> all, SortedMap<Long, Integer> wrong, boolean stuck) {}

    private Steps expanded(long[] s) {
        SortedMap<Long, Integer> all = new TreeMap<>();
        SortedMap<Long, Integer> wrong = new TreeMap<>();
        stepper.expand(s, (letter, t) -> {
            StoppedException.look();
            long orbit = orbits.of(t);
            all.putIfAbsent(orbit, letter);
            if (watch != null && watch.wrong() != null) {
                wrong.putIfAbsent(orbit, letter);
            }
        });
        return new Steps(all, wrong, stepper.stuck());
    }

    private String lacks(SortedMap<Long, Integer> some, SortedMap<Long, Integer> others, String what) {
        return some.entrySet().stream()
                .filter(e -> !others.containsKey(e.getKey()))
                .findFirst()
                .map(e -> machine.name(e.getValue()) + " " + what + "; ")
                .orElse("");
    }

    /** As the group says it. */
    @Override
    public String toString() {
        return tables.symmetry().toString();
    }
}
