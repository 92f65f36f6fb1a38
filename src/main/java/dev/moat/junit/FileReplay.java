package dev.moat.junit;

import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.UserExtensions;
import dev.moat.trace.StateJudge;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleReader;
import dev.moat.trace.file.Replay;
import dev.moat.trace.file.Replayer;
import dev.moat.trace.story.Story;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.opentest4j.AssertionFailedError;

/** One invocation of a test: one file, replayed before each of the test's own set-up runs. */
final class FileReplay implements TestTemplateInvocationContext, BeforeEachCallback, ParameterResolver {
    private final Path file;
    private final ReplayCounterexamples wanted;
    private final Catalog catalog;
    private final StateJudge.Source judges;
    private @Nullable Replay replay;

    FileReplay(Path file, ReplayCounterexamples wanted, Catalog catalog, StateJudge.Source judges) {
        this.file = file;
        this.wanted = wanted;
        this.catalog = catalog;
        this.judges = judges;
    }

    @Override
    public String getDisplayName(int invocationIndex) {
        return file.toString();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
        return List.of(this);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        Counterexample read = new CounterexampleReader(catalog).read(file);
        Counterexample counterexample = wanted.withoutFaults() ? read.withoutFaults() : read;
        Replay done = Replayer.replay(counterexample, catalog, judges);
        replay = done;
        if (done.outcome() != wanted.expect().outcome()) {
            throw new AssertionFailedError(message(done), wanted.expect().outcome(), done.outcome());
        }
    }

    /** What was wanted, what came, where it left the record, and the table of what happened. */
    private String message(Replay done) {
        StringBuilder text = new StringBuilder(file + ": expected to be "
                + wanted.expect().outcome() + (wanted.withoutFaults() ? " without its injected faults" : "") + ", but "
                + done.summary() + "\n");
        Replay.Difference difference = done.difference();
        if (difference != null) {
            difference.lines().forEach(line -> text.append(line).append('\n'));
        }
        Machine machine = catalog.machine(done.counterexample().machine());
        TraceRunner runner = new TraceRunner(
                        machine, judges.judge(machine, done.counterexample().invariants()))
                .goingOn(done.round());
        return text.append('\n')
                .append(new Story(runner, catalog, done.counterexample().machine())
                        .print(done.transitions(), true, UserExtensions.command("replay", file)))
                .toString();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Replay.class || type == Counterexample.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        Replay done = replay;
        if (done == null) {
            throw new IllegalStateException("parameters of constructors are resolved before the replay");
        }
        return type == Replay.class ? done : done.counterexample();
    }
}
