package dev.moat.prove.lift;

import dev.moat.notation.core.NotedCode;
import dev.moat.prove.lift.StackValue.Reference;
import dev.moat.prove.lift.StackValue.Word;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;

/**
 * Executes class files on expressions. Objects are those of the built machine; numbers and the words of states are
 * expressions. Calls are inlined, and joining paths are merged. It refuses code that it cannot lift; see {@code
 * docs/explanation/code-proof.md}.
 */
public final class Lifter {
    /** Calls within calls. */
    private static final int DEEPEST = 200;

    /** Visits of one instruction in one call: more is a loop that nothing bounds. */
    private static final int MOST_VISITS = 4096;

    /** Questions about the loops of one piece of code. */
    private static final int MOST_QUESTIONS = 50;

    /** New expressions for one piece of code. */
    private static final int LARGEST = 1_000_000;

    /** From so many visits on it is asked whether a loop can go on. */
    private static final int PATIENCE = 3;

    final Exprs exprs;
    final ClassFiles files;
    private final Instructions instructions;
    private final LiftedCalls calls;
    private final Predicate<TermExpr> possible;
    /** Whether what is written in the notation is read from its tree. */
    private final boolean readsTrees;

    private List<Obligation> obligations = new ArrayList<>();
    private int depth;
    private int questions;
    private int began;

    /**
     * @param loader where class files are found
     * @param possible whether a condition can be true; asked only about loops that no constant ends, and may say yes if in doubt
     */
    public Lifter(Exprs exprs, ClassLoader loader, Predicate<TermExpr> possible) {
        this(exprs, loader, possible, true);
    }

    /** @param readsTrees whether what is written in the notation is read from its tree, and not from what it was compiled to */
    public Lifter(Exprs exprs, ClassLoader loader, Predicate<TermExpr> possible, boolean readsTrees) {
        this.readsTrees = readsTrees;
        this.exprs = exprs;
        this.possible = possible;
        files = new ClassFiles(loader);
        instructions = new Instructions(this);
        calls = new LiftedCalls(this, new Lambdas());
    }

    /**
     * Lifts a call of an object's only abstract method, or another named one.
     *
     * @param arguments an {@link TermExpr} for a number, an {@code Integer} for the state with this number, else an object
     * @throws RefusedException when something in it cannot be lifted
     */
    public Lifted lift(Object on, String name, List<Object> arguments, List<List<TermExpr>> states) {
        if (on instanceof NotedCode noted && readsTrees) {
            List<TermExpr> numbers = arguments.stream()
                    .filter(TermExpr.class::isInstance)
                    .map(TermExpr.class::cast)
                    .toList();
            return new TreeTerms(this, noted.bound()).of(noted, numbers, states);
        }
        return liftCode(on, name, arguments, states);
    }

    /** The same from class files, whatever they were compiled from. */
    Lifted liftCode(Object on, String name, List<Object> arguments, List<List<TermExpr>> states) {
        obligations = new ArrayList<>();
        depth = 0;
        questions = 0;
        began = exprs.count();
        List<StackValue> values = new ArrayList<>(List.of(new Reference(on)));
        for (Object a : arguments) {
            values.add(
                    a instanceof TermExpr e
                            ? new Word(e)
                            : a instanceof Integer n ? new StackValue.State(n) : new Reference(a));
        }
        TermExpr[][] words =
                states.stream().map(s -> s.toArray(new TermExpr[0])).toArray(TermExpr[][]::new);
        String descriptor = LiftedCalls.descriptor(on.getClass(), name, arguments.size());
        Ending end = calls.virtual(name, descriptor, values, Path.start(exprs), new PathEffects(words, List.of()));
        if (end == null) {
            return new Lifted(exprs.ofInt(0), states, List.of(), List.copyOf(obligations));
        }
        TermExpr answer = end.result() == Ending.NOTHING ? exprs.ofInt(0) : Flow.number(end.result());
        List<List<TermExpr>> after = new ArrayList<>();
        for (TermExpr[] state : end.effects().states()) {
            after.add(List.of(state));
        }
        return new Lifted(answer, after, end.effects().said(), List.copyOf(obligations));
    }

    /** What a method does from its beginning to all its ends: null if it never returns. */
    @Nullable
    Ending run(ClassFiles.Method method, List<StackValue> arguments, Path path, PathEffects effects) {
        if (++depth > DEEPEST) {
            throw new RefusedException("calls go deeper than " + DEEPEST);
        }
        NavigableMap<Integer, List<Flow>> waiting = new TreeMap<>();
        waiting.put(0, new ArrayList<>(List.of(Flow.start(method, arguments, path, effects))));
        List<Ending> ends = new ArrayList<>();
        Set<Path> known = new HashSet<>();
        int[] visits = new int[method.node().instructions.size()];
        while (!waiting.isEmpty()) {
            var first = waiting.pollFirstEntry();
            int seen = ++visits[first.getKey()];
            if (seen > MOST_VISITS) {
                throw new RefusedException("a loop that nothing bounds").at(method.place(first.getKey()));
            }
            Flow flow = joined(first.getValue());
            if (seen > PATIENCE && !known.contains(flow.path)) {
                if (++questions > MOST_QUESTIONS) {
                    throw new RefusedException("more than " + MOST_QUESTIONS + " questions whether loops go on")
                            .at(method.place(first.getKey()));
                }
                if (!possible.test(flow.path.condition(exprs))) {
                    continue;
                }
            }
            if (exprs.count() - began > LARGEST) {
                throw new RefusedException("more than " + LARGEST + " expressions").at(method.place(first.getKey()));
            }
            known.add(flow.path);
            Deque<Flow> ready = new ArrayDeque<>(List.of(flow));
            while (!ready.isEmpty()) {
                follow(ready, waiting, ends);
            }
        }
        depth--;
        return ends.isEmpty() ? null : Ending.joined(ends, exprs);
    }

    /** Takes one way on to where it ends, forks, or comes to where ways meet. */
    private void follow(Deque<Flow> ready, NavigableMap<Integer, List<Flow>> waiting, List<Ending> ends) {
        Flow flow = ready.pop();
        while (true) {
            AbstractInsnNode instruction = flow.method.at(flow.at);
            int opcode = instruction.getOpcode();
            if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
                ends.add(new Ending(opcode == Opcodes.RETURN ? Ending.NOTHING : flow.pop(), flow.path, flow.effects()));
                return;
            }
            List<Flow> next;
            try {
                next = instructions.execute(flow, instruction);
            } catch (RefusedException e) {
                throw e.getCause() == null ? e.at(flow.method.place(flow.at)) : e;
            }
            boolean goesOn = false;
            for (Flow f : next) {
                if (f.method.joins().contains(f.at)) {
                    waiting.computeIfAbsent(f.at, at -> new ArrayList<>()).add(f);
                } else if (f == flow) {
                    goesOn = true;
                } else {
                    ready.push(f);
                }
            }
            if (!goesOn) {
                return;
            }
        }
    }

    private Flow joined(List<Flow> flows) {
        return Path.joined(flows, f -> f.path, (a, b) -> Flow.merged(a, b, exprs));
    }

    LiftedCalls calls() {
        return calls;
    }

    /** Demands that a condition holds; from here on it does. */
    void require(Flow flow, TermExpr condition, String what) {
        TermExpr known = flow.path.simplified(condition, exprs);
        if (!known.isTrue()) {
            obligation(flow, exprs.not(known), what);
            flow.assume(known, exprs);
        }
    }

    /** Notes that something must not happen here. */
    void obligation(Flow flow, TermExpr when, String what) {
        TermExpr whole = exprs.and(flow.path.condition(exprs), when);
        if (!whole.isFalse()) {
            obligations.add(new Obligation(what, flow.method.place(flow.at), whole));
        }
    }

    /**
     * As many ways as a number can be elements of an array, each with a constant in its place; {@code take} goes on with each. That
     * it is an index is demanded.
     */
    List<Flow> forEachIndex(Flow flow, TermExpr index, int length, Element take) {
        require(flow, exprs.ult(index, exprs.ofInt(length)), "an index below " + length);
        List<Flow> all = new ArrayList<>();
        Flow rest = flow;
        if (flow.path.condition(exprs).isFalse()) {
            return all;
        }
        for (int k = 0; k < length; k++) {
            TermExpr here = rest.path.simplified(exprs.eq(index, exprs.ofInt(k)), exprs);
            if (here.isFalse()) {
                continue;
            }
            boolean last = here.isTrue() || k == length - 1;
            Flow one = last ? rest : rest.fork(here, exprs);
            take.at(one, k);
            all.add(one);
            if (last) {
                return all;
            }
            rest.assume(exprs.not(here), exprs);
        }
        return all;
    }

    /** What is done with one element of an array. */
    interface Element {
        void at(Flow flow, int index);
    }
}
