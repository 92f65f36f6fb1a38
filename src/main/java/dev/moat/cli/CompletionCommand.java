package dev.moat.cli;

import dev.moat.cli.site.Site;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code moat completion}: what bash and zsh need to complete commands and options. */
@Command(name = "completion", description = "Print completion for bash and zsh: source <(./moat completion)")
final class CompletionCommand implements Callable<Integer> {
    private final Site site;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandSpec spec;

    /** @param site where to print */
    CompletionCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() {
        site.out().print(AutoComplete.bash("moat", spec.root().commandLine()));
        return 0;
    }
}
