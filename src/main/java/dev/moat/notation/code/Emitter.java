package dev.moat.notation.code;

import dev.moat.model.Outcome;
import dev.moat.notation.core.Act;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.Value;
import dev.moat.notation.core.Value.Kind;
import dev.moat.notation.core.Value.Op;
import dev.moat.notation.core.Walk;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.TypeName;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Writes the body of one method. Values are longs, but for variables over elements, which are ints; conditions are jumps. */
final class Emitter {
    /** What a method answers. */
    enum Ends {
        OUTCOME,
        ENABLED,
        TRUTH,
        NUMBER,
        NOTHING
    }

    private static final String CHECKS = "dev/moat/notation/code/Checks";

    private final MethodVisitor m;
    private final Program program;
    private final Ends ends;
    private String owner = "";
    private Program.@Nullable Step step;
    private int state;
    private int before;
    private int cpu = -1;
    private int claim;
    /** Where variables are. */
    private int[] local = new int[0];

    private boolean[] isInt = new boolean[0];
    private int[] elements = new int[0];
    private int firstNumber;
    private int numbers;

    Emitter(MethodVisitor m, Program program, Ends ends) {
        this.m = m;
        this.program = program;
        this.ends = ends;
    }

    /** Of a piece, which has what all share in a field. */
    Emitter of(String piece, Program.@Nullable Step ofStep) {
        owner = piece;
        step = ofStep;
        return this;
    }

    int state(int at) {
        state = at;
        before = at;
        return at + 1;
    }

    int states(int after, int earlier) {
        state = after;
        before = earlier;
        return Math.max(after, earlier) + 1;
    }

    void cpu(int at) {
        cpu = at;
    }

    void claim(int at) {
        claim = at;
    }

    /** Parameters that are ints from a place on. */
    void elements(int from, int count) {
        elements = new int[count];
        for (int i = 0; i < count; i++) {
            elements[i] = from + i;
        }
    }

    /** Parameters that are longs from a place on; answers the place behind them. */
    int numbers(int from, int count) {
        firstNumber = from;
        numbers = count;
        return from + 2 * count;
    }

    /** The whole body; what is not reached by a jump ends as the kind of code does. */
    void body(List<Act> acts, int variables, int next) {
        local = new int[variables];
        isInt = new boolean[variables];
        int free = next;
        for (int i = 0; i < variables; i++) {
            if (i < elements.length) {
                local[i] = elements[i];
                isInt[i] = true;
            } else if (i < numbers) {
                local[i] = firstNumber + 2 * i;
            } else {
                local[i] = free;
                free += 2;
            }
        }
        loopsAreInts(acts);
        // The verifier wants a value in each on all ways.
        for (int i = Math.max(elements.length, numbers); i < variables; i++) {
            m.visitInsn(isInt[i] ? Opcodes.ICONST_0 : Opcodes.LCONST_0);
            m.visitVarInsn(isInt[i] ? Opcodes.ISTORE : Opcodes.LSTORE, local[i]);
        }
        acts(acts);
        end();
    }

    private void loopsAreInts(List<Act> acts) {
        Walk.acts(acts, act -> {
            if (act instanceof Act.Loop loop) {
                isInt[loop.slot()] = true;
            }
        });
        Walk.values(acts, v -> {
            if (v instanceof Value.Fold fold) {
                isInt[fold.slot()] = true;
            }
        });
    }

    private void end() {
        switch (ends) {
            case OUTCOME -> answer(Outcome.NEXT);
            case ENABLED -> answer(1);
            case TRUTH -> answer(0);
            case NUMBER -> {
                m.visitInsn(Opcodes.LCONST_0);
                m.visitInsn(Opcodes.LRETURN);
            }
            case NOTHING -> m.visitInsn(Opcodes.RETURN);
        }
    }

    private void answer(int constant) {
        number(constant);
        m.visitInsn(Opcodes.IRETURN);
    }

    private void number(int constant) {
        if (constant >= -1 && constant <= 5) {
            m.visitInsn(Opcodes.ICONST_0 + constant);
        } else {
            m.visitLdcInsn(constant);
        }
    }

    private void line(At at) {
        Label here = new Label();
        m.visitLabel(here);
        m.visitLineNumber(at.line(), here);
    }

    // --- statements

    private void acts(List<Act> acts) {
        acts.forEach(this::act);
    }

    private void act(Act act) {
        if (act instanceof Act.Store store) {
            line(store.at());
            store(store);
        } else if (act instanceof Act.Let let) {
            line(let.at());
            value(let.value());
            m.visitVarInsn(Opcodes.LSTORE, local[let.slot()]);
        } else if (act instanceof Act.Wait wait) {
            line(wait.at());
            Label on = new Label();
            jump(wait.condition(), true, on);
            answer(ends == Ends.OUTCOME ? Outcome.BLOCKED : 0);
            m.visitLabel(on);
        } else if (act instanceof Act.Jump jump) {
            Label on = new Label();
            unless(jump.condition(), on);
            answer(Objects.requireNonNull(step).outcome(jump.exit()));
            m.visitLabel(on);
        } else if (act instanceof Act.Branch branch) {
            branch(branch);
        } else if (act instanceof Act.Loop loop) {
            loop(loop);
        } else if (act instanceof Act.Run run) {
            line(run.at());
            run(run.call());
        } else if (act instanceof Act.Return r) {
            Label on = new Label();
            unless(r.condition(), on);
            returned(r.value());
            m.visitLabel(on);
        } else if (act instanceof Act.Say say) {
            say(say);
        }
    }

    private void unless(@Nullable Value condition, Label on) {
        if (condition != null) {
            jump(condition, false, on);
        }
    }

    private void returned(@Nullable Value value) {
        if (value == null) {
            end();
        } else if (ends == Ends.NUMBER) {
            value(value);
            m.visitInsn(Opcodes.LRETURN);
        } else {
            truth(value);
            m.visitInsn(Opcodes.IRETURN);
        }
    }

    private void branch(Act.Branch branch) {
        Label no = new Label();
        Label on = new Label();
        jump(branch.condition(), false, no);
        acts(branch.yes());
        if (!branch.no().isEmpty()) {
            m.visitJumpInsn(Opcodes.GOTO, on);
        }
        m.visitLabel(no);
        acts(branch.no());
        m.visitLabel(on);
    }

    private void loop(Act.Loop loop) {
        each(loop.slot(), loop.size(), loop.only(), loop.where(), (next, end) -> acts(loop.body()));
    }

    /** What is done with each element. */
    private interface Body {
        void emit(Label next, Label end);
    }

    /** A loop over the elements of which a condition is true; a variable keeps the element. */
    private void each(int slot, Value size, @Nullable Value only, @Nullable Value where, Body body) {
        Label top = new Label();
        Label next = new Label();
        Label end = new Label();
        int variable = local[slot];
        if (only == null) {
            m.visitInsn(Opcodes.ICONST_0);
            m.visitVarInsn(Opcodes.ISTORE, variable);
            m.visitLabel(top);
            element(new Value.Variable(slot));
            element(size);
            m.visitJumpInsn(Opcodes.IF_ICMPGE, end);
        } else {
            element(only);
            m.visitVarInsn(Opcodes.ISTORE, variable);
            m.visitVarInsn(Opcodes.ILOAD, variable);
            m.visitJumpInsn(Opcodes.IFLT, end);
            m.visitVarInsn(Opcodes.ILOAD, variable);
            element(size);
            m.visitJumpInsn(Opcodes.IF_ICMPGE, end);
        }
        if (where != null) {
            jump(where, false, next);
        }
        body.emit(next, end);
        m.visitLabel(next);
        if (only == null) {
            m.visitIincInsn(variable, 1);
            m.visitJumpInsn(Opcodes.GOTO, top);
        }
        m.visitLabel(end);
    }

    private void store(Act.Store store) {
        Program.Family family = program.families().get(store.family());
        slots(store.family());
        m.visitVarInsn(Opcodes.ALOAD, state);
        store.index().forEach(this::element);
        if (family.wraps()) {
            slots(store.family());
        }
        value(store.value());
        if (family.first() == 1) {
            m.visitInsn(Opcodes.LCONST_1);
            m.visitInsn(Opcodes.LADD);
        }
        if (family.wraps()) {
            m.visitMethodInsn(Opcodes.INVOKESTATIC, CHECKS, "wrapped", "(L" + Compiler.SLOTS + ";J)J", false);
        }
        String descriptor = "([J" + "I".repeat(store.index().size()) + "J)V";
        m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Compiler.SLOTS, "set", descriptor, false);
        if (family.item().type() instanceof TypeName.Lock) {
            noteHolder(store);
        }
    }

    private void noteHolder(Act.Store store) {
        slots(store.family());
        m.visitVarInsn(Opcodes.ALOAD, state);
        int indices = store.index().size();
        if (indices > 1) {
            slots(store.family());
        }
        store.index().forEach(this::element);
        if (indices > 1) {
            m.visitMethodInsn(
                    Opcodes.INVOKEVIRTUAL, Compiler.SLOTS, "element", "(" + "I".repeat(indices) + ")I", false);
        } else if (indices == 0) {
            m.visitInsn(Opcodes.ICONST_0);
        }
        me();
        boolean taken = store.value() instanceof Value.Const c && c.value() != 0;
        m.visitInsn(taken ? Opcodes.ICONST_1 : Opcodes.ICONST_0);
        m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Compiler.SLOTS, "noteHolder", "([JIIZ)V", false);
    }

    private void say(Act.Say say) {
        m.visitVarInsn(Opcodes.ALOAD, claim);
        m.visitLdcInsn(say.action());
        say.arguments().forEach(this::element);
        String descriptor = "(Ljava/lang/String;" + "I".repeat(say.arguments().size()) + ")V";
        m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Compiler.CLAIM, "add", descriptor, false);
    }

    private void run(Value call) {
        if (call instanceof Value.Ask ask) {
            ask(ask);
            switch (ask.primitive().result()) {
                case "" -> {}
                case "bool" -> m.visitInsn(Opcodes.POP);
                default -> m.visitInsn(Opcodes.POP2);
            }
        } else if (call instanceof Value.Call of) {
            call(of);
            m.visitInsn(program.functions().get(of.function()).isTruth() ? Opcodes.POP : Opcodes.POP2);
        }
    }

    // --- what there is

    private void shared() {
        m.visitVarInsn(Opcodes.ALOAD, 0);
        if (!owner.isEmpty()) {
            m.visitFieldInsn(Opcodes.GETFIELD, owner, "machine", "L" + Compiler.shared("") + ";");
        }
    }

    private void slots(int family) {
        shared();
        String name = family == Program.COUNTERS ? "counters" : "f" + family;
        m.visitFieldInsn(Opcodes.GETFIELD, Compiler.shared(""), name, "L" + Compiler.SLOTS + ";");
    }

    private void call(Value.Call call) {
        Program.Function f = program.functions().get(call.function());
        shared();
        if (f.nature() == Program.Nature.CLAIM) {
            m.visitVarInsn(Opcodes.ALOAD, before);
        }
        m.visitVarInsn(Opcodes.ALOAD, state);
        me();
        call.arguments().forEach(this::value);
        if (f.nature() == Program.Nature.CLAIM) {
            m.visitVarInsn(Opcodes.ALOAD, claim);
        }
        m.visitMethodInsn(
                Opcodes.INVOKEVIRTUAL, Compiler.shared(""), "d" + call.function(), Compiler.descriptor(f), false);
    }

    private void ask(Value.Ask ask) {
        shared();
        m.visitFieldInsn(Opcodes.GETFIELD, Compiler.shared(""), "units", "L" + Compiler.UNITS + ";");
        m.visitVarInsn(Opcodes.ALOAD, state);
        me();
        ask.arguments().forEach(this::value);
        String result = ask.primitive().result();
        String type = result.isEmpty() ? "V" : result.equals("bool") ? "Z" : "J";
        String descriptor = "([JI" + "J".repeat(ask.arguments().size()) + ")" + type;
        m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Compiler.UNITS, ask.primitive().method(), descriptor, false);
    }

    private void me() {
        if (cpu < 0) {
            m.visitInsn(Opcodes.ICONST_0);
        } else {
            m.visitVarInsn(Opcodes.ILOAD, cpu);
        }
    }

    // --- values

    /** Leaves an int. */
    private void element(Value value) {
        if (value instanceof Value.Const c) {
            number((int) c.value());
        } else if (value instanceof Value.Variable v && isInt[v.slot()]) {
            m.visitVarInsn(Opcodes.ILOAD, local[v.slot()]);
        } else if (value instanceof Value.Me) {
            me();
        } else if (value instanceof Value.Within w && w.of() instanceof Value.Const) {
            element(w.of());
        } else {
            value(value);
            m.visitInsn(Opcodes.L2I);
        }
    }

    /** Leaves a truth value. */
    private void truth(Value value) {
        if (value instanceof Value.Call call
                && program.functions().get(call.function()).isTruth()) {
            call(call);
            return;
        }
        if (value instanceof Value.Ask ask && ask.primitive().isTruth()) {
            ask(ask);
            return;
        }
        Label yes = new Label();
        Label end = new Label();
        jump(value, true, yes);
        m.visitInsn(Opcodes.ICONST_0);
        m.visitJumpInsn(Opcodes.GOTO, end);
        m.visitLabel(yes);
        m.visitInsn(Opcodes.ICONST_1);
        m.visitLabel(end);
    }

    private boolean isTruth(Value value) {
        return value instanceof Value.Not
                || (value instanceof Value.Pair p && isTruth(p.op()))
                || (value instanceof Value.Fold f && (f.kind() == Kind.EXISTS || f.kind() == Kind.ALL))
                || (value instanceof Value.Call c
                        && program.functions().get(c.function()).isTruth())
                || (value instanceof Value.Ask a && a.primitive().isTruth());
    }

    private static boolean isTruth(Op op) {
        return switch (op) {
            case AND, OR, SAME, LESS, AT_MOST, MEMBER -> true;
            default -> false;
        };
    }

    /** Leaves a long. */
    private void value(Value value) {
        if (value instanceof Value.Const c) {
            m.visitLdcInsn(c.value());
        } else if (value instanceof Value.Fixed f) {
            shared();
            m.visitFieldInsn(Opcodes.GETFIELD, Compiler.shared(""), "c" + f.number(), "J");
        } else if (value instanceof Value.Variable v) {
            m.visitVarInsn(isInt[v.slot()] ? Opcodes.ILOAD : Opcodes.LLOAD, local[v.slot()]);
            if (isInt[v.slot()]) {
                m.visitInsn(Opcodes.I2L);
            }
        } else if (value instanceof Value.Me) {
            me();
            m.visitInsn(Opcodes.I2L);
        } else if (value instanceof Value.Read read) {
            read(read);
        } else if (value instanceof Value.Before of) {
            int after = state;
            state = before;
            value(of.of());
            state = after;
        } else if (isTruth(value)) {
            truth(value);
            m.visitInsn(Opcodes.I2L);
        } else if (value instanceof Value.Pair pair) {
            pair(pair);
        } else if (value instanceof Value.Only only) {
            m.visitInsn(Opcodes.LCONST_1);
            element(only.member());
            m.visitInsn(Opcodes.LSHL);
        } else if (value instanceof Value.Choice c) {
            choice(c);
        } else if (value instanceof Value.Fold fold) {
            fold(fold);
        } else if (value instanceof Value.Call call) {
            call(call);
        } else if (value instanceof Value.Ask ask) {
            ask(ask);
        } else if (value instanceof Value.Within within) {
            within(within);
        }
    }

    private void read(Value.Read read) {
        slots(read.family());
        m.visitVarInsn(Opcodes.ALOAD, state);
        read.index().forEach(this::element);
        String descriptor = "([J" + "I".repeat(read.index().size()) + ")J";
        m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Compiler.SLOTS, "get", descriptor, false);
        if (read.family() >= 0 && program.families().get(read.family()).first() == 1) {
            m.visitInsn(Opcodes.LCONST_1);
            m.visitInsn(Opcodes.LSUB);
        }
    }

    private void within(Value.Within within) {
        value(within.of());
        // Constants were looked at when the machine was built.
        if (!(within.of() instanceof Value.Const)) {
            value(within.first());
            value(within.last());
            m.visitMethodInsn(Opcodes.INVOKESTATIC, CHECKS, "within", "(JJJ)J", false);
        }
    }

    private void pair(Value.Pair p) {
        value(p.left());
        value(p.right());
        switch (p.op()) {
            case PLUS -> exact("addExact");
            case MINUS -> exact("subtractExact");
            case TIMES -> exact("multiplyExact");
            case DIVIDED -> m.visitInsn(Opcodes.LDIV);
            case REMAINDER -> m.visitInsn(Opcodes.LREM);
            case UNION -> m.visitInsn(Opcodes.LOR);
            case WITHOUT -> {
                m.visitLdcInsn(-1L);
                m.visitInsn(Opcodes.LXOR);
                m.visitInsn(Opcodes.LAND);
            }
            default -> throw new IllegalStateException(p.op().name());
        }
    }

    private void exact(String method) {
        m.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/Math", method, "(JJ)J", false);
    }

    private void choice(Value.Choice c) {
        Label no = new Label();
        Label end = new Label();
        jump(c.condition(), false, no);
        value(c.yes());
        m.visitJumpInsn(Opcodes.GOTO, end);
        m.visitLabel(no);
        value(c.no());
        m.visitLabel(end);
    }

    /** A count, the first element or the largest value, on the stack while it is looked for. */
    private void fold(Value.Fold fold) {
        m.visitLdcInsn(fold.kind() == Kind.FIRST ? -1L : 0L);
        each(fold.slot(), fold.size(), fold.only(), fold.where(), (next, end) -> {
            if (fold.kind() == Kind.MAX) {
                value(fold.body());
                m.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/Math", "max", "(JJ)J", false);
                return;
            }
            jump(fold.body(), false, next);
            if (fold.kind() == Kind.COUNT) {
                m.visitInsn(Opcodes.LCONST_1);
                m.visitInsn(Opcodes.LADD);
            } else {
                m.visitInsn(Opcodes.POP2);
                value(new Value.Variable(fold.slot()));
                m.visitJumpInsn(Opcodes.GOTO, end);
            }
        });
    }

    // --- conditions

    /** Jumps where a condition is true, or where it is false. */
    private void jump(Value value, boolean when, Label target) {
        if (value instanceof Value.Const c) {
            if ((c.value() != 0) == when) {
                m.visitJumpInsn(Opcodes.GOTO, target);
            }
        } else if (value instanceof Value.Not not) {
            jump(not.of(), !when, target);
        } else if (value instanceof Value.Pair p && (p.op() == Op.AND || p.op() == Op.OR)) {
            both(p, when, target);
        } else if (value instanceof Value.Pair p && (p.op() == Op.SAME || p.op() == Op.LESS || p.op() == Op.AT_MOST)) {
            compare(p, when, target);
        } else if (value instanceof Value.Pair p && p.op() == Op.MEMBER) {
            value(p.right());
            element(p.left());
            m.visitInsn(Opcodes.LUSHR);
            m.visitInsn(Opcodes.L2I);
            m.visitInsn(Opcodes.ICONST_1);
            m.visitInsn(Opcodes.IAND);
            m.visitJumpInsn(when ? Opcodes.IFNE : Opcodes.IFEQ, target);
        } else if (value instanceof Value.Fold f && (f.kind() == Kind.EXISTS || f.kind() == Kind.ALL)) {
            quantified(f, when, target);
        } else if (value instanceof Value.Choice c) {
            Label no = new Label();
            Label end = new Label();
            jump(c.condition(), false, no);
            jump(c.yes(), when, target);
            m.visitJumpInsn(Opcodes.GOTO, end);
            m.visitLabel(no);
            jump(c.no(), when, target);
            m.visitLabel(end);
        } else if (value instanceof Value.Before of) {
            int after = state;
            state = before;
            jump(of.of(), when, target);
            state = after;
        } else if (isTruth(value)) {
            truth(value);
            m.visitJumpInsn(when ? Opcodes.IFNE : Opcodes.IFEQ, target);
        } else {
            value(value);
            m.visitInsn(Opcodes.LCONST_0);
            m.visitInsn(Opcodes.LCMP);
            m.visitJumpInsn(when ? Opcodes.IFNE : Opcodes.IFEQ, target);
        }
    }

    private void both(Value.Pair p, boolean when, Label target) {
        if ((p.op() == Op.OR) == when) {
            jump(p.left(), when, target);
            jump(p.right(), when, target);
        } else {
            Label on = new Label();
            jump(p.left(), !when, on);
            jump(p.right(), when, target);
            m.visitLabel(on);
        }
    }

    private void compare(Value.Pair p, boolean when, Label target) {
        boolean ints = isElement(p.left()) && isElement(p.right());
        if (ints) {
            element(p.left());
            element(p.right());
        } else {
            value(p.left());
            value(p.right());
            m.visitInsn(Opcodes.LCMP);
        }
        int opcode = switch (p.op()) {
            case SAME -> when ? Opcodes.IFEQ : Opcodes.IFNE;
            case LESS -> when ? Opcodes.IFLT : Opcodes.IFGE;
            default -> when ? Opcodes.IFLE : Opcodes.IFGT;
        };
        m.visitJumpInsn(ints ? opcode - Opcodes.IFEQ + Opcodes.IF_ICMPEQ : opcode, target);
    }

    private boolean isElement(Value value) {
        return (value instanceof Value.Variable v && isInt[v.slot()])
                || value instanceof Value.Me
                || (value instanceof Value.Const c && c.value() == (int) c.value())
                || (value instanceof Value.Within w && w.of() instanceof Value.Const);
    }

    private void quantified(Value.Fold f, boolean when, Label target) {
        boolean exists = f.kind() == Kind.EXISTS;
        boolean found = exists == when;
        Label decided = new Label();
        each(f.slot(), f.size(), f.only(), f.where(), (next, end) -> jump(f.body(), exists, found ? target : decided));
        if (!found) {
            m.visitJumpInsn(Opcodes.GOTO, target);
        }
        m.visitLabel(decided);
    }
}
