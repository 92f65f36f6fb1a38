package dev.moat.cli.command;

import dev.moat.check.CheckRequest;
import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.Site;
import dev.moat.explore.Limits;
import dev.moat.logic.read.InvariantLibrary;
import dev.moat.output.OutputFile;
import dev.moat.page.hand.HandServer;
import dev.moat.page.hand.HandWalk;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat explore}: a machine walked by hand in a browser. */
@Command(
        name = "explore",
        description =
                "Walk a scenario's machine by hand in a browser: what can be done next as buttons, the state beside.",
        footer = {
            "%nServes one page to this computer only, at an address with a random word in it, until the page's own 'end'",
            "(exit code 0) or Ctrl-C (130). What breaks a promise can be saved as a counterexample, for 'moat replay'.",
            "%nExamples:",
            "  moat explore xen-step",
            "  moat explore r1 --inject unmap.no-invalidation"
        })
public final class ExploreCommand implements Callable<Integer> {
    private static final int LARGEST_PORT = 65_535;

    private final Site site;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandSpec spec;

    @Parameters(arity = "1", paramLabel = "SCENARIO", description = "id (see 'moat list scenarios') or path of a file")
    private String name = "";

    @Option(
            names = {"-P", "--parameter"},
            paramLabel = "NAME=VALUE",
            description = "replace a parameter, capability or policy of the scenario (repeatable)")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--inject", paramLabel = "FAULT", description = "inject this fault (repeatable)")
    private List<String> inject = new ArrayList<>();

    @Option(names = "--port", paramLabel = "N", description = "default: any that is free", defaultValue = "0")
    private int port;

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description = "where a counterexample goes; default: ${DEFAULT-VALUE}",
            defaultValue = ".moat")
    private Path save = Path.of(".moat");

    public ExploreCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        if (port < 0 || port > LARGEST_PORT) {
            throw new ParameterException(spec.commandLine(), "--port is 0 to " + LARGEST_PORT + ", not " + port);
        }
        Engine engine = site.engine();
        Scenario read = site.scenarios(engine).find(name);
        Scenario scenario =
                new CheckRequest(read, settings, inject.isEmpty() ? null : inject, Limits.none(1)).effective();
        HandWalk walk = new HandWalk(scenario, Catalog.load(), InvariantLibrary.ofHome(site.home()));
        Path file = save.resolve(scenario.id() + "-explored.itf.json");
        HandServer.Keeper keeper = text -> {
            OutputFile.write(file, text);
            return file.toString();
        };
        try (HandServer server = HandServer.start(walk, port, keeper)) {
            site.print(scenario.id() + ": open " + server.address() + " (Ctrl-C ends it)");
            site.out().flush();
            server.awaitEnd();
            return ExitCode.OK.code();
        } catch (InterruptedException e) {
            return ExitCode.INTERRUPTED.code();
        }
    }
}
