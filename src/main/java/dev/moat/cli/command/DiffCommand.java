package dev.moat.cli.command;

import dev.moat.cli.site.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code moat diff}: what two counterexamples differ in. */
@Command(
        name = "diff",
        description = "Compare two counterexamples: machines, violated properties, actions, last states.",
        footer = {
            "%nThe exit code is 0, whether they differ or not: the lines say it.",
            "%nExample:",
            "  moat diff counterexamples/xen-unmap-no-invalidation.itf.json .moat/xen-unmap-no-invalidation.itf.json"
        })
public final class DiffCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(index = "0", paramLabel = "A", description = "a counterexample")
    private Path first = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "another one")
    private Path second = Path.of("");

    public DiffCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        List<String> lines = site.engine().diff(first, second);
        lines.forEach(site::print);
        if (lines.isEmpty()) {
            site.print("the same machine, the same actions, the same end");
        }
        return 0;
    }
}
