package dev.moat.prove.export;

import dev.moat.prove.GoalAnswer;
import dev.moat.prove.SolverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Another solver's opinion on the same goals: z3 or cvc5, one child process for each goal. */
public final class SecondSolver {
    private static final int MAX_OUTPUT = 4096;

    /**
     * An answer as such, or as cvc5 gives it when it dies because a file's status says otherwise; not what follows a complaint, which is
     * about a part of the file.
     */
    private static final Pattern ANSWER = Pattern.compile("(?m)(?:\\A|^Expected result \\S+ but got )(sat|unsat)$");

    /** Of wall clock. What cvc5 did not answer in 60 s takes 7 s of processor time: a machine with much to do makes more of them. */
    private static final int SECONDS_OF_CODE = 180;

    private final String program;
    private final int seconds;
    private final List<String> ofCvc;

    /**
     * What it said.
     *
     * @param agreed number of goals on which both have the same answer
     * @param against ids of goals on which it says the opposite, with both answers
     * @param silent ids of goals on which it, or Z3, has no answer, with what it printed
     */
    public record Opinion(int agreed, List<String> against, List<String> silent) {}

    /**
     * @param program {@code z3}, {@code cvc5} or a path to one of them; options are chosen by the name
     */
    public SecondSolver(String program) {
        this(program, 20, List.of("--finite-model-find"));
    }

    private SecondSolver(String program, int seconds, List<String> ofCvc) {
        this.program = program;
        this.seconds = seconds;
        this.ofCvc = ofCvc;
    }

    /** One that is asked about bit-vectors, for which it may think longer. */
    static SecondSolver ofCode(String program) {
        return new SecondSolver(program, SECONDS_OF_CODE, List.of());
    }

    /** Who is asked. */
    String program() {
        return program;
    }

    /**
     * Asks about every file, two processes at a time.
     *
     * @param files as {@link GoalFiles#write} left them, in the order of the answers
     * @throws SolverException when the program cannot be started, or the wait is interrupted
     */
    public Opinion ask(List<GoalAnswer> answers, List<Path> files) {
        Map<String, String> statuses = new LinkedHashMap<>();
        answers.forEach(a -> statuses.put(a.goal().id(), GoalFiles.status(a)));
        return ask(statuses, files);
    }

    /**
     * The same about goals of which Z3 said so much.
     *
     * @param statuses by id of the goal, in the order of the files
     */
    Opinion ask(Map<String, String> statuses, List<Path> files) {
        ExecutorService workers = Executors.newFixedThreadPool(2);
        try {
            List<Future<String>> said = new ArrayList<>();
            files.forEach(file -> said.add(workers.submit(() -> answer(file))));
            int agreed = 0;
            List<String> against = new ArrayList<>();
            List<String> silent = new ArrayList<>();
            Iterator<Future<String>> others = said.iterator();
            for (Map.Entry<String, String> goal : statuses.entrySet()) {
                String ours = goal.getValue();
                String theirs = others.next().get();
                String line = goal.getKey() + ": Z3 " + ours + ", " + program + " " + theirs;
                if (ours.equals("unknown") || !(theirs.equals("sat") || theirs.equals("unsat"))) {
                    silent.add(line);
                } else if (ours.equals(theirs)) {
                    agreed++;
                } else {
                    against.add(line);
                }
            }
            return new Opinion(agreed, List.copyOf(against), List.copyOf(silent));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SolverException("interrupted while " + program + " was asked", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SolverException s ? s : new SolverException(program + " failed", e);
        } finally {
            workers.shutdownNow();
        }
    }

    private List<String> command(Path file) {
        Path name = Path.of(program).getFileName();
        boolean cvc = name != null && name.toString().startsWith("cvc");
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(cvc ? ofCvc : List.of());
        command.add(cvc ? "--tlimit=" + seconds * 1000 : "-T:" + seconds);
        command.add(file.toString());
        return command;
    }

    /**
     * Asks for its version, so that one that is not there is told before anything is proved.
     *
     * @throws SolverException when it cannot be started
     */
    public void requireThere() {
        try {
            start(List.of(program, "--version")).destroyForcibly();
        } catch (IOException e) {
            throw absent(e);
        }
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private SolverException absent(IOException e) {
        return new SolverException(
                "the second solver '" + program + "' cannot be started; install z3 or cvc5, or give its path", e);
    }

    /** The answer that the solver prints, else its first line, "timeout", or "nothing". */
    private String answer(Path file) throws InterruptedException {
        try {
            Process process = start(command(file));
            try {
                process.getOutputStream().close();
                // The solver stops by its own limit, so that reading ends; the wait below is for one that hangs.
                if (!process.waitFor(seconds + 5L, TimeUnit.SECONDS)) {
                    return "timeout";
                }
                byte[] output = process.getInputStream().readNBytes(MAX_OUTPUT);
                String text = new String(output, StandardCharsets.UTF_8).strip();
                Matcher answer = ANSWER.matcher(text);
                return answer.find()
                        ? answer.group(1)
                        : text.lines().findFirst().orElse("nothing");
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw absent(e);
        }
    }
}
