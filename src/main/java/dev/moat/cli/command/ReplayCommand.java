package dev.moat.cli.command;

import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.check.Replayed;
import dev.moat.check.proof.LassoReplay;
import dev.moat.check.proof.RecordedLasso;
import dev.moat.cli.site.Failure;
import dev.moat.cli.site.RuleOptions;
import dev.moat.cli.site.Site;
import dev.moat.input.InputException;
import dev.moat.limit.LimitException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat replay}: runs counterexample files again. */
@Command(
        name = "replay",
        description = "Run counterexamples again on the current code.",
        footer = {
            "%nEach is reproduced (every state again, the properties violated), fixed (the properties hold, also until what"
                    + " still runs at the end has ended), diverged, or undecided, where that does not end alone. Exit codes: 0 all as"
                    + " expected, 12 reproduced where fixed was expected, 15 fixed where reproduced was expected, 14 diverged,"
                    + " 5 undecided, 65 cut off.",
            "%nExamples:",
            "  moat replay counterexamples/*.itf.json",
            "  moat replay .moat/r1.itf.json --expect fixed    after repairing the code",
            "  moat replay .moat/unmaps-return.lasso.txt       a run without end that 'moat prove' found"
        })
public final class ReplayCommand implements Callable<Integer> {
    private final Site site;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "counterexamples")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--expect",
            paramLabel = "RESULT",
            description = "reproduced (the default) or fixed",
            defaultValue = "reproduced")
    private Expected expect = Expected.reproduced;

    /** What a user may expect; spelled as on the command line. */
    enum Expected {
        reproduced,
        fixed
    }

    @Mixin
    private final RuleOptions rules = new RuleOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandSpec spec;

    public ReplayCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        Replayed.Result expected = expect == Expected.fixed ? Replayed.Result.FIXED : Replayed.Result.REPRODUCED;
        String complaint = rules.complaint();
        if (complaint != null) {
            throw new ParameterException(spec.commandLine(), complaint);
        }
        if (!rules.words().isEmpty() && files.stream().noneMatch(ReplayCommand::isRun)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--properties and --responses are for runs without end of 'moat prove', files that end in "
                            + RecordedLasso.SUFFIX);
        }
        LassoReplay.Rules ofRuns = new LassoReplay.Rules(rules.responses(), rules.properties(site.home()));
        Engine engine = site.engine();
        List<ExitCode> codes = new ArrayList<>();
        for (Path file : files) {
            try {
                Replayed replayed = isRun(file) ? LassoReplay.of(file, site.home(), ofRuns) : engine.replay(file);
                site.print(file + ": " + replayed.lines().get(0));
                replayed.lines().stream().skip(1).forEach(line -> site.print("  " + line));
                codes.add(replayed.exit(expected));
            } catch (InputException e) {
                codes.add(Failure.report(named(file, e), site.err())); // the next file has its own answer
            } catch (LimitException | IOException e) {
                codes.add(Failure.report(e, site.err()));
            }
        }
        return ExitCode.worst(codes).code();
    }

    /** Where a property of it is of no machine of its kind, the place is the property's, and which file asks for that is not told. */
    private static InputException named(Path file, InputException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith(file.toString())
                ? e
                : new InputException(file.toString(), 1, 1, "cannot be judged: " + message);
    }

    private static boolean isRun(Path file) {
        return file.toString().endsWith(RecordedLasso.SUFFIX);
    }
}
