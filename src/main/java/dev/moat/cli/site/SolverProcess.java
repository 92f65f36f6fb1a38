package dev.moat.cli.site;

import dev.moat.check.ExitCode;
import dev.moat.input.Home;
import dev.moat.output.OutputFile;
import dev.moat.prove.SolverException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs a command that asks a solver in a Java process of its own, with the same class path, so that a crash of the
 * solver's native code is a message and an exit code here.
 */
public final class SolverProcess {
    /** Set in the process that asks the solver itself. */
    private static final String MARK = "moat.solver";
    /** The entry of the program, which this package may not know as a class. */
    private static final String MAIN = "dev.moat.cli.Moat";
    /** What a shell adds to a signal's number. */
    private static final int SIGNAL = 128;

    /** How long the process may use no processor time before it counts as stopped. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Characters that are copied at a time. */
    private static final int BUFFER = 1 << 13;

    private static final Duration LOOK = Duration.ofMillis(200);

    /** How long the process may take to put away what it is writing; a solver that thinks does not hear that it is to end. */
    private static final Duration PARTING = Duration.ofSeconds(2);

    private final Site site;
    private final Duration patience;
    /** Outputs of the process that are being written here: it may wait for them, and no clock runs. */
    private final AtomicInteger writing = new AtomicInteger();
    /** It was told to end, and what it says of that is said here. */
    private volatile boolean parting;
    /** What it prints where that is one document: printed once it has ended as a command does. */
    private @Nullable StringWriter document;

    /** @param site where the process's output is printed, and its home */
    public SolverProcess(Site site) {
        this(site, PATIENCE);
    }

    /** @param patience how long it may use no processor time */
    SolverProcess(Site site, Duration patience) {
        this.site = site;
        this.patience = patience;
    }

    /** Whether this is such a process. */
    public static boolean isHere() {
        return Boolean.getBoolean(MARK);
    }

    /**
     * Runs a command line there; what it prints is printed here.
     *
     * @param seconds after which it is ended
     * @param whole whether what it prints is a document, of which nothing is printed unless it ends as a command does
     * @return its exit code; {@link ExitCode#LIMIT} when it was ended for its time; {@link ExitCode#INTERRUPTED} when this
     *     thread was interrupted; {@link ExitCode#SOLVER} when it ended in any other way than a command does, or has used no processor time for a minute
     * @throws SolverException when there is no place for its library
     * @throws IOException when the process cannot be started
     */
    public ExitCode run(List<String> arguments, long seconds, boolean whole) throws IOException {
        try (ScratchDirectory scratch = scratch()) {
            return run(command(arguments, scratch.path()), seconds, whole ? new StringWriter() : null);
        }
    }

    private static ScratchDirectory scratch() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir", ""));
        try {
            return ScratchDirectory.below(temporary);
        } catch (IOException e) {
            throw new SolverException(
                    "the solver's native library cannot be loaded: " + temporary + ": " + OutputFile.reason(e), e);
        }
    }

    private ExitCode run(List<String> command, long seconds, @Nullable StringWriter kept) throws IOException {
        document = kept;
        // Its standard input stays open and empty: the process ends when this one is gone.
        Process process = new ProcessBuilder(command).start();
        Thread out = copy(process.getInputStream(), kept == null ? site.out() : new PrintWriter(kept), false);
        try {
            Thread err = copy(process.getErrorStream(), site.err(), true);
            ExitCode ended = await(process, seconds);
            if (ended == ExitCode.LIMIT) {
                part(process);
            }
            if (ended != ExitCode.OK) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            out.join();
            err.join();
            return switch (ended) {
                case OK -> ended(process.exitValue());
                case LIMIT -> without("the limit on time " + seconds + " s (--time) was hit", ended);
                default ->
                    without(
                            "the solver's process was ended: it used no processor time for " + patience.toSeconds()
                                    + " s, so it was stopped or hangs",
                            ended);
            };
        } catch (InterruptedException e) {
            part(process);
            if (!process.isAlive() && process.exitValue() < SIGNAL && hasEnded(out)) {
                // It had come so far that it heard no signal.
                return ended(process.exitValue());
            }
            // A proof is not gone on with: most take seconds, and who runs the command again has the same answers.
            return without("interrupted", ExitCode.INTERRUPTED);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Tells it to end, and leaves it time to put away files that are written in part. */
    private void part(Process process) {
        parting = true;
        // Not of the process itself: that closes its input, by which it knows that nobody waits for it any more.
        process.toHandle().destroy();
        try {
            process.waitFor(PARTING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** In such a process: ends it when the one that has started it is gone, whatever ended that. */
    public static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is sent.
                        }
                    } catch (IOException e) {
                        // As good as its end.
                    }
                    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
                    Runtime.getRuntime().halt(ExitCode.SOLVER.code());
                },
                "moat-parent");
        watch.setDaemon(true);
        watch.start();
    }

    /** Waits for its end. OK when it ended by itself, LIMIT when it takes too long, SOLVER when it does nothing. */
    private ExitCode await(Process process, long seconds) throws InterruptedException {
        long began = System.nanoTime();
        long active = began;
        Duration used = Duration.ZERO;
        while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            long now = System.nanoTime();
            Duration since = used;
            Optional<Duration> total = processorTime(process);
            used = total.orElse(used);
            if (total.isEmpty() || used.compareTo(since) != 0 || writing.get() > 0) {
                active = now;
            }
            if ((now - began) / 1e9 >= seconds) {
                return ExitCode.LIMIT;
            } else if (now - active >= patience.toNanos()) {
                return ExitCode.SOLVER;
            }
        }
        return ExitCode.OK;
    }

    /** Of the process and those that it has started; nothing where the system does not tell. */
    private static Optional<Duration> processorTime(Process process) {
        return process.info()
                .totalCpuDuration()
                .map(own -> process.descendants()
                        .map(p -> p.info().totalCpuDuration().orElse(Duration.ZERO))
                        .reduce(own, Duration::plus));
    }

    private ExitCode without(String reason, ExitCode exit) {
        site.err()
                .println("moat: " + reason + "; "
                        + (document == null
                                ? "what it printed until then is above, nothing else is known"
                                : "there is no document"));
        return exit;
    }

    private List<String> command(List<String> arguments, Path scratch) {
        String temporary = System.getProperty("java.io.tmpdir", "");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + (Runtime.getRuntime().maxMemory() >>> 20) + "m",
                "-XX:+UseSerialGC",
                // The run is over before the optimising compiler would pay.
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                // What Java says of a crash is no part of a document.
                "-XX:+DisplayVMOutputToStderr",
                "-XX:ErrorFile=" + temporary + File.separator + "moat-solver-%p.log",
                "-D" + MARK + "=true",
                "-D" + Home.PROPERTY + "="
                        + (site.home().getFileSystem() == FileSystems.getDefault() ? site.home() : ""),
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                System.getProperty("java.class.path", ""),
                MAIN));
        command.addAll(arguments);
        return command;
    }

    private Thread copy(InputStream from, PrintWriter to, boolean endsAtParting) {
        Thread thread = new Thread(
                () -> {
                    char[] some = new char[BUFFER];
                    try (Reader reader = new InputStreamReader(from, StandardCharsets.UTF_8)) {
                        for (int n = reader.read(some); n >= 0; n = reader.read(some)) {
                            if (endsAtParting && parting) {
                                continue;
                            }
                            writing.incrementAndGet();
                            to.write(some, 0, n);
                            to.flush();
                            writing.decrementAndGet();
                        }
                    } catch (IOException e) {
                        // The process was ended while its output was read; its exit code says so.
                    }
                    to.flush();
                },
                "moat-solver-output");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static boolean hasEnded(Thread output) {
        try {
            output.join(PARTING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !output.isAlive();
    }

    /** What this process answers where the other one has ended with this; its document says the same. */
    private ExitCode ended(int code) {
        ExitCode known = known(code);
        StringWriter kept = document;
        if (kept != null && code < SIGNAL && known.code() == code) {
            Signals.settled(known);
            site.out().print(kept);
            site.out().flush();
        }
        return known;
    }

    private ExitCode known(int code) {
        for (ExitCode exit : ExitCode.values()) {
            if (exit.code() == code && (code < SIGNAL || exit == ExitCode.INTERRUPTED)) {
                return exit;
            }
        }
        String how = code > SIGNAL ? "was ended by signal " + (code - SIGNAL) : "ended with code " + code;
        return without("the solver died: its process " + how, ExitCode.SOLVER);
    }
}
