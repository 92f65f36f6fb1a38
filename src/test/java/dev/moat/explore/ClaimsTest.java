package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration.End;
import dev.moat.logic.Discipline;
import dev.moat.logic.Term;
import dev.moat.logic.claims.ClaimJudge;
import dev.moat.logic.ground.Grounding;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.model.Model;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.Theory;
import dev.moat.state.Abstraction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every transition is what it claims to be, and the comparison is not hollow. */
class ClaimsTest {
    private static final String DEVICES = "xen-vtd step refs=1 handles=1 assign=true context-cache=true walks=true";
    private static final String HANDLES = "xen-vtd step refs=1 handles=2";
    private static final String CPUS = "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false";
    private static final String OPERATIONS = "xen-vtd operation refs=1 handles=1 granters=all iommu=all";
    private static final String TYPES = "xen-vtd step refs=1 handles=1 page-types=true iommu=all reallocation=false";
    private static final String BATCHES = "xen-vtd step refs=1 handles=1 batch=2 flush=batch-end";
    private static final String QUEUED = "xen-vtd step refs=1 handles=1 batch=2 flush=queued";
    private static final String CACHING =
            "xen-vtd step frames=1 refs=1 handles=1 caching-mode=true assign=true" + " context-cache=true";
    private static final String REGISTERS = "xen-vtd step refs=1 handles=1 invalidation=registers";
    private static final String UNITS = "xen-vtd step refs=1 handles=1 units=2 devices=2 assign=true granters=none";
    private static final String ALIASES = "xen-vtd step refs=1 handles=1 aliases=1 assign=true reallocation=false";
    private static final String DEFERRED = "xen-vtd step refs=1 handles=1 flush=deferred limbo=1 reallocation=false";
    private static final String DEATHS = "xen-vtd step refs=1 handles=1 domain-death=true iommu=all";
    private static final String FAILURES = "xen-vtd step refs=1 handles=1 failures=true";
    private static final String TRANSFERS = "xen-vtd step refs=1 handles=1 transfer=true reallocation=false";
    private static final String RESTRICTED = "xen-vtd step refs=1 handles=1 narrowing-granter=true";
    private static final String REFERENCE = "r1 operation refs=1 handles=2";
    // The actions of these are found from what differs.
    private static final String MOVES =
            "xen-vtd step iommu=all refs=1 handles=1 frames=2 devices=1 assign=true move-devices=true reallocation=false";
    private static final String TIME_OUTS =
            "xen-vtd operation refs=1 handles=1 assign=true context-cache=true granters=none wait=timeout";
    private static final String IDS =
            "xen-vtd step refs=1 handles=1 assign=true context-cache=true iommu=all devices=1 dids=1 granters=none";
    private static final String PARKED =
            "xen-vtd operation refs=1 handles=1 assign=true context-cache=true devices=1 granters=none quarantine=scratch-page";
    private static final String CARELESS = "xen-vtd operation refs=1 handles=1 careless-granter=true";
    private static final String CALLS = "iommu-api operation domains=2 pages=1 frames=2 kernel=strict";
    private static final String LAYER = "iommu-dma step iommu=vtd pages=1 frames=1 flush=strict walks=true";
    private static final String PASSED =
            "xen-swiotlb operation iommu=amd-vi privileged=false passthrough=true frames=4 low=3 layer=booted";
    private static final String LATE =
            "xen step iommu=calgary refs=1 handles=1 walks=true hits=true chip=calioc2 coherent=false granters=none";

    /** Machines in which together everything happens. */
    static List<String> machines() {
        return List.of(
                "xen-vtd step frames=1 refs=1 handles=1 granters=none assign=true walks=true wait=timeout",
                DEVICES,
                HANDLES,
                CPUS,
                OPERATIONS,
                TYPES,
                BATCHES,
                QUEUED,
                CACHING,
                REGISTERS,
                UNITS,
                ALIASES,
                DEFERRED,
                DEATHS,
                FAILURES,
                TRANSFERS,
                RESTRICTED,
                REFERENCE,
                MOVES,
                TIME_OUTS,
                IDS,
                PARKED,
                CARELESS,
                CALLS,
                LAYER,
                PASSED,
                LATE);
    }

    /** A CPU ends a right to write while the other one's batch empties an entry that was left for reading. */
    private static final String READERS_BATCH =
            "xen-vtd step frames=1 refs=1 handles=1 sides=host batch=2 cpus=2 reallocation=false flush=";

    /** A frame is given up while another CPU still waits until its new entry is seen. */
    private static final String UNSEEN =
            "xen-vtd step frames=1 refs=1 handles=1 sides=host cpus=2 page-selective=false ";

    /** Others of which every transition is compared. */
    static List<String> further() {
        return List.of(
                "xen-vtd step frames=3 refs=1 handles=1 cpus=2 assign=true table-frames=true granters=none",
                "xen-vtd step frames=3 refs=1 handles=2 cpus=2 table-frames=true superpages=true paging-caches=true sides=host"
                        + " reallocation=false",
                "xen-vtd step frames=1 refs=1 handles=1 granters=none cpus=2 assign=true walks=true wait=timeout reallocation=false",
                "xen-vtd step frames=1 refs=1 handles=1 cpus=2 assign=true walks=true tables=first-device aliases=1 sides=host reallocation=false",
                MOVES + " failures=true",
                MOVES + " failures=true granters=none context-cache=true walks=true",
                "xen-vtd step unmerged refs=1 handles=1",
                "xen-vtd step refs=1 handles=1 batch=2",
                "xen-vtd step refs=1 handles=1 batch=2 flush=domain-wide",
                "xen-vtd step refs=1 handles=1 paging-caches=true",
                "xen-vtd step refs=1 handles=1 own-grants=true",
                "xen-vtd step refs=1 handles=1 tlb=1",
                "xen-vtd step refs=1 handles=1 page-selective=false",
                "xen-vtd step refs=1 handles=1 exchange=true frames=3 granters=none",
                "xen-vtd operation refs=1 handles=1 failures=true batch=2 flush=batch-end",
                "xen-vtd operation refs=1 handles=1 batch=2 flush=batch-range",
                READERS_BATCH + "batch-end",
                READERS_BATCH + "batch-range",
                READERS_BATCH + "domain-wide",
                READERS_BATCH + "queued",
                UNSEEN + "write-buffer=true",
                UNSEEN + "coherent=false",
                "xen step iommu=calgary chip=calioc2 coherent=false refs=1 handles=2 walks=true hits=true reallocation=false",
                "xen-vtd step refs=1 handles=1 failures=true assign=true devices=1 aliases=1 granters=none",
                "xen-vtd step refs=1 handles=1 frames=3 table-frames=true paging-caches=true",
                "xen-vtd operation refs=1 handles=1 frames=3 table-frames=true superpages=true",
                "xen-vtd operation refs=1 handles=1 frames=3 table-frames=true domain-death=true",
                "xen-vtd step iommu=amd-vi refs=1 handles=1 failures=true assign=true device-cache=true granters=none",
                "xen-vtd operation iommu=amd-vi refs=1 handles=1 frames=3 table-frames=true directory-cache=true superpages=true",
                "xen-vtd step refs=1 handles=1 device-tlb=true walks=true",
                "xen-vtd operation refs=1 handles=1 device-tlb=true assign=true context-cache=true devices=2",
                "xen-vtd operation refs=1 handles=1 device-tlb=true domain-death=true iommu=all",
                "xen-p2m step frames=2 populated=0 gfns=1 grants=true",
                "xen-p2m step domains=1 frames=2 moves=true types=true tables=separate",
                "xen-viommu-svm operation rights=r-rw",
                "xen-viommu-svm operation pages=2 requests=false device-tlb=false gfns=2 guests=1");
    }

    /** Relations whose atoms are constants of the components. */
    private static final Set<String> CONSTANT = Set.of("covers", "coversQ", "drains", "for", "tableOf");

    static final Discipline DISCIPLINE =
            Discipline.load(Path.of("specs/discipline.smt2"), Machines.LIBRARY.vocabulary());

    private static Exploration compared(Machine machine, boolean strict) {
        return new Explorer(machine, judge(machine), Limits.none(1), Comparison.with(DISCIPLINE, strict))
                .run(Progress.silent());
    }

    /** What is deferred lingers, so nothing says that it does not. */
    private static Judge judge(Machine machine) {
        List<String> ids = new ArrayList<>(Machines.applicable(machine));
        if (machine.schema().family("limbo.sides").filter(s -> s.size() > 0).isPresent()) {
            ids.remove("nothing-lingers");
        }
        return Machines.judge(machine, ids.toArray(new String[0]));
    }

    @TestFactory
    Stream<DynamicTest> everyTransitionIsWhatItClaims() {
        return further().stream().map(line -> DynamicTest.dynamicTest(line, () -> requireCompared(line)));
    }

    private static Conformance requireCompared(String line) {
        Machine machine = Machines.machine(line);
        assertThat(machine.model().notCompared()).isEmpty();
        Exploration found = compared(machine, true);
        assertThat(found.conformance().first()).as(line).isNull();
        assertThat(found.end()).as(line).isEqualTo(End.COMPLETE);
        return found.conformance();
    }

    /** Every transition of these machines is what it claims, and together they claim everything. */
    @Test
    void everyActionIsClaimedAndEveryRelationMoves() {
        Set<String> never = new TreeSet<>();
        DISCIPLINE.actions().forEach(a -> never.add(a.name()));
        Set<String> yes = new TreeSet<>();
        Set<String> no = new TreeSet<>();
        for (String line : machines()) {
            Conformance c = requireCompared(line);
            c.taken().forEach((name, n) -> never.removeIf(a -> n > 0 && a.equals(name)));
            yes.addAll(c.becameTrue());
            no.addAll(c.becameFalse());
        }
        assertThat(never).isEmpty();
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
                "xen-vtd operation mode=recorded host-slots=4 handles=256 | with mode=recorded what calls do beside grants claims nothing",
                "xen-vtd operation flush=agreed | with flush=agreed pins are dropped before the invalidation",
                "xen-vtd operation flush=deferred assign=true write-buffer=true | with stores that are seen late, assign=true",
                "xen-vtd step page-selective=false cpus=2 assign=true write-buffer=true | with stores that are seen late, assign=true",
                "xen-vtd step flush=queued batch=2 coherent=false assign=true | with stores that are seen late and without assign=true, or",
                "iommu-dma step owner=true cpus=2 | an owner calls on one CPU while its group is claimed",
                "xen operation iommu=gart assign=true | a unit without device entries leaves a device what it reaches",
                "xen operation iommu=gart domain-death=true | a unit without device entries leaves a device what it reaches",
                "xen step iommu=gart unmapped=scratch cpus=2 | with caching-mode=true or unmapped=scratch, cpus=2",
                "xen-vtd operation drain=false | with drain=false a completed invalidation leaves requests",
                "xen-vtd operation dom0-iommu=relaxed | with dom0-iommu=relaxed domain 0's tables"
            })
    void whatIsNotComparedIsSearched(String line, String reason) {
        Machine machine = Machines.machine(line);
        Exploration found = new Explorer(machine, Machines.judge(machine, new String[0]), few(), comparison(machine))
                .run(Progress.silent());
        assertThat(found.end()).isIn(End.LIMIT, End.COMPLETE);
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

    /** A batch tells what it owes for the right to write where another CPU asks, so its steps say what they are. */
    @Test
    void stepsOfBatchesOnTwoCpusClaimThemselves() {
        assertThat(Machines.machine(READERS_BATCH + "batch-end").model().foundFrom())
                .isNull();
    }

    /** In the initial state already, everything holds that the discipline keeps: lemmas, properties, invariants. */
    @TestFactory
    Stream<DynamicTest> theInitialStateIsOneOfTheDiscipline() {
        return Stream.concat(machines().stream(), further().stream())
                .map(line -> DynamicTest.dynamicTest(line, () -> requireDisciplined(line)));
    }

    private static void requireDisciplined(String line) {
        Machine machine = Machines.machine(line);
        Theory theory = Theory.load(Path.of(""));
        Model model = machine.model();
        Abstraction own = model.foundFrom() == null ? model.claimedOver() : model.foundFrom();
        Abstraction abstraction = own == null ? model.abstraction() : ClaimJudge.completed(DISCIPLINE, own);
        Grounding grounding = new Grounding(abstraction, machine.schema());
        int statements = 0;
        for (ProofStatement statement : theory.statements()) {
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
}
