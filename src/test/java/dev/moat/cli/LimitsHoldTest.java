package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.moat.cli.site.Site;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** A limit holds in whatever a command is doing when it is hit; {@code docs/reference/exit-codes-and-files.md} has the table of who takes which. */
class LimitsHoldTest {
    private static final List<String> LIMITS =
            List.of("--depth", "--memory", "--rlimit", "--states", "--steps", "--time", "--total-time", "--unpacked");

    /** Of processors; more than the limits below and what starting takes, less than what any of the searches would. */
    private static final double MOST_SECONDS = 15;

    /** A parameter that may be so large is set to the largest. */
    private static final int MANY = 200;

    /** Seconds. */
    private static final int LIMIT = 2;

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Site site() {
        return new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open);
    }

    @Tag("deep")
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '!', textBlock = """
            check xen-sim-hardware --time 1s ! the limit on time 1 s
            check xen-types-step -P handles=256 --time 1s ! the limit on time 1 s
            simulate xen-op --steps 1g --time 2s ! the limit on time was hit
            needed --total-time 1s ! undecided|the limit on time was hit while
            needed --column defaults --total-time 3s --workers 1 ! undecided|hit while
            """)
    void aSmallLimitHoldsElsewhere(String command, String said) {
        aSmallLimitHolds(command, said);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '!', textBlock = """
            check xen-step-2cpu --time 1s ! (?s)the limit on time 1 s.*--time sets it
            check xen-step-2cpu --total-time 1s --workers 1 ! the limit on the time of the whole run was hit(?s:.*)--total-time sets it
            check xen-step-2cpu --states 1k ! the limit on states 1000 was hit(?s:.*)--states sets it
            check xen-step-2cpu --memory 1m ! the limit on memory 1048576 bytes was hit(?s:.*)MOAT_HEAP.* --memory
            check xen-op -P handles=300 --symmetry --time 1s ! the limit on time 1 s
            check xen-step-2cpu --depth 3 ! the limit on depth 3 was hit(?s:.*)--depth sets it
            check --set deep --total-time 1s ! the limit on (time was hit while reading|the time of the whole run)
            simulate xen-sim-hardware --time 1s ! the limit on time was hit
            needed --column defaults --row omit.map-wait --states 100 ! undecided
            promises --total-time 1s ! inconclusive|hit while reading
            mutate --time 1s ! the limit on time was hit before any mutant was tried
            cover --time 1s --workers 1 ! not tried
            """)
    void aSmallLimitHolds(String command, String said) {
        long before = SYSTEM.getProcessCpuTime();
        long began = System.nanoTime();
        int code = Moat.run(site(), command.split(" "));
        // Others may want the processors, and other tests use them meanwhile: it is not both.
        double seconds = Math.min(SYSTEM.getProcessCpuTime() - before, System.nanoTime() - began) / 1e9;
        assertThat(code).as("%s: %s%s", command, out, err).isEqualTo(5);
        assertThat(out.toString() + err).containsPattern(said);
        assertThat(seconds).as("seconds: %s", command).isLessThan(MOST_SECONDS);
    }

    /**
     * Whatever a machine's numbers may be at most, one by one and all together: two seconds and a fifth of the limit behind it there is a
     * verdict. Of each component and granularity one scenario that holds, and one that must fail, whose counterexample is explained.
     */
    @Tag("deep")
    @Test
    void theLargestMachinesKeepIt() throws IOException {
        Map<String, Scenario> each = new TreeMap<>();
        for (Scenario s : site().scenarios(CheckoutEngine.open(Path.of(""))).all(s -> true)) {
            each.putIfAbsent(
                    s.machine().component()
                            + s.machine().granularity()
                            + s.fail().isEmpty(),
                    s);
        }
        List<String> late = new ArrayList<>();
        for (Scenario s : each.values()) {
            List<String> largest =
                    Catalog.load()
                            .component(s.machine().component())
                            .parameters(s.machine().settings())
                            .stream()
                            .filter(p -> p.choices().isEmpty() && p.max() >= MANY)
                            .map(p -> "-P " + p.name() + "=" + p.max())
                            .toList();
            List<String> all = new ArrayList<>(largest);
            all.add(String.join(" ", largest));
            for (String settings : all) {
                for (String more : List.of("", " --symmetry")) {
                    String command =
                            "check " + s.id() + " " + settings + more + " -q --workers 2 --time " + LIMIT + "s";
                    double behind = secondsBehind(command.strip().replaceAll(" +", " "));
                    if (behind > 2 + LIMIT / 5.0) {
                        late.add(command + ": " + behind);
                    }
                }
            }
        }
        assertThat(late).isEmpty();
    }

    /** How long a command goes on after its limit; of the clock or of processors, whichever is less. */
    private double secondsBehind(String command) {
        long end = System.nanoTime() + LIMIT * 1_000_000_000L;
        long[] used = {0};
        Thread watch = new Thread(() -> {
            try {
                Thread.sleep(LIMIT * 1_000L);
                used[0] = SYSTEM.getProcessCpuTime();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // it was in time
            }
        });
        watch.start();
        Moat.run(site(), command.split(" "));
        watch.interrupt();
        long now = System.nanoTime();
        return used[0] == 0 ? 0 : Math.min(now - end, SYSTEM.getProcessCpuTime() - used[0]) / 1e9;
    }

    /** Scenarios that the end of the whole run leaves out are named, and the reason. */
    @Test
    void theRestOfARunIsNamed() {
        String[] command = "check xen-step-2cpu r1 r1-unmap-no-invalidation --total-time 1s --workers 1".split(" ");
        assertThat(Moat.run(site(), command)).isEqualTo(5);
        assertThat(out.toString())
                .contains("xen-step-2cpu: INCONCLUSIVE", "r1: INCONCLUSIVE", "r1-unmap-no-invalidation: INCONCLUSIVE")
                .contains("no verdict: the limit on the time of the whole run was hit");
    }

    /** No option raises it, so it is not enough to say that it was hit. */
    @Test
    void theLimitOfAScenariosFileIsSaidToBeTheFiles(@TempDir Path directory) throws IOException {
        String text = Files.readString(Path.of("docs/examples/toy-family/toy-xen.yaml"))
                .replace("toy", "vtd")
                .replace("component: xen", "component: xen-vtd");
        Path file = Files.writeString(directory.resolve("vtd-xen.yaml"), text + "limits: {states: 100}\n");
        assertThat(Moat.run(site(), "check", file.toString(), "--states", "1g"))
                .as("%s%s", out, err)
                .isEqualTo(5);
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("limit 'limits: {states}' of " + file + " sets it; --states can only lower it");
    }

    @Test
    void theTableOfTheDocsIsThatOfTheCommands() throws IOException {
        Map<String, TreeSet<String>> taken = new TreeMap<>();
        Moat.commandLine(site()).getSubcommands().forEach((name, command) -> taken.put(name, taken(command)));
        String table = Files.readString(Path.of("docs/reference/exit-codes-and-files.md"))
                .replaceAll("(?s).*\n## Limits\n", "")
                .replaceAll("(?s)\n## .*", "");
        Map<String, TreeSet<String>> told = new TreeMap<>();
        table.lines().filter(line -> line.startsWith("| `")).forEach(line -> {
            String[] cells = line.split("\\|");
            TreeSet<String> options = words(cells[2]);
            words(cells[1]).forEach(command -> told.put(command, options));
        });
        assertThat(told).isEqualTo(taken);
    }

    private static TreeSet<String> taken(CommandLine command) {
        return LIMITS.stream()
                .filter(option -> {
                    OptionSpec found = command.getCommandSpec().findOption(option);
                    return found != null && found.type() != boolean.class; // 'mutate --steps' is none
                })
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What stands between back quotes. */
    private static TreeSet<String> words(String cell) {
        return Pattern.compile("`([a-z-]+)`")
                .matcher(cell)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
