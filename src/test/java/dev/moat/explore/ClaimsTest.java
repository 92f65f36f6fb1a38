package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration.End;
import dev.moat.logic.Discipline;
import dev.moat.logic.Grounding;
import dev.moat.logic.Term;
import dev.moat.model.Component;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Setting;
import dev.moat.model.Step;
import dev.moat.prove.Statement;
import dev.moat.prove.Theory;
import dev.moat.scenario.Machine;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every transition is what it claims to be, and the comparison is not hollow. */
class ClaimsTest {
    private static final String DEVICES = "xen-vtd step refs=1 handles=1 assign=true context-cache=true walks=true";
    private static final String HANDLES = "xen-vtd step refs=1 handles=2";
    private static final String CPUS = "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false";
    private static final String OPERATIONS = "xen-vtd operation refs=1 handles=1 granters=all iommu=all";
    private static final List<String> MACHINES = List.of(DEVICES, HANDLES, CPUS, OPERATIONS);

    /** Actions that no machine compared here ever is, and why. */
    private static final Map<String, String> NEVER = Map.of(
            "protect", "page types are not compared yet",
            "unprotect", "page types are not compared yet",
            "restrict", "a guest that narrows an offer ends it and makes another");

    /** Relations whose atoms are constants of the component. */
    private static final Set<String> CONSTANT =
            Set.of("covers", "coversQ", "for", "names", "notdma", "stands", "tableOf");

    private static final Discipline DISCIPLINE =
            Discipline.load(Path.of("specs/discipline.smt2"), Machines.LIBRARY.vocabulary());

    private static Exploration compared(Machine machine, boolean strict) {
        return new Explorer(machine, Machines.judge(machine), Limits.none(1), Comparison.with(DISCIPLINE, strict))
                .run(Progress.silent());
    }

    @ParameterizedTest
    @ValueSource(strings = {DEVICES, HANDLES, CPUS, OPERATIONS, "xen-vtd step unmerged refs=1 handles=1"})
    void everyTransitionIsWhatItClaims(String line) {
        Exploration found = compared(Machines.machine(line), true);
        assertThat(found.conformance().first()).isNull();
        assertThat(found.end()).isEqualTo(End.COMPLETE);
    }

    @Test
    void everyActionIsClaimedAndEveryRelationMoves() {
        Set<String> never = new TreeSet<>();
        DISCIPLINE.actions().forEach(a -> never.add(a.name()));
        Set<String> yes = new TreeSet<>();
        Set<String> no = new TreeSet<>();
        for (String line : MACHINES) {
            Conformance c = compared(Machines.machine(line), true).conformance();
            c.taken().forEach((name, n) -> never.removeIf(a -> n > 0 && a.equals(name)));
            yes.addAll(c.becameTrue());
            no.addAll(c.becameFalse());
        }
        assertThat(never).isEqualTo(NEVER.keySet());
        Set<String> moving = new TreeSet<>(DISCIPLINE.relations());
        moving.removeAll(CONSTANT);
        assertThat(yes).isEqualTo(moving);
        assertThat(no).isEqualTo(moving);
    }

    /** What cannot be compared is searched all the same, and the reason is said. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "xen-vtd operation frames=512 levels=3 index-bits=3 | the machine is too large, with ",
                "xen-vtd step frames=64 domains=8 refs=64 levels=3 index-bits=3 | the machine is too large, with ",
                "discipline operation | it is the discipline",
                "r1 operation | the steps of this component do not say what they claim",
                "xen-vtd operation careless-granter=true | steps claim nothing yet with careless-granter as it is set"
            })
    void whatIsNotComparedIsSearched(String line, String reason) {
        Machine machine = Machines.machine(line);
        Exploration found = new Explorer(machine, Machines.judge(machine, new String[0]), few(), comparison(machine))
                .run(Progress.silent());
        assertThat(found.end()).isEqualTo(End.LIMIT);
        assertThat(found.conformance().compared()).isFalse();
        assertThat(found.conformance().notCompared()).startsWith(reason);
    }

    private static Comparison comparison(Machine machine) {
        String reason = machine.model().notCompared();
        return reason.isEmpty() ? Comparison.with(DISCIPLINE, true) : Comparison.none(reason);
    }

    private static Limits few() {
        Limits none = Limits.none(1);
        return new Limits(none.depth(), 1, none.seconds(), 100, none.memory());
    }

    /** In the initial state already, everything holds that the discipline keeps: lemmas, properties, invariants. */
    @ParameterizedTest
    @ValueSource(strings = {DEVICES, HANDLES, CPUS, OPERATIONS})
    void theInitialStateIsOneOfTheDiscipline(String line) {
        Machine machine = Machines.machine(line);
        Theory theory = Theory.load(Path.of(""));
        Grounding grounding = new Grounding(machine.model().abstraction(), machine.schema());
        int statements = 0;
        for (Statement statement : theory.statements()) {
            for (Term conjunct : statement.conjuncts()) {
                statements++;
                assertThat(grounding.of(conjunct, List.of(), List.of()).holds(machine.initial()))
                        .as(statement.id() + " at " + conjunct.place())
                        .isTrue();
            }
        }
        assertThat(statements).isGreaterThan(20);
    }

    /** Three edits that leave the discipline at once and break no property within these bounds. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "xen-vtd operation refs=1 handles=2 !omit.map-invalidation",
                "xen-vtd operation refs=1 handles=1 !decrease.frame-freed-before-flush",
                "xen-vtd operation refs=1 handles=1 !unmap.hold-released-before-wait"
            })
    void leavesTheDisciplineBeforeAPropertyBreaks(String line) {
        Exploration found = compared(Machines.machine(line), false);
        assertThat(found.conformance().first()).isNotNull();
        assertThat(found.end()).isEqualTo(End.COMPLETE);
    }

    /** Without a fault, a wrong claim ends the search. */
    @Test
    void aWrongClaimEndsAStrictSearch() {
        Exploration found = compared(Machines.machine(HANDLES + " !unmap.hold-released-before-wait"), true);
        assertThat(found.end()).isEqualTo(End.MISCLAIM);
        assertThat(found.violation()).isNull();
        Conformance.Misclaim first = found.conformance().first();
        assertThat(first).isNotNull();
        assertThat(first.who()).isEqualTo("unmap_grant_ref/complete");
        assertThat(String.join("\n", first.lines()))
                .contains("end-hold(cpu0, d1, f0)")
                .contains("settled(d1, f0)");
    }

    /**
     * Leaves every single write of every step out, in turn: the comparison, an invariant or a deadlock notices, or the write
     * is listed with the reason why it need not.
     */
    @Test
    @Tag("deep")
    void everyWriteLeftOutIsNoticed() throws IOException {
        Map<String, String> excused = excused();
        Map<String, String> unnoticed = new TreeMap<>();
        int tried = 0;
        for (String line : List.of(DEVICES, HANDLES, CPUS)) {
            for (Write write : writes(line)) {
                tried++;
                String name = write.operation + "/" + write.step + " " + write.family;
                if (isNoticed(line, write)) {
                    unnoticed.put(name, "noticed");
                } else {
                    unnoticed.putIfAbsent(name, "unnoticed");
                }
            }
        }
        Set<String> survivors = unnoticed.entrySet().stream()
                .filter(e -> e.getValue().equals("unnoticed"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(tried).isGreaterThan(100);
        assertThat(survivors).isEqualTo(new TreeSet<>(excused.keySet()));
    }

    private static Map<String, String> excused() throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        for (String text :
                Files.readAllLines(Path.of("src/test/resources/claims/unnoticed.txt"), StandardCharsets.UTF_8)) {
            if (!text.isBlank() && !text.startsWith("#")) {
                String[] halves = text.split(" {2,}", 2);
                reasons.put(halves[0], halves[1]);
            }
        }
        return reasons;
    }

    /** A family of slots that a step writes. */
    private record Write(String operation, String step, String family) {}

    private static Machine machine(String line, Edits edits) {
        MachineSpec spec = Machines.spec(line);
        Component component = Machines.CATALOG.component(spec.component());
        ModelBuilder builder = new ModelBuilder(edits);
        component.build(new Setting(component.parameters(), spec.settings()), builder);
        return new Machine(builder.build(), spec.granularity(), spec.merged());
    }

    /** What each step changes in some state of the machine. */
    private static Set<Write> writes(String line) {
        Set<Write> found = new LinkedHashSet<>();
        Schema schema = Machines.machine(line).schema();
        Edits edits = new Edits();
        for (Operation op : Machines.machine(line).model().operations()) {
            for (Step step : op.steps()) {
                edits.wrap(op.name(), step.name(), code -> (s, cpu) -> {
                    long[] before = s.clone();
                    int outcome = code.run(s, cpu);
                    if (outcome != Outcome.BLOCKED && !Arrays.equals(before, s)) {
                        for (Schema.Change change : schema.diff(before, s)) {
                            found.add(new Write(
                                    op.name(), step.name(), change.slots().name()));
                        }
                    }
                    return outcome;
                });
            }
        }
        Machines.explore(machine(line, edits), Machines.judge(Machines.machine(line)), 1);
        return found;
    }

    private static boolean isNoticed(String line, Write write) {
        Slots family = Machines.machine(line).schema().family(write.family).orElseThrow();
        Edits edits = new Edits().wrap(write.operation, write.step, code -> (s, cpu) -> {
            List<Long> old = new ArrayList<>();
            for (int i = 0; i < family.size(); i++) {
                old.add(family.get(s, i));
            }
            int outcome = code.run(s, cpu);
            for (int i = 0; i < family.size(); i++) {
                family.set(s, i, old.get(i));
            }
            return outcome;
        });
        Machine machine = machine(line, edits);
        try {
            return compared(machine, true).end() != End.COMPLETE;
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException stopped) {
            return true;
        }
    }
}
