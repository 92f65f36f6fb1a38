package dev.moat.cli.command;

import dev.moat.check.ExitCode;
import dev.moat.cli.site.Site;
import dev.moat.explain.ExplanationText;
import dev.moat.explain.LogExplanation;
import dev.moat.input.InputException;
import dev.moat.input.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moat explain}: what the faults in a log of a kernel or of Xen mean. */
@Command(
        name = "explain",
        description =
                "Explain the fault lines of a kernel's or Xen's log: what was asked, what the reason means, which causes are left.",
        footer = {
            "%nEach sentence names the lines that bear it. Causes that the lines do not tell apart are all named. The exit code is 0"
                    + " when some line was explained, and 65 when no line has a form that is known; the forms are named then.",
            "%nExamples:",
            "  dmesg | moat explain -",
            "  moat explain docs/examples/fault.log        quoted, wrapped and stamped lines are fine",
            "  moat explain --json docs/examples/fault.log",
            "%nSee docs/howto/explain-a-fault.md."
        })
public final class ExplainCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(
            arity = "1",
            paramLabel = "FILE",
            description =
                    "a log, or a part of one; the more of it from the start, the more can be said; - is the standard input")
    private Path file = Path.of("");

    @Option(names = "--json", description = "print one JSON document and nothing else")
    private boolean json;

    public ExplainCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        String name = file.toString();
        LogExplanation explanation;
        try (InputStream in = name.equals("-") ? System.in : InputFile.open(file)) {
            explanation = LogExplanation.of(name, in);
        }
        if (explanation.answers().isEmpty()) {
            throw new InputException(
                    name,
                    1,
                    1,
                    "no line has a form that is explained; the forms are: " + String.join("; ", LogExplanation.known())
                            + "; how they look: docs/howto/explain-a-fault.md");
        }
        if (json) {
            site.out().print(ExplanationText.json(explanation, ExitCode.OK.code()));
        } else {
            ExplanationText.of(explanation).forEach(site::print);
        }
        return ExitCode.OK.code();
    }
}
