package dev.moat.cli.site;

import dev.moat.check.Engine;
import dev.moat.check.Property;
import dev.moat.input.Home;
import dev.moat.input.Printable;
import dev.moat.liveness.Response;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Where commands run.
 *
 * @param home directory that holds {@code specs} and {@code invariants}
 * @param out results
 * @param err progress and complaints
 * @param terminal whether a person watches
 * @param colour whether to colour
 * @param engines opens the engine of a home; only called by commands that need it
 * @param solvesHere whether commands that ask a solver do so in this process, and not in one of their own ({@link SolverProcess}): a
 *     crash of the solver is one of this process then, and {@code --time} and {@code --memory} do not hold
 */
public record Site(
        Path home,
        PrintWriter out,
        PrintWriter err,
        boolean terminal,
        boolean colour,
        Function<Path, Engine> engines,
        boolean solvesHere) {
    /** Where solvers have a process of their own. */
    public Site(
            Path home,
            PrintWriter out,
            PrintWriter err,
            boolean terminal,
            boolean colour,
            Function<Path, Engine> engines) {
        this(home, out, err, terminal, colour, engines, false);
    }

    /** The same where they have none. */
    public Site solvingHere() {
        return new Site(home, out, err, terminal, colour, engines, true);
    }

    /** Opens the engine of this home. */
    public Engine engine() {
        return engines.apply(home);
    }

    /** The scenarios of this home, and those in {@code META-INF/moat/scenarios} on the class path. */
    public ScenarioLibrary scenarios(Engine engine) {
        ScenarioReader reader = new ScenarioReader(
                Catalog.load(), engine.invariants().stream().map(Property::id).toList());
        List<Path> directories = new ArrayList<>(List.of(home.resolve("specs").resolve("scenarios")));
        directories.addAll(Home.onClassPath("scenarios"));
        return new ScenarioLibrary(directories, reader);
    }

    /** Prints a line of the result; what a terminal would act upon is written out. */
    public void print(String line) {
        out.println(Printable.of(line));
    }

    /** The same in a colour, given by its SGR number, if this site has colours. */
    public void print(String line, int colour) {
        out.println(colour() ? "\u001b[" + colour + "m" + Printable.of(line) + "\u001b[0m" : Printable.of(line));
    }

    /** Says which properties of a scenario nobody asks of a walk, by chance or by hand; nothing where it is judged by all. */
    public void printNotJudged(Scenario scenario) {
        List<String> runs = scenario.responses().stream().map(Response::id).toList();
        if (!runs.isEmpty()) {
            print("  not judged    " + String.join(", ", runs) + ": of runs without end, which no walk is");
        }
    }
}
