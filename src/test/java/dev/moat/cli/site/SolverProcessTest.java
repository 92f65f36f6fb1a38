package dev.moat.cli.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.ExitCode;
import dev.moat.check.MoatEngine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are not what they should be: the command does not wait for them without end. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SolverProcessTest {
    /** An argument that no solver of another test of this process has. */
    private static final String ITS_MEMORY = "1234m";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private SolverProcess process(Writer to) {
        Site site = new Site(
                Path.of(""), new PrintWriter(to), new PrintWriter(err), false, false, home -> MoatEngine.open(home));
        return new SolverProcess(site, Duration.ofSeconds(2));
    }

    @Test
    void aStoppedProcessIsEndedAndSaidSo() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        Thread stopping = new Thread(() -> {
            while (!ended.get()) {
                ProcessHandle.current()
                        .children()
                        .filter(p -> p.info()
                                .arguments()
                                .map(a -> List.of(a).contains(ITS_MEMORY))
                                .orElse(false))
                        .forEach(SolverProcessTest::stop);
                sleep(20);
            }
        });
        stopping.start();
        assertThat(process(out).run(List.of("prove", "--audit", "--memory", ITS_MEMORY), Long.MAX_VALUE, false))
                .isEqualTo(ExitCode.SOLVER);
        ended.set(true);
        stopping.join();
        assertThat(err.toString())
                .contains("moat: the solver's process was ended: it used no processor time for 2 s, so it was stopped");
    }

    /** It does not hear the signal while it proves, and went on to say that all is well, of which the process answered 71. */
    @Test
    void aSolverThatIsToEndWritesNoDocument(@TempDir Path directory) throws Exception {
        Path junit = directory.resolve("j.xml");
        SolverProcess solver = process(out);
        Thread signalling = new Thread(() -> {
            while (!err.toString().contains(" goals in ")) {
                sleep(5);
            }
            ProcessHandle.current()
                    .children()
                    .filter(p -> p.info()
                            .arguments()
                            .map(a -> List.of(a).contains(junit.toString()))
                            .orElse(false))
                    .forEach(ProcessHandle::destroy);
        });
        signalling.setDaemon(true);
        signalling.start();
        ExitCode code = solver.run(
                List.of("prove", "--json", "--junit", junit.toString(), "-P", "frames=2"), Long.MAX_VALUE, true);
        signalling.join();
        assertThat(code).isEqualTo(ExitCode.SOLVER);
        assertThat(err.toString())
                .endsWith("moat: the solver died: its process was ended by signal 15; there is no document\n");
        assertThat(out.toString()).isEmpty();
        assertThat(junit).doesNotExist();
    }

    @Test
    void anInterruptedRunSaysSo() throws Exception {
        Thread.currentThread().interrupt();
        assertThat(process(out).run(List.of("prove", "--audit"), Long.MAX_VALUE, false))
                .isEqualTo(ExitCode.INTERRUPTED);
        assertThat(err.toString())
                .isEqualTo("moat: interrupted; what it printed until then is above, nothing else is known\n");
    }

    /** What it was writing it puts away, and it writes no more. */
    @Test
    void anInterruptedRunLeavesNoPartOfAFile(@TempDir Path goals) throws Exception {
        Thread asking = Thread.currentThread();
        Thread interrupting = new Thread(() -> {
            while (names(goals).size() < 20) {
                sleep(1);
            }
            asking.interrupt();
        });
        interrupting.setDaemon(true);
        interrupting.start();
        assertThat(process(out).run(List.of("prove", "--goals", goals.toString()), Long.MAX_VALUE, false))
                .isEqualTo(ExitCode.INTERRUPTED);
        interrupting.join();
        assertThat(names(goals))
                .hasSizeBetween(20, 1_216) // of 1,217
                .allMatch(name -> name.endsWith(".smt2"), "is no part of a file");
    }

    private static List<String> names(Path directory) {
        return List.of(Objects.requireNonNull(directory.toFile().list()));
    }

    /** Who reads slowly is no reason to end it. What it lists is more than a pipe holds. */
    @Test
    void aReaderThatPausesIsWaitedFor() throws Exception {
        AtomicBoolean paused = new AtomicBoolean();
        Writer slow = new Writer() {
            @Override
            public void write(char[] some, int from, int length) {
                if (!paused.getAndSet(true)) {
                    sleep(3_000);
                }
                out.write(some, from, length);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        assertThat(process(slow).run(List.of("list", "faults"), Long.MAX_VALUE, false))
                .isEqualTo(ExitCode.OK);
        assertThat(paused).isTrue();
    }

    private static void stop(ProcessHandle process) {
        try {
            new ProcessBuilder("kill", "-STOP", "" + process.pid()).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
