package dev.moat.notation.code;

import dev.moat.model.ClaimCode;
import dev.moat.model.Filter;
import dev.moat.model.Guarded;
import dev.moat.model.Operation;
import dev.moat.model.StepCode;
import dev.moat.notation.core.Act;
import dev.moat.notation.core.BackEnd;
import dev.moat.notation.core.EngineCode;
import dev.moat.notation.core.MachineNumbers;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.Value;
import dev.moat.notation.tree.At;
import dev.moat.state.Liveness;
import dev.moat.state.RelationCode;
import dev.moat.state.Slots;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs code that was compiled. */
public final class CompiledCode implements BackEnd {
    private final Classes classes;
    private final MachineNumbers bound;
    private final Object machine;

    private CompiledCode(Classes classes, MachineNumbers bound) {
        this.classes = classes;
        this.bound = bound;
        Program program = bound.program();
        Slots[] families = IntStream.range(0, program.families().size())
                .mapToObj(bound::slots)
                .toArray(Slots[]::new);
        long[] fixed = IntStream.range(0, program.fixed().size())
                .mapToLong(bound::fixed)
                .toArray();
        machine = made(classes.shared(), families, fixed, bound.units(), bound.slots(Program.COUNTERS));
    }

    /** Makes back ends of machines of one program, which share their classes. */
    public static Function<MachineNumbers, BackEnd> of(Program program) {
        Classes classes = new Classes(program);
        return bound -> new CompiledCode(classes, bound);
    }

    private static Object made(Constructor<?> constructor, @Nullable Object... arguments) {
        try {
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private <T> T piece(EngineCode code, Object key, Class<T> type) {
        Program.Step step = key instanceof Program.Step s ? s : null;
        return type.cast(made(classes.piece(code, key, type.getSimpleName()), machine, bound, code, step));
    }

    @Override
    public StepCode step(Program.Step step) {
        return piece(step.code(), step, StepCode.class);
    }

    @Override
    public Operation.Start start(EngineCode code) {
        return piece(code, code, Operation.Start.class);
    }

    @Override
    public Guarded action(EngineCode code) {
        return piece(code, code, Guarded.class);
    }

    @Override
    public Filter filter(EngineCode code) {
        return piece(code, code, Filter.class);
    }

    @Override
    public RelationCode relation(EngineCode code) {
        return piece(code, code, RelationCode.class);
    }

    @Override
    public Liveness element(EngineCode code, int second, int third) {
        OfElement made = piece(code, code, OfElement.class);
        return switch (code.parameters()) {
            case 0, 1 -> (s, i) -> made.isSo(s, i, 0, 0);
            case 2 -> (s, i) -> made.isSo(s, i / second, i % second, 0);
            default -> (s, i) -> made.isSo(s, i / third / second, i / third % second, i % third);
        };
    }

    @Override
    public Predicate<long[]> state(EngineCode code) {
        OfState made = piece(code, code, OfState.class);
        return made::holds;
    }

    @Override
    public Consumer<long[]> change(EngineCode code) {
        OfState made = piece(code, code, OfState.class);
        return made::change;
    }

    @Override
    public ClaimCode claim(Program.Claim claim) {
        List<Value> arguments = IntStream.range(0, claim.parameters())
                .mapToObj(i -> (Value) new Value.Variable(i))
                .toList();
        Act run = new Act.Run(new Value.Call(claim.function(), arguments), At.NOWHERE);
        EngineCode code = new EngineCode(
                EngineCode.Kind.CLAIM, claim.name(), claim.parameters(), claim.parameters(), List.of(run), At.NOWHERE);
        return piece(code, claim, ClaimCode.class);
    }
}
