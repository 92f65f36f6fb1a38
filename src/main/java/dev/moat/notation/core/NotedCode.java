package dev.moat.notation.core;

import dev.moat.model.Written;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the engine runs of a text: it knows what it was made of, for proofs and for whoever shows it. */
public abstract class NotedCode implements Written {
    private final MachineNumbers bound;
    private final EngineCode code;
    private final Program.@Nullable Step step;

    /** @param step null where the code is no step */
    protected NotedCode(MachineNumbers bound, EngineCode code, Program.@Nullable Step step) {
        this.bound = bound;
        this.code = code;
        this.step = step;
    }

    /** What its numbers are. */
    public final MachineNumbers bound() {
        return bound;
    }

    /** What it does. */
    public final EngineCode code() {
        return code;
    }

    /** The step that it is; null where it is none. */
    public final Program.@Nullable Step step() {
        return step;
    }

    @Override
    public final String file() {
        return bound.program().tree().source().file();
    }

    @Override
    public final int line() {
        return code.at().line();
    }

    @Override
    public final List<String> lines() {
        return bound.program().tree().source().lines(line(), code.kind() == EngineCode.Kind.STEP);
    }
}
