package dev.moat.notation.core;

import dev.moat.model.Filter;
import dev.moat.model.Guarded;
import dev.moat.model.Operation;
import dev.moat.model.StepCode;
import dev.moat.state.Liveness;
import dev.moat.state.RelationCode;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Makes of code what the engine runs. All of it reads and changes states through slots. */
public interface BackEnd {
    /** A step. */
    StepCode step(Program.Step step);

    /** What a call does before its first step. */
    Operation.Start start(EngineCode code);

    /** An action. */
    Guarded action(EngineCode code);

    /** Which arguments there are. */
    Filter filter(EngineCode code);

    /** A condition on a state and elements. */
    RelationCode relation(EngineCode code);

    /** A condition on an element of a family. */
    Liveness element(EngineCode code, int second, int third);

    /** A condition on a state. */
    Predicate<long[]> state(EngineCode code);

    /** What changes a state. */
    Consumer<long[]> change(EngineCode code);

    /** A claim, by its place among the functions. */
    dev.moat.model.ClaimCode claim(Program.Claim claim);
}
