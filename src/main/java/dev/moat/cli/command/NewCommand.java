package dev.moat.cli.command;

import dev.moat.check.ExitCode;
import dev.moat.cli.site.Site;
import dev.moat.input.ShellWord;
import dev.moat.output.OutputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat new}: writes a model to begin with. */
@Command(
        name = "new",
        description = "Write a small model of a driver, with comments, to change into a model of your own.",
        footer = {
            "%nExamples:",
            "  moat new my-driver.moat               then: moat check my-driver.moat --watch",
            "%nThe file holds a component, what its states mean, a property and a scenario: docs/tutorial/your-own-driver.md"
        })
public final class NewCommand implements Callable<Integer> {
    private static final String TEMPLATE = "driver.moat";
    /** The name of a component: words of letters and digits. */
    private static final Pattern NAME = Pattern.compile("([A-Za-z_]\\w*(?:-\\w+)*)\\.moat");

    private static final int LONGEST = 64;

    private final Site site;

    @Parameters(paramLabel = "FILE", description = "its name, which ends in .moat")
    private Path file = Path.of("");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandSpec spec;

    public NewCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (!name.matches() || name.group(1).length() > LONGEST) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the name is letters, digits and hyphens and ends in .moat, as my-driver.moat, not "
                            + file.getFileName());
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ParameterException(spec.commandLine(), file + " is there already, and is left as it is");
        }
        OutputFile.write(file, template().replace("NAME", name.group(1)));
        site.print("written: " + file);
        site.print("next: moat check " + ShellWord.of(file.toString()) + " --watch");
        return ExitCode.OK.code();
    }

    private static String template() throws IOException {
        try (InputStream in = Objects.requireNonNull(NewCommand.class.getResourceAsStream(TEMPLATE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
