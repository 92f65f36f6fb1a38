package dev.moat.cli;

import dev.moat.check.ExitCode;
import dev.moat.check.MoatEngine;
import dev.moat.cli.site.Failure;
import dev.moat.cli.site.Signals;
import dev.moat.cli.site.Site;
import dev.moat.cli.site.SolverProcess;
import dev.moat.cli.site.StandardOutput;
import dev.moat.input.Home;
import dev.moat.input.InputFile;
import dev.moat.input.Printable;
import dev.moat.model.Suggestion;
import dev.moat.scenario.UserExtensions;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.MalformedURLException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry of the program. */
@Command(
        name = "moat",
        version = "moat " + Moat.VERSION,
        description = "Checks that devices behind an IOMMU reach only memory that their domain may use.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        footer = {
            "%nExamples:",
            "  moat check              check the default scenarios",
            "  moat prove              prove the discipline, at any size",
            "  moat list faults        what can be injected",
            "  moat check --help       options of one command",
            "%nEnvironment: MOAT_CLASSPATH, MOAT_HEAP (for example 8g), MOAT_DEBUG=1, NO_COLOR."
        })
public final class Moat implements Runnable {
    /** The version of the project; a test compares it with the build's. */
    static final String VERSION = "0.1.0";

    /** What Java says of a heap of 32 MiB; a part of it is never usable at once. */
    private static final long LEAST_HEAP = 28L << 20;

    private static final int WIDEST_HELP = 110;

    private static final int NARROWEST_HELP = 80;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--class-path",
            paramLabel = "PATH",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:MOAT_CLASSPATH}",
            description = "directories and jar files with components of your own, separated as on Java's class path")
    private @Nullable String classPath;

    @Option(
            names = "--invariants",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "invariants of your own, and what vocabulary.smt2 among them adds to the vocabulary; the directory"
                            + " 'invariants' beside a scenario's file is one without being named")
    private List<Path> invariants = new ArrayList<>();

    private Moat() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }

    /** Runs one command line and exits. */
    public static void main(String[] args) {
        if (Runtime.getRuntime().maxMemory() < LEAST_HEAP) {
            System.err.println("moat: Java's heap is too small; Moat needs at least 32m (MOAT_HEAP)");
            System.exit(ExitCode.USAGE.code());
        }
        if (SolverProcess.isHere()) {
            SolverProcess.endWithParent();
        }
        Interruption interruption = Interruption.watch(Thread.currentThread());
        // Not System.out, which forgets why it failed.
        PrintWriter out = StandardOutput.on(new FileOutputStream(FileDescriptor.out));
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        // The launcher knows; Java's own answer changed its meaning with JDK 22.
        boolean terminal = Boolean.getBoolean("moat.progress");
        String noColour = System.getenv("NO_COLOR");
        boolean colour = Boolean.getBoolean("moat.colour") && (noColour == null || noColour.isEmpty());
        Path home = Home.find();
        Site site = new Site(home, out, err, terminal, colour, MoatEngine::open);
        // Where a signal ends the process already, Java may take this code and not the signal's.
        ExitCode code = Signals.answered(ExitCode.of(run(site, args)));
        interruption.done(code);
        System.exit(code.code());
    }

    /** Runs one command line; answers the exit code, whatever happens. A lost output is {@link ExitCode#IO} at least. */
    static int run(Site site, String... args) {
        int code = execute(site, args);
        if (code == ExitCode.BAD_INPUT.code()) {
            ReadBy.others(args).forEach(line -> site.err().println("moat: " + Printable.of(line)));
        }
        if (site.out().checkError()) {
            String reason = site.out() instanceof StandardOutput output ? ": " + output.reason() : "";
            // Who closes a pipe knows that something was not read.
            if (!reason.contains("Broken pipe")) {
                site.err().println("moat: cannot write the standard output" + reason);
            }
            code = ExitCode.worst(List.of(ExitCode.of(code), ExitCode.IO)).code();
        }
        site.err().flush();
        return code;
    }

    private static int execute(Site site, String... args) {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try {
            return commandLine(site, args.length == 0 ? "" : args[0]).execute(args);
        } catch (Throwable e) {
            // Picocli hands on errors such as OutOfMemoryError; nothing may leave without a line and a code.
            return Failure.report(e, site.err()).code();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** With all commands. */
    static CommandLine commandLine(Site site) {
        return commandLine(site, "");
    }

    /** With the command that a command line begins with, or with all of them where it begins otherwise. */
    static CommandLine commandLine(Site site, String command) {
        Moat moat = new Moat();
        CommandLine line = new CommandLine(moat);
        Commands.of(site, command).forEach(line::addSubcommand);
        line.getSubcommands().values().forEach(Moat::addHelp);
        addHelp(line);
        line.getCommandSpec()
                .addOption(flag("print the version", "-V", "--version")
                        .versionHelp(true)
                        .build());
        line.registerConverter(Path.class, Moat::path);
        // A word that begins with @ is a name like any other, not a file of more words.
        line.setExpandAtFiles(false);
        line.setOut(site.out()).setErr(site.err());
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                site.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        line.setUsageHelpWidth(helpWidth());
        line.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        line.setParameterExceptionHandler((e, arguments) -> usage(e, site.err()));
        line.setExecutionExceptionHandler(
                (e, failing, parsed) -> Failure.report(e, site.err()).code());
        line.setExecutionStrategy(parsed -> {
            requireUnderstood(parsed);
            requireOnce(parsed);
            moat.useOwn(parsed.originalArgs());
            return new CommandLine.RunLast().execute(parsed);
        });
        return line;
    }

    /** Where help is asked for picocli passes over words that it does not know: a script would take them for commands. */
    private static void requireUnderstood(ParseResult parsed) {
        for (CommandLine line : parsed.asCommandLineList()) {
            List<String> unmatched = line.getParseResult().unmatched();
            if (!unmatched.isEmpty()) {
                throw new UnmatchedArgumentException(line, unmatched);
            }
        }
        boolean asksForHelp = parsed.asCommandLineList().stream()
                .map(CommandLine::getParseResult)
                .anyMatch(each -> each.isUsageHelpRequested() || each.isVersionHelpRequested());
        if (!asksForHelp) {
            NamedFiles.require(parsed);
        }
    }

    /** What may stand before or behind the command would, standing before and behind it, be taken from behind it alone. */
    private static void requireOnce(ParseResult parsed) {
        ParseResult called = parsed.subcommand();
        if (called != null) {
            for (OptionSpec option : parsed.matchedOptions()) {
                if (called.hasMatchedOption(option.longestName())) {
                    throw new ParameterException(
                            called.commandSpec().commandLine(),
                            option.longestName() + " stands before and behind the command: give it in one place");
                }
            }
        }
    }

    /** Picocli's own converter answers with the name of an exception. */
    private static Path path(String word) {
        try {
            return Path.of(word);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + word + "' cannot be the name of a file: " + e.getReason());
        }
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(
                        flag("print this help", "-h", "--help").usageHelp(true).build());
    }

    /** That of the terminal, as far as lines stay readable. */
    private static int helpWidth() {
        int columns = Integer.getInteger("moat.columns", WIDEST_HELP);
        return Math.max(NARROWEST_HELP, Math.min(columns, WIDEST_HELP));
    }

    private static OptionSpec.Builder flag(String says, String... names) {
        return OptionSpec.builder(names).type(boolean.class).description(says);
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        Arrays.stream(ExitCode.values())
                .sorted(Comparator.comparingInt(ExitCode::code))
                .forEach(e -> codes.put(Integer.toString(e.code()), e.says()));
        return codes;
    }

    /** How picocli refuses a word that is none of several. */
    private static final Pattern ONE_OF =
            Pattern.compile("(.*: )expected one of \\[(.*)] \\(case-sensitive\\) but was '(.*)'", Pattern.DOTALL);

    /** Two lines: the complaint, and where to read on. The whole help would hide the complaint. */
    private static int usage(ParameterException e, PrintWriter err) {
        CommandLine failing = e.getCommandLine();
        StringBuilder text = new StringBuilder("moat: ").append(plain(String.valueOf(e.getMessage())));
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> known = new ArrayList<>(failing.getSubcommands().keySet());
            failing.getCommandSpec().options().forEach(o -> known.addAll(Arrays.asList(o.names())));
            String word = unmatched.getUnmatched().get(0);
            text.append(
                    isTopic(word, failing)
                            ? "; did you mean 'moat list " + word + "'?"
                            : Suggestion.phrase(word, known));
        }
        err.println(Printable.of(text.toString()));
        err.println("Try '" + failing.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE.code();
    }

    /** Whether a word in place of a command is something that is listed. */
    private static boolean isTopic(String word, CommandLine failing) {
        CommandLine list = failing.getSubcommands().get("list");
        if (list != null) {
            CommandLine.Model.PositionalParamSpec topic =
                    list.getCommandSpec().positionalParameters().get(0);
            for (String each : topic.completionCandidates()) {
                if (each.equals(word)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Picocli's complaint about a value without the names of Java's types, and with the word that was meant. */
    private static String plain(String complaint) {
        Matcher choice = ONE_OF.matcher(complaint);
        if (choice.matches()) {
            List<String> known = List.of(choice.group(2).split(", "));
            return choice.group(1) + "no such word: '" + choice.group(3) + "'"
                    + Suggestion.among(choice.group(3), known);
        }
        // Of options that exclude each other it says that this is an error.
        return complaint
                .replaceFirst("^Error: ", "")
                .replaceFirst(" is not an? (?:int|long)$", " is not a whole number, or too large");
    }

    /** A word as the name of a file; another is the user's mistake, here as where picocli converts it. */
    private Path named(String word) {
        try {
            return path(word);
        } catch (TypeConversionException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Java passes over what is no jar file without a word. */
    private void requireEntry(String part) {
        Path entry = named(part);
        if (!Files.exists(entry)) {
            throw new ParameterException(spec.commandLine(), "--class-path: " + part + " does not exist");
        } else if (!Files.isDirectory(entry)) {
            try {
                new ZipFile(entry.toFile()).close();
            } catch (IOException e) {
                throw new ParameterException(
                        spec.commandLine(), "--class-path: " + part + " is no directory and no jar file", e);
            }
        }
    }

    /** Makes other people's components and invariants visible to all that looks for such. */
    private void useOwn(List<String> arguments) {
        String path = classPath == null ? "" : classPath;
        for (String part : path.isEmpty() ? new String[0] : path.split(File.pathSeparator)) {
            requireEntry(part);
        }
        for (Path directory : invariants) {
            if (!Files.isDirectory(directory)) {
                throw new ParameterException(spec.commandLine(), "--invariants: " + directory + " is no directory");
            } else if (!InputFile.mayHold(directory, ".smt2")) {
                // What is meant lies elsewhere, and would be taken for read.
                throw new ParameterException(
                        spec.commandLine(), "--invariants: there is no file *.smt2 in " + directory);
            }
        }
        Set<Path> directories = new LinkedHashSet<>(invariants);
        arguments.stream().filter(word -> word.endsWith(".yaml")).forEach(word -> {
            Path beside = named(word).resolveSibling("invariants");
            if (Files.isDirectory(beside)) {
                directories.add(beside);
            }
        });
        if (path.isEmpty() && directories.isEmpty()) {
            return;
        }
        try {
            Thread.currentThread()
                    .setContextClassLoader(
                            UserExtensions.open(path, List.copyOf(directories), Moat.class.getClassLoader()));
        } catch (MalformedURLException e) {
            throw new ParameterException(spec.commandLine(), "--class-path: " + path + " is no class path", e);
        }
    }
}
