package dev.moat.notation.core;

import dev.moat.model.ClaimCode;
import dev.moat.model.Filter;
import dev.moat.model.Guarded;
import dev.moat.model.Operation;
import dev.moat.model.StepCode;
import dev.moat.state.Liveness;
import dev.moat.state.RelationCode;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Runs code as it stands in the tree. */
public final class Interpreted implements BackEnd {
    private static final long[] NOTHING = {};

    private final Interpreter by;

    public Interpreted(MachineNumbers bound) {
        by = new Interpreter(bound);
    }

    @Override
    public StepCode step(Program.Step step) {
        return (s, cpu) -> by.step(step, s, cpu);
    }

    @Override
    public Operation.Start start(EngineCode code) {
        return (s, cpu, a, b, c, d, e) -> by.answer(code, s, cpu, a, b, c, d, e);
    }

    @Override
    public Guarded action(EngineCode code) {
        return (s, a, b, c, d, e) -> by.action(code, s, a, b, c, d, e);
    }

    @Override
    public Filter filter(EngineCode code) {
        return (a, b, c, d, e) -> by.answer(code, NOTHING, 0, a, b, c, d, e);
    }

    @Override
    public RelationCode relation(EngineCode code) {
        return (s, a, b, c, d, e) -> by.answer(code, s, 0, a, b, c, d, e);
    }

    @Override
    public Liveness element(EngineCode code, int second, int third) {
        return switch (code.parameters()) {
            case 0, 1 -> (s, i) -> by.answer(code, s, 0, i);
            case 2 -> (s, i) -> by.answer(code, s, 0, i / second, i % second);
            default -> (s, i) -> by.answer(code, s, 0, i / third / second, i / third % second, i % third);
        };
    }

    @Override
    public Predicate<long[]> state(EngineCode code) {
        return s -> by.answer(code, s, 0);
    }

    @Override
    public Consumer<long[]> change(EngineCode code) {
        return s -> by.change(code, s);
    }

    @Override
    public ClaimCode claim(Program.Claim claim) {
        int function = claim.function();
        return (before, after, a, b, c, d, e, to) -> by.claim(function, before, after, a, to, a, b, c, d, e);
    }
}
