package dev.moat.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.KitSoftware.Act;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/**
 * What every family of IOMMUs promises to whoever drives it by the contract. A family passes by naming itself:
 *
 * <pre>{@code
 * class MyFamilyContractTest extends ContractKit {
 *     MyFamilyContractTest() {
 *         super(new MyFamily(), List.of(KitMachine.Plan.of(), KitMachine.Plan.of("walks=true").units(2)));
 *     }
 * }
 * }</pre>
 *
 * <p>Scripts are steps of software and of hardware in any order. Software keeps to the contract (whoever asks for something waits
 * until it is done or another of its requests is queued; a tag is given back when nothing can be cached under it), and to nothing
 * else: it may store, attach and detach whenever it likes. {@link KitHistory} says what may then be answered.
 */
public abstract class ContractKit {
    private static final int TRIES = 300;
    private static final int LONGEST = 70;

    private final Family family;
    private final List<KitMachine> machines = new ArrayList<>();

    /** The kit for a family on machines of these plans. */
    protected ContractKit(Family family, List<KitMachine.Plan> plans) {
        this.family = family;
        for (KitMachine.Plan plan : plans) {
            machines.add(new KitMachine(family, plan));
        }
    }

    @Provide
    Arbitrary<List<Act>> scripts() {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, 7);
        Arbitrary<String> kind = Arbitraries.frequencyOf(
                Tuple.of(10, Arbitraries.of("hardware")),
                Tuple.of(6, Arbitraries.of("go")),
                Tuple.of(12, Arbitraries.of("change", "forget", "request", "change", "race")),
                Tuple.of(10, Arbitraries.of(KitSoftware.KINDS)));
        return Combinators.combine(kind, number, number, number, number)
                .as(Act::new)
                .list()
                .ofMaxSize(LONGEST);
    }

    /** Runs a script, a check after every act and in the end, when everything has settled. */
    private void run(List<Act> script, int which, BiConsumer<KitSoftware, String> check) {
        KitSoftware software = new KitSoftware(machines.get(Math.floorMod(which, machines.size())));
        for (Act act : script) {
            software.perform(act);
            check.accept(software, act.toString());
        }
        software.settle();
        check.accept(software, "settled");
        Iommu iommu = software.iommu;
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            for (int page = 0; page < KitMachine.PAGES; page++) {
                iommu.request(software.s, q, page, page % 2 == 0);
            }
        }
        check.accept(software, "settled and cached again");
        software.seen().forEach(what -> Statistics.label("seen").collect(what));
    }

    private void mustHaveSeen(String what) {
        Statistics.label("seen").coverage(coverage -> coverage.check(what).count(n -> n > 0));
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void whatIsStoredIsWhatIsTranslated(@ForAll("scripts") List<Act> script, @ForAll int which) {
        run(script, which, (software, after) -> {
            KitChecks checks = new KitChecks(software, after);
            checks.tablesSayWhatWasStored();
            checks.entriesSayWhatWasStored();
            checks.onlyOneAnswerIsThatAnswer();
        });
        mustHaveSeen("translated");
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void whatWasInvalidatedAndAwaitedServesNothingOld(@ForAll("scripts") List<Act> script, @ForAll int which) {
        run(script, which, (software, after) -> {
            KitChecks checks = new KitChecks(software, after);
            checks.answersArePossible();
            checks.cachesHoldWhatIsPossible();
        });
        mustHaveSeen("stale");
        mustHaveSeen("told");
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void aDetachedRequesterReachesNothing(@ForAll("scripts") List<Act> script, @ForAll int which) {
        run(script, which, (software, after) -> new KitChecks(software, after).detachedRequestersReachNothing());
        if (machines.stream().anyMatch(m -> m.capabilities.tagging() != Capabilities.Tagging.NONE)) {
            mustHaveSeen("detached");
            mustHaveSeen("led elsewhere");
        }
    }

    @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
    void refusalsLeaveNoTrace(@ForAll("scripts") List<Act> script, @ForAll int which) {
        run(script, which, (software, after) -> new KitChecks(software, after).looksChangeNothing());
        mustHaveSeen("refused");
    }

    @Property(tries = 1)
    void itSaysWhatItIs() {
        assertThat(family.id()).matches("[a-z][a-z0-9-]*");
        assertThat(family.says()).endsWith(".");
        assertThat(machines).isNotEmpty();
        for (KitMachine m : machines) {
            assertThat(m.iommu.capabilities()).as(m.toString()).isEqualTo(m.capabilities);
            Set<Integer> expressed = Set.of(0, 1, 2, 3);
            for (int rights : expressed) {
                int as = m.iommu.tables().expressed(rights);
                assertThat(as & rights).as("expressed allows what is wanted").isEqualTo(rights);
                boolean exact = rights == Rights.NONE
                        || rights == Rights.ALL
                        || (rights == Rights.READ && m.capabilities.entries().readOnly())
                        || (rights == Rights.WRITE && m.capabilities.entries().writeOnly());
                assertThat(as).as("expressed(" + rights + ")").isEqualTo(exact ? rights : Rights.ALL);
            }
        }
    }
}
