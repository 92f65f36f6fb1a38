package dev.moat.notation;

import dev.moat.model.ClaimCode;
import dev.moat.model.Filter;
import dev.moat.model.Guarded;
import dev.moat.model.Operation;
import dev.moat.model.StepCode;
import dev.moat.notation.code.CompiledCode;
import dev.moat.notation.core.Act;
import dev.moat.notation.core.BackEnd;
import dev.moat.notation.core.EngineCode;
import dev.moat.notation.core.MachineNumbers;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.Value;
import dev.moat.notation.core.Value.Kind;
import dev.moat.notation.core.Value.Op;
import dev.moat.state.Liveness;
import dev.moat.state.RelationCode;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A compiler that takes one construct for another. */
record Planted(UnaryOperator<Object> defect, BackEnd right) implements BackEnd {
    private static final Value ZERO = new Value.Const(0);

    /** One defect for each construct, by name. */
    static Map<String, UnaryOperator<Object>> defects() {
        Map<String, UnaryOperator<Object>> all = new LinkedHashMap<>();
        Map<Op, Op> others = Map.of(
                Op.AND,
                Op.OR,
                Op.OR,
                Op.AND,
                Op.SAME,
                Op.AT_MOST,
                Op.LESS,
                Op.AT_MOST,
                Op.AT_MOST,
                Op.LESS,
                Op.PLUS,
                Op.MINUS,
                Op.MINUS,
                Op.PLUS,
                Op.DIVIDED,
                Op.REMAINDER,
                Op.REMAINDER,
                Op.DIVIDED,
                Op.WITHOUT,
                Op.UNION);
        others.forEach((op, other) -> all.put(
                op.name(),
                o -> o instanceof Value.Pair p && p.op() == op ? new Value.Pair(other, p.left(), p.right()) : o));
        for (Op op : List.of(Op.TIMES, Op.UNION)) {
            all.put(op.name(), o -> o instanceof Value.Pair p && p.op() == op ? p.right() : o);
        }
        all.put("MEMBER", o -> o instanceof Value.Pair p && p.op() == Op.MEMBER ? new Value.Not(p) : o);
        Map<Kind, Kind> folds = Map.of(Kind.EXISTS, Kind.ALL, Kind.ALL, Kind.EXISTS);
        folds.forEach((kind, other) -> all.put(
                kind.name(),
                o -> o instanceof Value.Fold f && f.kind() == kind
                        ? new Value.Fold(other, f.slot(), f.size(), f.only(), f.where(), f.body())
                        : o));
        for (Kind kind : List.of(Kind.COUNT, Kind.FIRST, Kind.MAX)) {
            all.put(kind.name(), o -> o instanceof Value.Fold f && f.kind() == kind ? ZERO : o);
        }
        all.put(
                "fold where",
                o -> o instanceof Value.Fold f
                        ? new Value.Fold(f.kind(), f.slot(), f.size(), f.only(), null, f.body())
                        : o);
        all.put(
                "fold only",
                o -> o instanceof Value.Fold f && f.only() != null
                        ? new Value.Fold(f.kind(), f.slot(), f.size(), ZERO, f.where(), f.body())
                        : o);
        all.put("not", o -> o instanceof Value.Not n ? n.of() : o);
        all.put("choice", o -> o instanceof Value.Choice c ? new Value.Choice(c.condition(), c.no(), c.yes()) : o);
        all.put("me", o -> o instanceof Value.Me ? ZERO : o);
        all.put("only", o -> o instanceof Value.Only only ? only.member() : o);
        all.put("before", o -> o instanceof Value.Before b ? b.of() : o);
        all.put("within", o -> o instanceof Value.Within w ? w.of() : o);
        all.put("call", o -> o instanceof Value.Call c && c.arguments().size() == 2 ? swapped(c) : o);
        all.put(
                "read",
                o -> o instanceof Value.Read r && !r.index().isEmpty()
                        ? new Value.Read(r.family(), zeros(r.index()), r.at())
                        : o);
        all.put(
                "store",
                o -> o instanceof Act.Store s && !s.index().isEmpty()
                        ? new Act.Store(s.family(), zeros(s.index()), s.value(), s.at())
                        : o);
        all.put("let", o -> o instanceof Act.Let let ? new Act.Let(let.slot(), ZERO, let.at()) : o);
        all.put("wait", o -> o instanceof Act.Wait w ? new Act.Wait(new Value.Not(w.condition()), w.at()) : o);
        all.put("goto", o -> o instanceof Act.Jump j ? new Act.Jump(j.exit(), null) : o);
        all.put("if", o -> o instanceof Act.Branch b ? new Act.Branch(b.condition(), b.no(), b.yes()) : o);
        all.put(
                "for where",
                o -> o instanceof Act.Loop l ? new Act.Loop(l.slot(), l.size(), l.only(), null, l.body()) : o);
        all.put(
                "run",
                o -> o instanceof Act.Run r && r.call() instanceof Value.Call
                        ? new Act.Branch(ZERO, List.of(), List.of())
                        : o);
        all.put("return", o -> o instanceof Act.Return r ? new Act.Return(r.value(), null) : o);
        all.put(
                "say",
                o -> o instanceof Act.Say s && s.arguments().size() == 2
                        ? new Act.Say(
                                s.action(),
                                List.of(s.arguments().get(1), s.arguments().get(0)))
                        : o);
        return all;
    }

    private static Value swapped(Value.Call c) {
        return new Value.Call(
                c.function(), List.of(c.arguments().get(1), c.arguments().get(0)));
    }

    private static List<Value> zeros(List<Value> index) {
        return index.stream().map(i -> ZERO).toList();
    }

    static BackEnd of(UnaryOperator<Object> defect, Program program, MachineNumbers bound) {
        return new Planted(
                defect, CompiledCode.of((Program) rewritten(program, defect)).apply(bound));
    }

    /** The same records with others in the place of some, the innermost first. */
    private static Object rewritten(Object o, UnaryOperator<Object> defect) {
        if (o instanceof List<?> list) {
            return list.stream().map(each -> rewritten(each, defect)).toList();
        }
        boolean rebuilt = o instanceof Record && o.getClass().getName().startsWith("dev.moat.notation.core");
        if (!rebuilt) {
            return o;
        }
        try {
            RecordComponent[] parts = o.getClass().getRecordComponents();
            Object[] values = new Object[parts.length];
            for (int i = 0; i < parts.length; i++) {
                Object part = parts[i].getAccessor().invoke(o);
                values[i] = part == null ? null : rewritten(part, defect);
            }
            Class<?>[] types =
                    Arrays.stream(parts).map(RecordComponent::getType).toArray(Class[]::new);
            return defect.apply(o.getClass().getDeclaredConstructor(types).newInstance(values));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private <T> T wrong(T code) {
        @SuppressWarnings("unchecked")
        T same = (T) rewritten(code, defect);
        return same;
    }

    @Override
    public StepCode step(Program.Step step) {
        return right.step(wrong(step));
    }

    @Override
    public Operation.Start start(EngineCode code) {
        return right.start(wrong(code));
    }

    @Override
    public Guarded action(EngineCode code) {
        return right.action(wrong(code));
    }

    @Override
    public Filter filter(EngineCode code) {
        return right.filter(wrong(code));
    }

    @Override
    public RelationCode relation(EngineCode code) {
        return right.relation(wrong(code));
    }

    @Override
    public Liveness element(EngineCode code, int second, int third) {
        return right.element(wrong(code), second, third);
    }

    @Override
    public Predicate<long[]> state(EngineCode code) {
        return right.state(wrong(code));
    }

    @Override
    public Consumer<long[]> change(EngineCode code) {
        return right.change(wrong(code));
    }

    @Override
    public ClaimCode claim(Program.Claim claim) {
        return right.claim(claim);
    }
}
