package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Rewiring;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs that are edited from the command line. */
class EditOptionTest {
    private static final String SMALL =
            "check xen-step -P refs=1 -P handles=2 -P frames=1 -P sides=host --no-discipline ";
    private static final String DEVICES =
            "check xen-small-moves -P handles=1 -P granters=none -P dids=2 -P cpus=2 --no-discipline ";
    private static final int MOST_EDITS = 60;

    @TempDir
    Path saved;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Words with blanks stand in quotes. */
    private int moat(String words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>();
        String[] parts = words.trim().split("'");
        for (int i = 0; i < parts.length; i++) {
            all.addAll(
                    i % 2 == 1
                            ? List.of(parts[i])
                            : Arrays.asList(parts[i].trim().split(" +")));
        }
        all.removeIf(String::isEmpty);
        if (all.get(0).equals("check")) {
            all.addAll(List.of("--save", saved.toString(), "--workers", "1"));
        }
        Site site =
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open);
        return Moat.run(site, all.toArray(String[]::new));
    }

    private String first() {
        return out.toString().lines().findFirst().orElse("");
    }

    /** What people ask of a patch. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(quoteCharacter = '"', delimiter = '|', textBlock = """
            unlock before the wait           | small -P cpus=2 --edit 'move unlock before await in unmap_grant_ref'                                | VIOLATED
            unlock before the flush          | small -P cpus=2 --edit 'move unlock before queue-invalidation in unmap_grant_ref'                   | VIOLATED
            pins dropped before the wait     | small --edit 'move complete before await in unmap_grant_ref'                                        | VIOLATED
            pins dropped before the flush    | small --edit 'move complete before queue-invalidation in unmap_grant_ref'                           | VIOLATED
            one flush at the end of a batch  | small -P batch=2 -P flush=batch-end                                                                 | HELD
            whole-domain flush               | small -P batch=2 -P flush=domain-wide                                                               | HELD
            no flush for read-only mappings  | small --edit 'drop queue-invalidation, queue-wait, await in unmap_grant_ref if readonly'            | VIOLATED
            DID freed before context flush   | devices --edit 'move detach before queue-context-invalidation in deassign_device'                   | VIOLATED
            handle published before upkeep   | small --edit 'move publish before upkeep in map_grant_ref'                                          | VIOLATED
            the same lock taken twice        | small --edit 'take lock.grant-table[domain] before take-sides in unmap_grant_ref'                    | VIOLATED
            the lock not kept for the batch  | small -P cpus=2 -P batch=2 -P flush=batch-end --inject batch.lock-dropped-between-elements           | VIOLATED
            """)
    void nineQuestions(String question, String command, String verdict) {
        String words = command.replaceFirst("^small ", SMALL).replaceFirst("^devices ", DEVICES);
        assertThat(moat(words)).as(out + "\n" + err).isEqualTo(verdict.equals("HELD") ? 0 : 12);
        assertThat(first()).contains(": " + verdict);
        if (command.contains("--edit")) {
            assertThat(first()).contains(", edited (" + command.replaceFirst(".*--edit '(.*)'.*", "$1") + ")");
        }
    }

    /** What cannot be done is refused in one line; what does not show is no plain HELD. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', delimiter = '|', textBlock = """
            drop await in unmap_grant                                    | 2  | no operation 'unmap_grant'; did you mean 'unmap_grant_ref'?
            drop wait in unmap_grant_ref                                 | 2  | unmap_grant_ref has no step 'wait' in this machine; did you mean
            drop await-device-tlb in unmap_grant_ref                     | 2  | unmap_grant_ref has no step 'await-device-tlb' in this machine
            redirect upkeep -> await to unlock in unmap_grant_ref        | 2  | 'upkeep' of unmap_grant_ref does not lead to 'await'
            redirect upkeep -> unlock to nowhere in unmap_grant_ref      | 2  | unmap_grant_ref has no step 'nowhere'
            copy await as unlock on complete -> end in unmap_grant_ref   | 2  | unmap_grant_ref has a step 'unlock' already
            take grant.lock before await in unmap_grant_ref              | 2  | this machine has no lock 'grant.lock'
            drop await in unmap_grant_ref if read-only                   | 2  | no slot of the CPU is named 'read-only'; did you mean 'readonly'?
            move queue-wait before await in unmap_grant_ref              | 2  | changes nothing in unmap_grant_ref of this machine
            move await above unlock in unmap_grant_ref                   | 2  | before or after is expected, not 'above'
            move await before unlock                                     | 2  | edit 'move await before unlock'
            drop await in unmap_grant_ref; drop lock in unmap_grant_ref  | 2  | the end of the edit
            replace def released = 1                                     | 2  | an edit of code is of a text
            redirect upkeep -> unlock to upkeep in unmap_grant_ref       | 12 | VIOLATED operations-return
            drop await-owner in unmap_grant_ref                          | 5  | never ran without the edit either: unmap_grant_ref/await-owner
            """)
    void whatIsNoEdit(String edit, int exit, String says) {
        assertThat(moat(SMALL + "--edit '" + edit + "'")).as(out + "\n" + err).isEqualTo(exit);
        assertThat(out.toString() + err).contains(says);
        assertThat(err.toString().lines().filter(line -> exit == 2 && line.startsWith("moat:")))
                .hasSize(exit == 2 ? 1 : 0);
    }

    @Test
    void editsThatCancelAreRefused() {
        assertThat(moat(SMALL
                        + "--edit 'redirect upkeep -> unlock to complete in unmap_grant_ref'"
                        + " --edit 'redirect upkeep -> complete to unlock in unmap_grant_ref'"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("the edits cancel each other: 'redirect upkeep -> unlock to complete in unmap_grant_ref'");
        // The program has other steps then, which do the same.
        assertThat(
                        moat(
                                SMALL
                                        + "--edit 'swap queue-wait, await in unmap_grant_ref' --edit 'swap await, queue-wait in unmap_grant_ref'"))
                .isEqualTo(15);
        assertThat(first()).contains("INCONCLUSIVE");
    }

    /** A lock shows with two CPUs, an order between steps: else nothing is said to hold. */
    @Test
    void whatCannotShowIsNotSaidToHold() {
        String edit = "--edit 'move unlock before await in unmap_grant_ref'";
        assertThat(moat(SMALL + edit)).isEqualTo(15);
        assertThat(first()).contains(": INCONCLUSIVE");
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("an order of steps, or what is done under a lock, and that shows with two CPUs (-P cpus=2)");
        String lacks = err.toString()
                .lines()
                .filter(line -> line.startsWith("moat: what xen-step lacks is in "))
                .findFirst()
                .orElseThrow();
        assertThat(lacks).contains("in which control grant-table.lock-dropped-before-wait breaks no-foreign");
        assertThat(moat(lacks.substring(lacks.indexOf("check xen-")))).isEqualTo(12);
        assertThat(moat("check xen-kept-device-map --no-discipline " + edit)).isNotEqualTo(0);
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("INCONCLUSIVE", "at granularity operation an order of steps does not show");
    }

    /** Without a scenario the bounds are chosen, and told; a fault is asked about in its control. */
    @Test
    void aComponentHasBoundsForAnEdit() {
        assertThat(moat("check --component xen-p2m --edit 'drop unlock-p2m in decrease_reservation'"))
                .as(err.toString())
                .isEqualTo(12);
        assertThat(err.toString()).contains("moat: asked in moat check p2m-shared");
        assertThat(moat("check --component xen-p2m --inject decrease.removal-error-ignored"))
                .isEqualTo(12);
        assertThat(err.toString()).contains("moat: asked in p2m-removal-error-ignored: Control: ");
        assertThat(moat("check --component xen-p2m")).isEqualTo(2);
        assertThat(moat("check xen-step --component xen-p2m --edit 'drop unlock-p2m in decrease_reservation'"))
                .isEqualTo(2);
        assertThat(moat("check --component xen-p2m --inject nothing.such")).isEqualTo(2);
        assertThat(moat("check --component xen-p2m --edit 'drop unlock-p2m in decrease'"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("no scenario of the default set has operation 'decrease'");
    }

    /** And not at a place of the text that it was to change. */
    @Test
    void codeThatDoesNotFitIsComplainedOfInTheEdit() {
        assertThat(moat("check pkvm-op --edit 'delete `pins[frame] += 2` in map at pin'"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("moat: edit 'delete `pins[frame] += 2` in map at pin':1:1: this code is not");
        assertThat(moat("check pkvm-op --edit 'insert `x := 1` after `pins[frame] += 1` in map at pin'"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("in map at pin':1:9: unknown name 'x'");
    }

    /** An edit may take a program where it stores what its place cannot hold: that is told as the edit's, with a way to look further. */
    @Test
    void whatAnEditedProgramMayNotIsNoMistakeOfMoats() {
        assertThat(moat("check dma-vtd-queue -P cpus=1 -P frames=1 --edit 'drop start-flush in dma_unmap_page'"))
                .isEqualTo(65);
        assertThat(err.toString())
                .contains("dma-vtd-queue, edited (drop start-flush in dma_unmap_page): a step does what none may: slot")
                .doesNotContain("internal error");
    }

    /** An address that nobody gives back any more is lost, though its mapping looks as if it were being ended. */
    @Test
    void aLostAddressIsNoticed() {
        assertThat(moat("check dma-vtd-strict -P cpus=1 -P lists=failing --no-discipline"
                        + " --edit 'drop free-iova in dma_unmap_page'"))
                .isEqualTo(12);
        assertThat(first()).contains("VIOLATED addresses-balance");
    }

    /** The file of a counterexample has the edit, and is replayed with it; in the table the step is marked. */
    @Test
    void whatWasRunIsShown() throws IOException {
        String edit = "move complete before await in unmap_grant_ref";
        assertThat(moat(SMALL + "--edit '" + edit + "'")).isEqualTo(12);
        assertThat(out.toString()).contains("The program is edited (" + edit + ")");
        Path file = saved.resolve("unexpected/xen-step.itf.json");
        assertThat(file).content().contains(edit);
        assertThat(moat("replay " + file)).isEqualTo(0);
        assertThat(out.toString()).contains("reproduced");
        assertThat(moat("list steps unmap_grant_ref xen-step --edit '" + edit + "'"))
                .isZero();
        assertThat(out.toString().lines().filter(line -> line.matches(".*(moved|put in|leads elsewhere)$")))
                .anyMatch(line -> line.strip().startsWith("complete") && line.endsWith("moved"));
        assertThat(moat("list steps unmap_grant_ref xen-step --edit 'drop await in unmap_grant_ref'"))
                .isZero();
        assertThat(out.toString().lines().filter(line -> line.endsWith("LEFT OUT")))
                .hasSize(1)
                .allMatch(line -> line.strip().startsWith("await"));
        assertThat(moat("explore xen-step --edit 'drop wait in unmap_grant_ref'"))
                .isEqualTo(2);
        assertThat(moat("simulate xen-step --steps 10 --edit 'drop wait in unmap_grant_ref'"))
                .isEqualTo(2);
    }

    /** Every fault that changes no more than the steps can be said: its machine has the same steps, which lead to the same ones. */
    @Test
    void everyStepEditOfTheFaultsCanBeSaid() throws IOException {
        Catalog catalog = Catalog.load();
        Map<String, MachineSpec> machines = machines();
        Map<String, String> unsaid = new TreeMap<>();
        int said = 0;
        for (Component component : catalog.components()) {
            for (InjectedFault fault : component.faults()) {
                Edits edits = new Edits();
                fault.edit().accept(edits);
                MachineSpec machine = machines.get(component.id() + " " + fault.id());
                boolean steps = edits.decided().isEmpty()
                        && !(edits.touched().isEmpty() && edits.dropped().isEmpty());
                if (machine == null || !steps) {
                    continue;
                }
                String why = say(catalog, machine.withFaults(List.of()), catalog.model(machine));
                if (why.isEmpty()) {
                    said++;
                } else if (!why.startsWith("other code")) {
                    unsaid.put(fault.id(), why);
                }
            }
        }
        assertThat(unsaid).isEmpty();
        assertThat(said).isGreaterThan(100);
    }

    private static Map<String, MachineSpec> machines() throws IOException {
        Map<String, MachineSpec> machines = new LinkedHashMap<>();
        Site site = new Site(
                Path.of(""),
                new PrintWriter(new StringWriter()),
                new PrintWriter(new StringWriter()),
                false,
                false,
                CheckoutEngine::open);
        for (Scenario s : site.scenarios(site.engine()).described()) {
            for (String fault : s.machine().faults()) {
                MachineSpec machine = s.machine().withFaults(List.of(fault));
                machines.putIfAbsent(s.machine().component() + " " + fault, machine);
            }
        }
        return machines;
    }

    /** Says the difference of two machines edit by edit; "" when that can be done, else why not. */
    private static String say(Catalog catalog, MachineSpec sound, Model faulty) {
        List<String> edits = new ArrayList<>();
        while (edits.size() < MOST_EDITS) {
            Model now;
            try {
                now = catalog.model(sound.withFaults(edits));
            } catch (BadSettingException e) {
                return edits + " " + e.getMessage();
            }
            Optional<String> next = Optional.empty();
            for (int i = 0; i < now.operations().size() && next.isEmpty(); i++) {
                next = next(now.operations().get(i), faulty.operations().get(i));
            }
            if (next.isEmpty()) {
                return "";
            } else if (next.get().startsWith("other code")) {
                return next.get();
            }
            edits.add(next.get() + "");
        }
        return String.join("; ", edits);
    }

    private static Optional<String> next(Operation now, Operation goal) {
        Map<String, List<Object>> has = Rewiring.ways(now.steps());
        Map<String, List<Object>> wants = Rewiring.ways(goal.steps());
        String in = " in " + now.name();
        Set<String> added = new TreeSet<>(wants.keySet());
        added.removeAll(has.keySet());
        for (String copy : added) {
            for (String way : has.keySet()) {
                for (int o = 0; o <= Outcome.DONE && wants.containsKey(way); o++) {
                    if (target(wants, way, o).equals(copy)) {
                        String original = has.keySet().stream()
                                .filter(name -> code(has, name).equals(code(wants, copy)))
                                .findFirst()
                                .orElse("");
                        return Optional.of(
                                "copy " + original + " as " + copy + " on " + way + " -> " + target(has, way, o) + in);
                    }
                }
            }
        }
        String first = goal.steps().get(0).name();
        if (!now.steps().get(0).name().equals(first) && has.containsKey(first)) {
            return wants.containsKey(now.steps().get(0).name())
                    ? Optional.of(
                            "move " + first + " before " + now.steps().get(0).name() + in)
                    : Optional.of("drop " + now.steps().get(0).name() + in);
        }
        for (String step : has.keySet()) {
            if (!wants.containsKey(step)) {
                return Optional.of("drop " + step + in);
            }
            if (!code(has, step).equals(code(wants, step))) {
                return Optional.of("other code of " + step);
            }
            if (!has.get(step).get(1).equals(wants.get(step).get(1))) {
                return Optional.of("stop after " + step + in);
            }
            for (int o = 0; o <= Outcome.DONE; o++) {
                String to = target(wants, step, o);
                if (!target(has, step, o).equals(to)) {
                    return Optional.of("redirect " + step + " -> " + target(has, step, o) + " on " + Outcome.name(o)
                            + " to " + to + in);
                }
            }
        }
        return Optional.empty();
    }

    private static String code(Map<String, List<Object>> ways, String step) {
        return ways.get(step).get(0).getClass().getName().replaceFirst("/.*", "");
    }

    private static String target(Map<String, List<Object>> ways, String step, int outcome) {
        return ways.get(step).get(2 + outcome).toString();
    }
}
