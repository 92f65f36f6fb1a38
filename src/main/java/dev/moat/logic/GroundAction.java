package dev.moat.logic;

import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An action of the discipline for given arguments, compiled for abstract states. For one thread: it has scratch space. */
final class GroundAction {
    private final Node guard;
    private final int[] atoms;
    private final Node[] values;
    private final boolean[] scratch;

    private GroundAction(Node guard, int[] atoms, Node[] values) {
        this.guard = guard;
        this.atoms = atoms;
        this.values = values;
        scratch = new boolean[atoms.length];
    }

    /** Compiles. Only atoms that may change are kept. */
    static GroundAction of(AbstractAction action, int[] args, AtomSpace space) {
        Grounder grounder = new Grounder(space.abstraction(), space.bits());
        Node guard = grounder.node(action.guard(), bind(action.parameters(), args), false);
        List<Integer> atoms = new ArrayList<>();
        List<Node> values = new ArrayList<>();
        for (Map.Entry<String, Macro> effect : action.effects().entrySet()) {
            List<Sort> places = space.places(effect.getKey());
            if (places == null) {
                continue;
            }
            int count = places.stream().mapToInt(Sort::size).reduce(1, Math::multiplyExact);
            int[] y = new int[5];
            for (int i = 0; i < count; i++) {
                int[] all = join(args, action.parameters().size(), y, places.size());
                Node value = grounder.node(
                        effect.getValue().body(), bind(effect.getValue().parameters(), all), false);
                int atom = space.atom(effect.getKey(), y);
                if (value != grounder.atom(effect.getKey(), y)) {
                    atoms.add(atom);
                    values.add(value);
                }
                AtomSpace.next(y, places);
            }
        }
        return new GroundAction(
                guard, atoms.stream().mapToInt(Integer::intValue).toArray(), values.toArray(new Node[0]));
    }

    private static @Nullable Env bind(List<Var> vars, int[] args) {
        Env env = null;
        for (int i = 0; i < vars.size(); i++) {
            env = new Env(env, vars.get(i), args[i]);
        }
        return env;
    }

    private static int[] join(int[] first, int n, int[] second, int m) {
        int[] all = new int[n + m];
        System.arraycopy(first, 0, all, 0, n);
        System.arraycopy(second, 0, all, n, m);
        return all;
    }

    boolean isEnabled(long[] t) {
        return guard.holds(t);
    }

    /** Changes an abstract state as the action does. */
    void apply(long[] t, AtomSpace space) {
        for (int i = 0; i < atoms.length; i++) {
            scratch[i] = values[i].holds(t);
        }
        for (int i = 0; i < atoms.length; i++) {
            space.set(t, atoms[i], scratch[i]);
        }
    }
}
