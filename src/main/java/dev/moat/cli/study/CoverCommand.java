package dev.moat.cli.study;

import dev.moat.check.ExitCode;
import dev.moat.check.cover.Choice;
import dev.moat.check.cover.Combination;
import dev.moat.check.cover.CoverText;
import dev.moat.check.cover.Covering;
import dev.moat.check.cover.KnownBreaks;
import dev.moat.cli.option.Part;
import dev.moat.cli.option.Quantity;
import dev.moat.cli.site.Site;
import dev.moat.model.mechanism.Composed;
import dev.moat.model.setting.Suggestion;
import dev.moat.scenario.Catalog;
import java.io.IOException;
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
            "%nExit codes: 0 nothing unexpected; 5 a combination was cut by a limit or not tried; 12 one breaks a property; 14 a",
            "step is not what it claims to be; 15 one is never at work and specs/cover.txt does not say why, or has a line that no",
            "search shows.",
            "%nExamples:",
            "  moat cover                                        singles and pairs",
            "  moat cover --strength 3 --time 10m                triples too, as far as the time carries",
            "  moat cover copy=true flush=deferred               these together"
        })
public final class CoverCommand implements Callable<Integer> {
    private static final String COMPONENT = "xen-vtd";

    /** The limit for which {@code specs/cover.txt} says what is too large. */
    private static final int STATES = 20_000;

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
            defaultValue = "" + STATES,
            description = "distinct states of each search (default: ${DEFAULT-VALUE})")
    private long states;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            converter = Quantity.Seconds.class,
            description = "try no further combination after a time such as 30s, 5m")
    private @Nullable Long time;

    @Option(
            names = "--part",
            paramLabel = "K/N",
            converter = Part.Converter.class,
            description = "only the K-th of N parts of the combinations, for runs in pieces")
    private Part part = Part.WHOLE;

    @Option(names = "--workers", paramLabel = "N", description = "searches at a time; default: one per processor")
    private @Nullable Integer workers;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public CoverCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        int threads = workers == null ? Runtime.getRuntime().availableProcessors() : workers;
        if (strength < 1 || strength > 3 || threads < 1 || threads > 64) {
            throw new ParameterException(spec.commandLine(), "--strength is 1 to 3, --workers 1 to 64");
        }
        Catalog catalog = Catalog.load();
        Composed component = (Composed) catalog.component(COMPONENT);
        List<Choice> all = Choice.all(component.parameters(), component.mechanisms(Map.of()));
        KnownBreaks known = KnownBreaks.read(site.home().resolve("specs").resolve("cover.txt"));
        Covering covering = new Covering(component, catalog, site.engine(), states, known);
        long seconds = time == null ? Long.MAX_VALUE : time;
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

    /** A line of the file is only missed where everything of its kind was tried. */
    private ExitCode exit(List<Combination> done, KnownBreaks known) {
        List<ExitCode> codes = new ArrayList<>(List.of(CoverText.exit(done)));
        if (strength > 1 && time == null && part.isWhole()) {
            for (String line : known.unmet(states == STATES)) {
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
                        spec.commandLine(), "no choice '" + name + "'" + Suggestion.phrase(name, names));
            }
            found.add(all.get(at));
        }
        return found;
    }
}
