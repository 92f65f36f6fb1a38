package dev.moat.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Moves, drops and inserts steps, and leaves every path through an operation otherwise as it was. A step that moves
 * forward runs earlier on the paths that pass its new place, and stays on the others. A step that moves back runs
 * later, at the latest before the path leaves the new place out. If paths then need different successors of a step,
 * the step exists several times, with names that end in {@code -2} and so on.
 */
public final class Rewiring {
    private static final int END = -1;
    private static final int LAST = Outcome.DONE;

    private final List<Step> steps;
    private final Map<String, Integer> index = new HashMap<>();
    /** The step at which another one is put in, and on which side of it. */
    private int anchor;

    private boolean before;
    /** The step that is not where it was, if it is left out or put in. */
    private int gone = END;

    /**
     * A step in the new program.
     *
     * @param ahead whether the moved step stands before its turn here (or was passed over); then {@code key} says where it led to
     * @param moved whether this is the moved step in its new place; then {@code key} is the step that it stands before
     */
    private record Node(int step, boolean ahead, boolean moved, int key) {}

    /** Where a way goes on in the new program; null is the end. */
    @FunctionalInterface
    private interface Ways {
        @Nullable
        Node to(Node from, int outcome, int target);
    }

    /** Of the steps of an operation. */
    public Rewiring(List<Step> steps) {
        this.steps = new ArrayList<>(steps);
        for (int i = 0; i < steps.size(); i++) {
            index.put(steps.get(i).name(), i);
        }
    }

    /** The name of the step that an outcome of a step leads to, by name or by default. */
    public static String target(List<Step> steps, int step, int outcome) {
        String named = steps.get(step).targets().get(outcome);
        if (named != null) {
            return named;
        } else if (outcome == Outcome.LOOP) {
            return steps.get(step).name();
        }
        return outcome == Outcome.NEXT && step + 1 < steps.size()
                ? steps.get(step + 1).name()
                : Step.END;
    }

    private int to(int step, int outcome) {
        return index.getOrDefault(target(steps, step, outcome), END);
    }

    private boolean isNamed(int step, int outcome) {
        return steps.get(step).targets().get(outcome) != null;
    }

    /** Whether each step can come to one; itself it can. */
    private boolean[] reaching(int goal) {
        boolean[] reach = new boolean[steps.size()];
        reach[goal] = true;
        for (boolean grows = true; grows; ) {
            grows = false;
            for (int i = 0; i < reach.length; i++) {
                for (int o = 0; o <= LAST && !reach[i]; o++) {
                    int t = to(i, o);
                    reach[i] = t != END && reach[t];
                    grows |= reach[i];
                }
            }
        }
        return reach;
    }

    private static @Nullable Node plain(int step) {
        return step == END ? null : new Node(step, false, false, 0);
    }

    private static Node ahead(int step, int key) {
        return new Node(step, true, false, key);
    }

    private static Node moved(int step, int key) {
        return new Node(step, false, true, key);
    }

    /** Without a step: who led to it leads to the one that it goes on with. */
    public List<Step> dropping(int x) {
        gone = x;
        int follows = to(x, Outcome.NEXT);
        Ways ways = (from, o, t) -> plain(t == x && follows != x ? follows : t);
        return build(plain(x == 0 && follows != x ? follows : 0), ways);
    }

    /** With a step that is there no more than its own code: it goes on, or waits. */
    public List<Step> inserting(Step added, int at, boolean inFront) {
        anchor = at;
        before = inFront;
        int x = steps.size();
        gone = x;
        steps.add(added.on(Outcome.NEXT, Step.END));
        Ways ways = (from, o, t) -> {
            if (from.moved()) {
                return o == Outcome.NEXT ? plain(from.key()) : t == x ? from : null;
            }
            boolean here = inFront ? t == at && from.step() != at : from.step() == at && o == Outcome.NEXT;
            return here ? moved(x, t) : plain(t);
        };
        return build(inFront && at == 0 ? moved(x, 0) : plain(0), ways);
    }

    /** With a step in front of another one, or behind it; null where no way passes both. */
    @Nullable
    public List<Step> moving(int x, int y, boolean inFront) {
        anchor = y;
        before = inFront;
        boolean[] toX = reaching(x);
        boolean[] toY = reaching(y);
        if (x > y ? toX[y] : toX[y] && !toY[x]) {
            return hoisting(x, y, toX);
        }
        return toY[x] ? sinking(x, y, toY) : null;
    }

    /** Runs a step earlier. */
    private List<Step> hoisting(int x, int y, boolean[] reaches) {
        Ways ways = (from, o, t) -> {
            if (from.moved()) {
                boolean goesOn = t != x && (o == Outcome.NEXT || isNamed(x, o));
                return goesOn ? ahead(from.key(), t) : t == x ? from : null;
            } else if (from.ahead()) {
                if (t == x) {
                    return entering(from.key(), x, y);
                }
                return t != END && reaches[t] ? ahead(t, from.key()) : plain(t);
            } else if (!before && from.step() == y) {
                return t != END && t != x && t != y && reaches[t] ? moved(x, t) : plain(t);
            }
            return entering(t, x, y);
        };
        return build(entering(0, x, y), ways);
    }

    private @Nullable Node entering(int step, int x, int y) {
        return before && step == y ? moved(x, y) : plain(step);
    }

    /** Runs a step later. */
    private List<Step> sinking(int x, int y, boolean[] reaches) {
        int follows = to(x, Outcome.NEXT);
        Ways ways = (from, o, t) -> {
            if (from.moved()) {
                if (o == Outcome.NEXT) {
                    return from.key() == x ? passing(follows, x, y, reaches) : plain(from.key());
                }
                return t == x ? from : plain(t);
            } else if (from.ahead()) {
                boolean behind = !before && from.step() == y;
                return behind ? t == y ? from : moved(x, t) : passing(t == x ? follows : t, x, y, reaches);
            }
            return t == x ? passing(follows, x, y, reaches) : plain(t);
        };
        return build(x == 0 ? passing(follows, x, y, reaches) : plain(0), ways);
    }

    /** Goes on at a step while the moved one is still to come. */
    private @Nullable Node passing(int step, int x, int y, boolean[] reaches) {
        if (step == x) {
            return plain(x);
        }
        return step == END || !reaches[step] || (before && step == y) ? moved(x, step) : ahead(step, 0);
    }

    /** The program of all that can be come to. */
    private List<Step> build(@Nullable Node start, Ways ways) {
        Map<Node, List<@Nullable Node>> leads = new HashMap<>();
        Set<Node> found = new LinkedHashSet<>();
        Deque<Node> open = new ArrayDeque<>();
        if (start != null) {
            open.add(start);
        }
        // What an edit before this one leads nowhere to may be led to by one behind it.
        for (int i = 0; i < steps.size(); i++) {
            if (i != gone && !reaching(i)[0]) {
                open.addLast(new Node(i, false, false, 0));
            }
        }
        while (!open.isEmpty()) {
            Node n = open.remove();
            if (!found.add(n)) {
                continue;
            }
            List<@Nullable Node> targets = new ArrayList<>();
            for (int o = 0; o <= LAST; o++) {
                Node t = ways.to(n, o, to(n.step(), o));
                targets.add(t);
                if (t != null) {
                    open.add(t);
                }
            }
            leads.put(n, targets);
        }
        Map<Node, String> names = names(found);
        List<Node> order = new ArrayList<>(found);
        order.sort(Comparator.comparingInt((Node n) -> n.equals(start) ? 0 : 1)
                .thenComparingInt(this::place)
                .thenComparing(Node::ahead)
                .thenComparingInt(Node::key));
        List<Step> built = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            Node n = order.get(i);
            Node following = i + 1 < order.size() ? order.get(i + 1) : null;
            List<@Nullable Node> to = leads.getOrDefault(n, List.of());
            @Nullable String[] targets = new String[LAST + 1];
            for (int o = 0; o <= LAST; o++) {
                Node t = to.get(o);
                Node byDefault = o == Outcome.NEXT ? following : o == Outcome.LOOP ? n : null;
                boolean same = t == null ? byDefault == null : t.equals(byDefault);
                targets[o] = same ? null : t == null ? Step.END : names.get(t);
            }
            built.add(steps.get(n.step()).called(names.getOrDefault(n, "")).leading(Arrays.asList(targets)));
        }
        return built;
    }

    /** Two places for each step; the moved one stands between. */
    private int place(Node n) {
        return n.moved() ? 3 * anchor + (before ? -1 : 1) : 3 * n.step();
    }

    /** The moved step in its new place, and else the one that stands where it stood, keeps its name. */
    private Map<Node, String> names(Set<Node> found) {
        Set<String> taken = new HashSet<>();
        steps.forEach(s -> taken.add(s.name()));
        Map<Integer, Integer> times = new HashMap<>();
        Map<Node, String> names = new HashMap<>();
        found.stream()
                .sorted(Comparator.comparing((Node n) -> !n.moved()).thenComparing(Node::ahead))
                .forEach(n -> {
                    String name = steps.get(n.step()).name();
                    int time = times.merge(n.step(), 1, Integer::sum);
                    String called = time == 1 ? name : name + "-" + time;
                    while (time > 1 && !taken.add(called)) {
                        time = times.merge(n.step(), 1, Integer::sum);
                        called = name + "-" + time;
                    }
                    names.put(n, called);
                });
        return names;
    }

    /** The locks that may be held when each step begins, in the order of the steps, by their notes. */
    public static Map<String, Set<String>> held(List<Step> steps) {
        Rewiring of = new Rewiring(steps);
        List<Set<String>> held = new ArrayList<>();
        steps.forEach(s -> held.add(new TreeSet<>()));
        for (boolean grows = true; grows; ) {
            grows = false;
            for (int i = 0; i < steps.size(); i++) {
                Set<String> behind = new TreeSet<>(held.get(i));
                behind.addAll(steps.get(i).notes().takes());
                behind.removeAll(steps.get(i).notes().drops());
                for (int o = 0; o <= LAST; o++) {
                    int t = of.to(i, o);
                    grows |= t != END && t != i && held.get(t).addAll(behind);
                }
            }
        }
        Map<String, Set<String>> all = new LinkedHashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            all.put(steps.get(i).name(), held.get(i));
        }
        return all;
    }

    /** Whether two programs do the same, steps having the same names and code. */
    public static boolean isSame(Operation a, Operation b) {
        return a.steps().size() == b.steps().size()
                && a.steps().get(0).name().equals(b.steps().get(0).name())
                && ways(a.steps()).equals(ways(b.steps()));
    }

    /** Each step by its name: its code, whether it is quiet, and where it leads. */
    public static Map<String, List<Object>> ways(List<Step> steps) {
        Map<String, List<Object>> all = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            List<Object> says = new ArrayList<>(List.of(step.code(), step.quiet()));
            for (int o = 0; o <= LAST; o++) {
                says.add(target(steps, i, o));
            }
            all.put(step.name(), says);
        }
        return all;
    }
}
