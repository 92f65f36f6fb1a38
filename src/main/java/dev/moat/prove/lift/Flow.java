package dev.moat.prove.lift;

import dev.moat.prove.lift.Lifted.Addition;
import dev.moat.prove.lift.StackValue.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One path through a method, at an instruction: the assumptions, the values of variables, and the states. */
final class Flow {
    final ClassFiles.Method method;
    int at;
    Path path;
    final StackValue[] locals;
    final List<StackValue> stack;
    final TermExpr[][] states;
    private final boolean[] own;
    private List<Addition> said;

    private Flow(
            ClassFiles.Method method, Path path, StackValue[] locals, List<StackValue> stack, PathEffects effects) {
        this.method = method;
        this.path = path;
        this.locals = locals;
        this.stack = stack;
        states = effects.states().clone();
        said = effects.said();
        own = new boolean[states.length];
    }

    /** At the beginning of a method. */
    static Flow start(ClassFiles.Method method, List<StackValue> arguments, Path path, PathEffects effects) {
        StackValue[] locals = new StackValue[method.node().maxLocals];
        Arrays.fill(locals, new StackValue.Unknown("a variable that is not set"));
        int i = 0;
        for (StackValue v : arguments) {
            locals[i] = v;
            i += isWide(v) ? 2 : 1;
        }
        return new Flow(method, path, locals, new ArrayList<>(), effects);
    }

    /** Goes on with what a call has left. */
    void continueAfter(Ending call) {
        path = call.path();
        System.arraycopy(call.effects().states(), 0, states, 0, states.length);
        said = call.effects().said();
        Arrays.fill(own, false);
        if (call.result() != Ending.NOTHING) {
            stack.add(call.result());
        }
    }

    /** Another one that goes on from here under a condition. */
    Flow fork(TermExpr condition, Exprs exprs) {
        Flow other = new Flow(method, path, locals.clone(), new ArrayList<>(stack), effects());
        other.at = at;
        other.assume(condition, exprs);
        return other;
    }

    /** Assumes a condition from here on; what it says equals a constant becomes that constant. */
    void assume(TermExpr condition, Exprs exprs) {
        path = path.with(condition);
        TermExpr known = condition.equated();
        if (known == condition) {
            return;
        }
        TermExpr constant = exprs.constant(known.width(), condition.equatedTo());
        for (int i = 0; i < locals.length; i++) {
            locals[i] = replaced(locals[i], known, constant, exprs);
        }
        stack.replaceAll(v -> replaced(v, known, constant, exprs));
    }

    private static StackValue replaced(StackValue v, TermExpr known, TermExpr constant, Exprs exprs) {
        if (!(v instanceof Word n)) {
            return v;
        }
        if (n.expr() == known) {
            return new Word(constant);
        }
        int width = known.width() == 64 ? 32 : 64;
        return n.expr() == exprs.resized(known, width) ? new Word(exprs.resized(constant, width)) : v;
    }

    void push(StackValue v) {
        stack.add(v);
    }

    void push(TermExpr e) {
        stack.add(new Word(e));
    }

    StackValue pop() {
        return stack.remove(stack.size() - 1);
    }

    /** The n-th value from the top, 0 the topmost. */
    StackValue peek(int n) {
        return stack.get(stack.size() - 1 - n);
    }

    TermExpr popNumber() {
        return number(pop());
    }

    static TermExpr number(StackValue v) {
        if (v instanceof Word n) {
            return n.expr();
        }
        throw new RefusedException("a number is expected, not " + v);
    }

    static boolean isWide(StackValue v) {
        return v instanceof Word n && n.expr().width() == 64;
    }

    void store(int state, int word, TermExpr value) {
        if (!own[state]) {
            states[state] = states[state].clone();
            own[state] = true;
        }
        states[state][word] = value;
    }

    /** What was done until here. */
    PathEffects effects() {
        Arrays.fill(own, false);
        return new PathEffects(states.clone(), said);
    }

    /** Both, which are at one instruction, as one: each value is the one's or the other's, as the conditions say. */
    static Flow merged(Flow a, Flow b, Exprs exprs) {
        Path common = Path.common(a.path, b.path);
        TermExpr first = a.path.since(common, exprs);
        TermExpr second = b.path.since(common, exprs);
        if (a.stack.size() != b.stack.size()) {
            throw new IllegalStateException("stacks of different heights meet");
        }
        StackValue[] locals = new StackValue[a.locals.length];
        for (int i = 0; i < locals.length; i++) {
            locals[i] = StackValue.either(first, a.locals[i], b.locals[i], exprs);
        }
        List<StackValue> stack = new ArrayList<>();
        for (int i = 0; i < a.stack.size(); i++) {
            stack.add(StackValue.either(first, a.stack.get(i), b.stack.get(i), exprs));
        }
        Path path = common.with(exprs.or(first, second));
        Flow both = new Flow(a.method, path, locals, stack, PathEffects.either(first, a.effects(), b.effects(), exprs));
        both.at = a.at;
        return both;
    }
}
