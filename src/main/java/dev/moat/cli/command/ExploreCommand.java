package dev.moat.cli.command;

import dev.moat.check.CheckRequest;
import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.ChangeOptions;
import dev.moat.cli.site.Site;
import dev.moat.explore.Limits;
import dev.moat.output.OutputFile;
import dev.moat.page.HandServer;
import dev.moat.page.HandWalk;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.UserExtensions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat explore}: a machine walked by hand in a browser. */
@Command(
        name = "explore",
        description =
                "Walk through a scenario's machine in a browser: a button for each next action, beside the state.",
        footer = {
            "%nServes one page to this computer only, at an address with a random word in it, until the page's own 'end'"
                    + " (exit code 0) or Ctrl-C (130). You can save a walk that breaks a property as a counterexample for 'moat replay'.",
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

    @Mixin
    private ChangeOptions changes = new ChangeOptions();

    @Option(names = "--port", paramLabel = "N", description = "default: any free port", defaultValue = "0")
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
        Scenario scenario = new CheckRequest(
                        read,
                        changes.settings(),
                        changes.faults(),
                        changes.edits(),
                        Limits.none(1),
                        new CheckRequest.Manner(false, false))
                .effective();
        HandWalk walk = new HandWalk(scenario, Catalog.load(), UserExtensions.library(site.home()));
        Path file = save.resolve(scenario.id() + "-explored.itf.json");
        HandServer.Keeper keeper = text -> {
            OutputFile.write(file, text);
            return file.toString();
        };
        try (HandServer server = HandServer.start(walk, port, keeper)) {
            site.print(scenario.id() + ": open " + server.address() + " (Ctrl-C ends it)");
            site.printNotJudged(scenario);
            site.out().flush();
            server.awaitEnd();
            return ExitCode.OK.code();
        } catch (InterruptedException e) {
            return ExitCode.INTERRUPTED.code();
        }
    }
}
