package dev.moat.cli.command;

import dev.moat.check.ExitCode;
import dev.moat.check.cover.Choice;
import dev.moat.check.cover.Combination;
import dev.moat.check.cover.Combination.Outcome;
import dev.moat.check.cover.CoverText;
import dev.moat.check.cover.Covering;
import dev.moat.check.cover.KnownBreaks;
import dev.moat.check.cover.RandomMachines;
import dev.moat.cli.site.OutputFiles;
import dev.moat.cli.site.Quantity;
import dev.moat.cli.site.RunPart;
import dev.moat.cli.site.Site;
import dev.moat.model.Composed;
import dev.moat.model.Suggestion;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.UserExtensions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moat cover}: every two mechanisms, capabilities and policies together. */
@Command(
        name = "cover",
        description = {
            "Search machines of every two mechanisms, capabilities and policies that may be together, step by step, in the"
                    + " smallest bounds in which both are at work.",
            "A choice alone must break nothing but what specs/cover.txt gives a reason for, and two together nothing that"
                    + " neither breaks alone. What is not covered is printed, with the reason."
        },
        footer = {
            "%nExit codes: 0 nothing unexpected; 5 a combination was cut by a limit or not tried; 12 one breaks a property; 14 a"
                    + " step is not what it claims to be; 15 one is never at work and specs/cover.txt does not say why, or has a line that no"
                    + " search shows.",
            "%nExamples:",
            "  moat cover                                        singles and pairs",
            "  moat cover --strength 3 --time 10m                triples too, as far as the time carries",
            "  moat cover copy=true flush=deferred               these together",
            "  moat cover --random 100 --seed 7                  machines of more choices, drawn at random"
        })
public final class CoverCommand implements Callable<Integer> {
    private static final String COMPONENT = "xen-vtd";

    /** The limit for which {@code specs/cover.txt} says what is too large. */
    private static final long STATES = 20_000;

    /** Of a machine drawn at random, of which there are few. */
    private static final long STATES_OF_RANDOM = 300_000;

    private static final int MOST_WORKERS = 64;

    private static final int MOST_RANDOM = 100_000;

    private final Site site;

    @Parameters(paramLabel = "CHOICE", arity = "0..*", description = "parameter=value; only these, together")
    private List<String> asked = new ArrayList<>();

    @Option(
            names = "--strength",
            paramLabel = "N",
            defaultValue = "2",
            description = "how many choices together, 1 to 3 (default: ${DEFAULT-VALUE})")
    private int strength;

    @Option(
            names = "--states",
            paramLabel = "N",
            converter = Quantity.Count.class,
            description =
                    "distinct states of each search (default: " + STATES + "; with --random " + STATES_OF_RANDOM + ")")
    private @Nullable Long states;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            converter = Quantity.Seconds.class,
            description = "try no further combination after a time such as 30s, 5m")
    private @Nullable Long time;

    @Option(
            names = "--part",
            paramLabel = "K/N",
            converter = RunPart.Converter.class,
            description = "only the K-th of N parts of the combinations, for runs in pieces")
    private RunPart part = RunPart.WHOLE;

    @Option(
            names = "--random",
            paramLabel = "N",
            description =
                    "instead, N machines of 4 to 7 choices drawn at random, in bounds drawn at random, mostly with two CPUs")
    private @Nullable Integer random;

    @Option(names = "--seed", paramLabel = "N", description = "of what --random draws (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description = "where the scenarios go of what --random finds (default: ${DEFAULT-VALUE})")
    private Path save = Path.of(".moat");

    @Option(names = "--workers", paramLabel = "N", description = "searches at a time; default: one per processor")
    private @Nullable Integer workers;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public CoverCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        int threads =
                workers == null ? Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors()) : workers;
        requireInRange("--strength", strength, 3);
        requireInRange("--workers", threads, MOST_WORKERS);
        boolean forRandom = List.of("--seed", "--save").stream().anyMatch(this::isGiven);
        if (random == null ? forRandom : isGiven("--strength")) {
            throw new ParameterException(
                    spec.commandLine(), "--seed and --save are for --random, and --strength is for combinations");
        }
        if (random != null && (random < 1 || random > MOST_RANDOM || !asked.isEmpty() || !part.isWhole())) {
            throw new ParameterException(
                    spec.commandLine(), "--random is 1 to " + MOST_RANDOM + ", without choices and without --part");
        }
        if (!asked.isEmpty() && (isGiven("--strength") || !part.isWhole())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--strength and --part are for all combinations, not for choices that are named");
        }
        Catalog catalog = Catalog.load();
        Composed component = (Composed) catalog.component(COMPONENT);
        List<Choice> all = Choice.all(component.parameters(), component.mechanisms(Map.of()));
        KnownBreaks known = KnownBreaks.read(site.home().resolve("specs").resolve("cover.txt"));
        long seconds = time == null ? Long.MAX_VALUE : time;
        if (random != null) {
            long most = states == null ? STATES_OF_RANDOM : states;
            return random(new RandomMachines(component, catalog, site.engine(), most, known), random, threads, seconds)
                    .code();
        }
        Covering covering = new Covering(component, catalog, site.engine(), states == null ? STATES : states, known);
        if (!asked.isEmpty()) {
            Combination one = covering.tried(List.of(choices(all)), 1, seconds).get(0);
            site.print(one.line());
            return CoverText.exit(List.of(one)).code();
        }
        List<Combination> done = new ArrayList<>();
        long began = System.nanoTime();
        for (int k = 1; k <= strength; k++) {
            List<List<Choice>> combinations = new ArrayList<>(Choice.combinations(all, k));
            if (k == 2) {
                combinations.addAll(Choice.beyondPairs());
            } else if (k == 3) {
                combinations = Choice.spread(combinations);
            }
            long left = seconds == Long.MAX_VALUE ? seconds : seconds - (System.nanoTime() - began) / 1_000_000_000L;
            List<Combination> these = covering.tried(part.take(combinations), threads, left);
            CoverText.of(List.of("", "single choices", "pairs", "triples").get(k), these)
                    .forEach(site::print);
            done.addAll(these);
        }
        return exit(done, known).code();
    }

    private void requireInRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), option + " must be from 1 to " + most + ", not " + value);
        }
    }

    private boolean isGiven(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private ExitCode random(RandomMachines machines, int number, int threads, long seconds) {
        List<Combination> done = new ArrayList<>();
        OutputFiles files = new OutputFiles(site);
        machines.each(seed, number, threads, seconds, result -> {
            done.add(result.made());
            if (result.made().outcome() != Outcome.UNTRIED) {
                site.print(result.drawn() + "  " + result.made().line());
            }
            Path file = save.resolve(result.name() + ".yaml");
            if (!result.yaml().isEmpty() && files.write(file, result::yaml)) {
                site.print("  saved      " + file);
                site.print("  reproduce  " + UserExtensions.command("check", file));
            }
            site.out().flush();
        });
        site.print(CoverText.ofRandom(seed, done));
        return ExitCode.worst(List.of(files.exit(), CoverText.exit(done)));
    }

    /** A line of the file is only missed where everything of its kind was tried. */
    private ExitCode exit(List<Combination> done, KnownBreaks known) {
        List<ExitCode> codes = new ArrayList<>(List.of(CoverText.exit(done)));
        if (strength > 1 && time == null && part.isWhole()) {
            List<List<Choice>> tried = done.stream().map(Combination::choices).toList();
            for (String line : known.unmet(states == null ? STATES : states, STATES, tried)) {
                site.print("specs/cover.txt: no search shows '" + line + "'");
                codes.add(ExitCode.EXPECTATION);
            }
        }
        return ExitCode.worst(codes);
    }

    private List<Choice> choices(List<Choice> all) {
        List<String> names = all.stream().map(Choice::toString).toList();
        List<Choice> found = new ArrayList<>();
        for (String name : asked) {
            int at = names.indexOf(name);
            if (at < 0) {
                throw new ParameterException(
                        spec.commandLine(),
                        "no choice '" + name + "'" + Suggestion.phrase(name, names) + " ('moat list parameters "
                                + COMPONENT + "' has names and values)");
            }
            Choice choice = all.get(at);
            for (Choice other : found) {
                // A machine has one value of each: the other would be said to be covered.
                if (other.parameter().equals(choice.parameter())) {
                    throw new ParameterException(
                            spec.commandLine(),
                            "'" + other + "' and '" + choice + "' choose " + choice.parameter() + " twice");
                }
            }
            found.add(choice);
        }
        return found;
    }
}
