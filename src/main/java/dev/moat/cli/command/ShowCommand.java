package dev.moat.cli.command;

import dev.moat.cli.site.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code moat show}: prints counterexample files. */
@Command(
        name = "show",
        description = "Print a counterexample: a numbered table of what changes, the reason, how to reproduce it.",
        footer = {"%nExample:", "  moat show .moat/r1.itf.json"})
public final class ShowCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(arity = "1", paramLabel = "FILE", description = "a counterexample")
    private Path file = Path.of("");

    public ShowCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        site.engine().show(file).forEach(site::print);
        return 0;
    }
}
