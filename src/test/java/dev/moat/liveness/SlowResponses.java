package dev.moat.liveness;

import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.model.Actor;
import dev.moat.state.Relation;
import dev.moat.state.Slots;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What docs/explanation/liveness.md says, word by word, over an explicit graph: the slow twin of {@link Liveness}. Maps of states, a component at a time by
 * two walks, nothing packed and nothing shared with what it is the twin of.
 */
final class SlowResponses {
    /** Too many states for it. */
    static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private record Edge(int to, int letter) {}

    /** Somebody who goes on with a letter; whether he does so, too, if he can only now and then. */
    private record Obliged(int letter, boolean turns) {}

    private final Machine machine;
    private final List<long[]> states = new ArrayList<>();
    private final Map<List<Long>, Integer> numbers = new HashMap<>();
    private final List<Integer> depth = new ArrayList<>();
    private final List<List<Edge>> out = new ArrayList<>();
    /** Letters that somebody has to take in a state. */
    private final List<Set<Integer>> due = new ArrayList<>();

    SlowResponses(Machine machine, int most) {
        this.machine = machine;
        Stepper stepper = machine.stepper();
        long[] initial = machine.initial();
        numbers.put(key(initial), 0);
        states.add(initial);
        depth.add(0);
        for (int v = 0; v < states.size(); v++) {
            long[] from = states.get(v);
            List<Edge> edges = new ArrayList<>();
            Set<Integer> must = new HashSet<>();
            for (int letter = 0; letter < machine.instances(); letter++) {
                long[] s = from.clone();
                if (!stepper.apply(letter, s) || stepper.lastWasRefused()) {
                    continue;
                }
                Integer w = numbers.get(key(s));
                if (w == null) {
                    w = states.size();
                    if (w >= most) {
                        throw new TooManyException();
                    }
                    numbers.put(key(s), w);
                    states.add(s);
                    depth.add(depth.get(v) + 1);
                }
                edges.add(new Edge(w, letter));
                if (mustGoOn(letter) && !(isHardware(letter) && machine.model().rests(from))) {
                    must.add(letter);
                }
            }
            out.add(edges);
            due.add(must);
        }
    }

    int size() {
        return states.size();
    }

    private static List<Long> key(long[] s) {
        return Arrays.stream(s).boxed().toList();
    }

    private boolean isCpu(int letter) {
        return machine.instance(letter).kind() == Machine.Kind.ADVANCE;
    }

    private boolean isHardware(int letter) {
        return machine.actor(letter) == Actor.IOMMU && !isCpu(letter);
    }

    private boolean mustGoOn(int letter) {
        Machine.Instance it = machine.instance(letter);
        return it.kind() == Machine.Kind.ADVANCE
                || (it.kind() == Machine.Kind.ACTION
                        && machine.model().mustGoOn(machine.model().actions().get(it.target())));
    }

    private List<Obliged> obliged(boolean turns) {
        List<Obliged> all = new ArrayList<>();
        for (int letter = 0; letter < machine.instances(); letter++) {
            if (mustGoOn(letter)) {
                all.add(new Obliged(
                        letter,
                        isCpu(letter)
                                ? turns
                                : isHardware(letter) && machine.model().mayRest()));
            }
        }
        return all;
    }

    /** What may wait: in which states each does. */
    private List<BitSet> waiting(Response response) {
        List<BitSet> all = new ArrayList<>();
        if (response == Response.INVALIDATIONS_COMPLETE) {
            Relation queued = machine.model().abstraction().relation("queued").orElse(null);
            for (int i = 0; queued != null && i < queued.atoms(); i++) {
                BitSet where = new BitSet();
                for (int v = 0; v < states.size(); v++) {
                    where.set(v, queued.code().holds(states.get(v), i, 0, 0, 0, 0));
                }
                all.add(where);
            }
            return all;
        }
        Slots pc = machine.model().pc();
        for (int cpu = 0; pc != null && cpu < pc.size(); cpu++) {
            BitSet where = new BitSet();
            for (int v = 0; v < states.size(); v++) {
                where.set(v, pc.get(states.get(v), cpu) != 0);
            }
            all.add(where);
        }
        return all;
    }

    /** Whether anything waits in any state. */
    boolean waits(Response response) {
        return waiting(response).stream().anyMatch(where -> !where.isEmpty());
    }

    /** Length of the shortest stem of a fair run on which something waits for ever; -1 where there is none. */
    int stem(Response response) {
        List<Obliged> obliged = obliged(response != Response.OPERATIONS_RETURN_UNFAIR_LOCKS);
        int best = -1;
        for (BitSet where : waiting(response)) {
            int d = nearest(where, obliged);
            best = d >= 0 && (best < 0 || d < best) ? d : best;
        }
        return best;
    }

    private int nearest(BitSet region, List<Obliged> obliged) {
        int best = -1;
        Deque<BitSet> todo = new ArrayDeque<>(List.of(region));
        while (!todo.isEmpty()) {
            for (BitSet component : components(todo.removeFirst())) {
                BitSet smaller = fair(component, obliged);
                if (smaller == null) {
                    int d = component.stream().map(depth::get).min().orElseThrow();
                    best = best < 0 || d < best ? d : best;
                } else if (!smaller.isEmpty()) {
                    todo.add(smaller);
                }
            }
        }
        return best;
    }

    /** Null when a run may go through all of these for ever, else what is left where it perhaps may. */
    private @Nullable BitSet fair(BitSet component, List<Obliged> obliged) {
        Set<Integer> taken = new HashSet<>();
        component.stream()
                .forEach(v ->
                        out.get(v).stream().filter(e -> component.get(e.to())).forEach(e -> taken.add(e.letter())));
        BitSet left = (BitSet) component.clone();
        boolean good = true;
        for (Obliged who : obliged) {
            if (taken.contains(who.letter())) {
                continue;
            }
            BitSet can = new BitSet();
            component.stream().filter(v -> due.get(v).contains(who.letter())).forEach(can::set);
            if (can.cardinality() == component.cardinality()) {
                return new BitSet();
            }
            if (who.turns() && !can.isEmpty()) {
                good = false;
                left.andNot(can);
            }
        }
        return good ? null : left;
    }

    private List<BitSet> components(BitSet region) {
        Map<Integer, List<Integer>> back = new HashMap<>();
        region.stream()
                .forEach(v -> out.get(v).forEach(e -> {
                    if (region.get(e.to())) {
                        back.computeIfAbsent(e.to(), k -> new ArrayList<>()).add(v);
                    }
                }));
        List<Integer> order = new ArrayList<>();
        BitSet seen = new BitSet();
        region.stream().forEach(v -> finish(v, region, seen, order));
        List<BitSet> found = new ArrayList<>();
        BitSet placed = new BitSet();
        for (int i = order.size() - 1; i >= 0; i--) {
            if (placed.get(order.get(i))) {
                continue;
            }
            BitSet component = new BitSet();
            Deque<Integer> todo = new ArrayDeque<>(List.of(order.get(i)));
            placed.set(order.get(i));
            while (!todo.isEmpty()) {
                int v = todo.removeLast();
                component.set(v);
                for (int w : back.getOrDefault(v, List.of())) {
                    if (!placed.get(w)) {
                        placed.set(w);
                        todo.add(w);
                    }
                }
            }
            found.add(component);
        }
        return found;
    }

    private void finish(int root, BitSet region, BitSet seen, List<Integer> order) {
        if (seen.get(root)) {
            return;
        }
        Deque<int[]> stack = new ArrayDeque<>();
        stack.add(new int[] {root, 0});
        seen.set(root);
        while (!stack.isEmpty()) {
            int[] top = stack.getLast();
            List<Edge> edges = out.get(top[0]);
            if (top[1] == edges.size()) {
                order.add(top[0]);
                stack.removeLast();
                continue;
            }
            int w = edges.get(top[1]++).to();
            if (region.get(w) && !seen.get(w)) {
                seen.set(w);
                stack.add(new int[] {w, 0});
            }
        }
    }

    /** The run of so many letters at random from the initial state, cut where it first comes back to where it was; a state of it where it does not. */
    Lasso atRandom(Response response, int most, SplittableRandom random) {
        List<Integer> path = new ArrayList<>(List.of(0));
        List<Integer> letters = new ArrayList<>();
        while (letters.size() < most) {
            List<Edge> edges = out.get(path.get(path.size() - 1));
            if (edges.isEmpty()) {
                break;
            }
            Edge e = edges.get(random.nextInt(edges.size()));
            letters.add(e.letter());
            int before = path.indexOf(e.to());
            if (before >= 0) {
                return new Lasso(response, letters, before);
            }
            path.add(e.to());
        }
        int stem = random.nextInt(letters.size() + 1);
        return new Lasso(response, letters.subList(0, stem), stem);
    }

    /** What is wrong with a lasso, by the definition; empty when it is one. */
    String wrong(Lasso lasso) {
        Stepper stepper = machine.stepper();
        long[] s = machine.initial();
        List<Integer> path = new ArrayList<>(List.of(0));
        for (int letter : lasso.letters()) {
            if (!stepper.apply(letter, s)) {
                return "letter not enabled";
            }
            path.add(numbers.get(key(s)));
        }
        List<Integer> round = path.subList(lasso.loop(), path.size());
        if (!round.get(0).equals(round.get(round.size() - 1))) {
            return "does not close";
        }
        Collection<Integer> taken =
                lasso.letters().subList(lasso.loop(), lasso.letters().size());
        boolean waits =
                waiting(lasso.response()).stream().anyMatch(w -> round.stream().allMatch(w::get));
        if (!waits) {
            return "nothing waits";
        }
        for (Obliged who : obliged(lasso.response() != Response.OPERATIONS_RETURN_UNFAIR_LOCKS)) {
            boolean acts = taken.contains(who.letter());
            boolean all = round.stream().allMatch(v -> due.get(v).contains(who.letter()));
            boolean some = round.stream().anyMatch(v -> due.get(v).contains(who.letter()));
            if (!acts && (all || (some && who.turns()))) {
                return "not fair to " + machine.name(who.letter());
            }
        }
        return "";
    }
}
