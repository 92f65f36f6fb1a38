package dev.moat.cli.site;

import dev.moat.check.ExitCode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    private final Site site;

    /** @param site where the process's output is printed, and its home */
    public SolverProcess(Site site) {
        this.site = site;
    }

    /** Whether this is such a process. */
    public static boolean isHere() {
        return Boolean.getBoolean(MARK);
    }

    /**
     * Runs a command line there; what it prints is printed here.
     *
     * @return its exit code; {@link ExitCode#SOLVER} when it ended in any other way than a command does
     * @throws IOException when the process cannot be started
     */
    public ExitCode run(List<String> arguments) throws IOException {
        Process process = new ProcessBuilder(command(arguments)).start();
        try {
            process.getOutputStream().close();
            Thread out = copy(process.getInputStream(), site.out());
            Thread err = copy(process.getErrorStream(), site.err());
            int code = process.waitFor();
            out.join();
            err.join();
            return known(code);
        } catch (InterruptedException e) {
            return ExitCode.INTERRUPTED;
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(List<String> arguments) {
        String temporary = System.getProperty("java.io.tmpdir", "");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + (Runtime.getRuntime().maxMemory() >>> 20) + "m",
                "-XX:+UseSerialGC",
                // The run is over before the optimising compiler would pay.
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + temporary + File.separator + "moat-solver-%p.log",
                "-D" + MARK + "=true",
                "-Dmoat.home=" + site.home(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path", ""),
                MAIN));
        command.addAll(arguments);
        return command;
    }

    private static Thread copy(InputStream from, PrintWriter to) {
        Thread thread = new Thread(
                () -> {
                    try (Reader reader = new InputStreamReader(from, StandardCharsets.UTF_8)) {
                        reader.transferTo(to);
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

    private ExitCode known(int code) {
        for (ExitCode exit : ExitCode.values()) {
            if (exit.code() == code) {
                return exit;
            }
        }
        String how = code > SIGNAL ? "was ended by signal " + (code - SIGNAL) : "ended with code " + code;
        site.err()
                .println("moat: the solver died: its process " + how
                        + "; what it printed until then is above, nothing else is known");
        return ExitCode.SOLVER;
    }
}
