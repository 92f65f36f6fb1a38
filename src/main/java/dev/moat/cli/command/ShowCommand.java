package dev.moat.cli.command;

import dev.moat.cli.site.Site;
import dev.moat.output.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moat show}: prints counterexample files. */
@Command(
        name = "show",
        description = "Print a counterexample: its story, a numbered table of changes, and how to reproduce it.",
        footer = {
            "%nExamples:",
            "  moat show .moat/r1.itf.json",
            "  moat show .moat/r1.itf.json --html r1.html     a page to look at: lanes, states, what changed"
        })
public final class ShowCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(arity = "1", paramLabel = "FILE", description = "a counterexample")
    private Path file = Path.of("");

    @Option(names = "--html", paramLabel = "OUT", description = "write one HTML page instead of printing")
    private @Nullable Path html;

    @Option(
            names = "--full",
            description = "also print bookkeeping: state that no real machine has, and locals of running operations")
    private boolean full;

    public ShowCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        Path out = html;
        if (out == null) {
            site.engine().show(file, !full).forEach(site::print);
        } else {
            OutputFile.write(out, site.engine().page(file));
            site.print(out + ": open it in a browser");
        }
        return 0;
    }
}
