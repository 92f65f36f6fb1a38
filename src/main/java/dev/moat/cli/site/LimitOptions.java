package dev.moat.cli.site;

import dev.moat.explore.Limits;
import dev.moat.limit.TimeLimit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a search gives up. */
public class LimitOptions {
    /** Threads of a command, whatever it does with them. */
    public static final int MAX_WORKERS = 64;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandSpec command;

    @Option(names = "--depth", paramLabel = "N", description = "give up after N levels; the initial state is the first")
    @Nullable
    Integer depth;

    @Option(names = "--workers", paramLabel = "N", description = "threads, at most 64; default: one per processor")
    @Nullable
    Integer workers;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            converter = Quantity.Seconds.class,
            description = "give up after a time such as 30s, 5m, 2h; each search")
    @Nullable
    Long time;

    @Option(
            names = "--total-time",
            paramLabel = "TIME",
            converter = Quantity.Seconds.class,
            description = "give up after a time, for all searches together; later ones are not begun")
    @Nullable
    Long total;

    @Option(
            names = "--states",
            paramLabel = "N",
            converter = Quantity.Count.class,
            description = "give up after a number of states such as 1000, 10k, 2M")
    @Nullable
    Long states;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = Quantity.Bytes.class,
            description = "give up when the search needs more than, say, 512m or 2g")
    @Nullable
    Long memory;

    /** The total time begins now. @throws ParameterException for a number out of range, naming the option */
    public Limits limits() {
        int threads = workers == null
                ? Math.min(MAX_WORKERS, Runtime.getRuntime().availableProcessors())
                : inRange("--workers", workers, MAX_WORKERS);
        Limits none = Limits.none(threads);
        long seconds = time == null ? none.seconds() : time;
        return new Limits(
                depth == null ? none.depth() : inRange("--depth", depth, Integer.MAX_VALUE),
                threads,
                total == null ? new TimeLimit(seconds, TimeLimit.NEVER) : TimeLimit.from(seconds, total),
                states == null ? none.states() : states,
                memory == null ? none.memory() : memory);
    }

    /** Whether a limit is on what only this process has: its threads, its memory. */
    public boolean areOfThisProcess() {
        return workers != null || memory != null;
    }

    private int inRange(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw new ParameterException(
                    command.commandLine(), option + " must be from 1 to " + max + ", not " + value);
        }
        return value;
    }
}
