package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.explore.Exploration.End;
import dev.moat.logic.ground.CompiledActions;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What users set with {@code -P} is refused with a line or searched: scenarios with up to four parameters changed at random never end in
 * an exception, and follow the discipline or are known not to be compared. Properties may break.
 */
class AnySettingsTest {
    private static final int MOST_CHANGES = 4;
    private static final int NUMBERS = 4;
    private static final CompiledActions DISCIPLINE = new CompiledActions(ClaimsTest.DISCIPLINE);

    private static final List<Scenario> SCENARIOS = Committed.described().stream()
            .filter(s -> !s.set().equals("simulate"))
            .toList();

    private int searched;
    private int refused;

    @Test
    void nothingIsAnInternalError() {
        SplittableRandom random = new SplittableRandom(20261126);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            attempt(random, 60).ifPresent(wrong::add);
        }
        assertThat(wrong).isEmpty();
        assertThat(searched).isGreaterThan(50);
        assertThat(refused).isGreaterThan(20);
    }

    /** Each of these ended in an internal error once. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "xen-vtd step devices=1 iommu=none assign=true | devices=1 cannot be: the first one starts with a domain",
                "xen operation iommu=amd-vi devices=2 iommu-domains=none assign=true | devices=2 cannot be",
                "xen-vtd step iommu=none aliases=1 | aliases=1 cannot be: they are the first device's",
                "xen-viommu-interrupts step guests=2 indices=1 | indices must be no fewer than guests",
                "xen-swiotlb operation segment-slots=3 | segment-slots must be a power of two",
                "xen-swiotlb operation growing=true search=linux-6.12 | under Xen pools do not grow",
                "xen-swiotlb operation restricted=true | under Xen pools do not grow",
                "xen-swiotlb operation growing=true platform=bare-metal guests=0 layer=native-swiotlb | pools grow from Linux 6.6 on",
                "xen-swiotlb operation polled=true | who polls synchronises: syncs must be true",
                "xen-swiotlb step map-steps=true reach=1 | maps in steps are of single buffers",
                "xen-swiotlb step map-steps=true passthrough=true | maps in steps are of single buffers",
                "xen-swiotlb step iommu=calgary layer=booted privileged=false passthrough=true device=any-address walks=true"
                        + " | walks must be false: a flush is one operation here",
                "iommu-api operation domains=2 pages=1 frames=2 dids=1 | dids must be 0 here",
                "iommu-dma step pages=2 frames=2 table-frames=1 superpages=true lists=whole coherent=false"
                        + " | stores into tables that are frames of the heap are seen at once",
                "xen-io-spaces step iommu=calgary cpus=2 devices=1 dma=true domains=3 frames=4 pages=3 run=2 transfers=2 units=1"
                        + " | the machine's operations have ",
                "iommu-dma step iommu=amd-vi frames=2 lists=whole table-frames=2 levels=1 | levels must be 0, or 2 and more",
                "xen-viommu step iommu=amd-vi guests=1 hotplug=true dte-update=paused | pages must be 2 where a device's entry",
                "xen-io-spaces step dma=true run=2 batch=2 domains=1 devices=1 units=1 frames=4 pages=3"
                        + " | dma is modelled with spaces that stay, without other callers and batches",
                "dma-iommu-mapping step iommu=gart devices=1 unmapped=invalid | a mapping is for an IOMMU that keeps spaces apart",
                "xen-p2m step superpages=true | superpages are modelled with tables=separate",
                "xen-p2m step range=2 | a range and where it goes do not overlap here",
                "xen-viommu step records=true fault-records=true | records=true has the physical unit's fault records",
                "xen-vtd operation refs=1 handles=1 !batch.error-skips-flush | an injected fault edits way 'unlock on next'",
                "xen-vtd operation refs=1 handles=1 batch=2 !batch.error-skips-flush | an injected fault edits way 'unlock on next'"
            })
    void whatCannotBeIsRefused(String line, String why) {
        assertThatThrownBy(() -> Machines.machine(line).initial())
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith(why);
    }

    /** Each of these changed nothing once, without a word. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "xen-io-spaces step tables=1 | tables is for creation=true",
                "xen-io-spaces step transfers=2 | transfers is for dma=true",
                "xen-io-spaces step pages=1 frames=1 batch=2 | batches are sets of pages, or frames: there are not as many",
                "xen-io-spaces step pages=2 frames=2 batch=3 | batches are sets of pages, or frames: there are not as many",
                "xen-p2m step pool=1 | pool is for superpages=true",
                "xen-viommu step devices=virtual records=true host-fault-registers=2 | requests of virtual devices never reach",
                "xen-viommu step devices=passed-through virtual=2 | virtual is for devices=both and devices=virtual",
                "xen-viommu step guests=1 second=translated | second is for guests=2",
                "xen-viommu-interrupts step stores=false tears=true | tears is for guests that write their entries",
                "xen-viommu-interrupts step notifications=true tears=true | tears is for guests that write their entries",
                "xen-vtd step transfer-below=1 | transfer-below=1 cannot be: frames are received with transfer=true only",
                "xen-vtd step reserved-refs=0 | reserved-refs=0 cannot be: versions change with version-2=true only",
                "xen-vtd step flush=queued domain-wide-from=2 | domain-wide-from=2 cannot be: it is for flush=batch-end",
                "xen-vtd step copy=true transitive=false | transitive=false cannot be: there are transitive grants with",
                "iommu-dma step relaxable=false | relaxable is for direct=true",
                "xen-swiotlb operation asked=true | asked is for layer=booted",
                "xen-swiotlb operation coherent-memory=true streaming=false syncs=true | syncs is for streaming=true",
                "xen-swiotlb operation coherent-memory=true streaming=false directions=both | directions is for streaming=true",
                "dma-iommu-mapping step buffer-lines=false snooping-devices=all | snooping-devices is for buffer-lines=true",
                "iommu-api operation walks=true | walks is for machines in which units serve requests",
                "iommu-api operation iommu=amd-vi walks=true | walks is for machines in which units serve requests",
                "iommu-api operation iommu=calgary walks=true | walks is for machines in which units serve requests",
                "iommu-api operation iommu=gart walks=true | walks is for machines in which units serve requests",
                "iommu-api operation context-cache=true | context-cache is for machines in which units serve requests",
                "iommu-api operation fault-records=true | fault-records is for machines in which units serve requests",
                "iommu-api operation paging-caches=true | paging-caches is for machines in which units serve requests",
                "iommu-api operation completion=any-order | completion is for machines in which a second invalidation is asked for",
                "iommu-api operation queue-recovery=true | queue-recovery is for machines in which a wrong invalidation may be",
                "iommu-api operation sound-device=true | sound-device is for machines in which devices have default domains",
                "iommu-api operation iommu=amd-vi device-cache=true | device-cache is for machines in which units serve requests",
                "iommu-api operation iommu=amd-vi directory-cache=true | directory-cache is for machines in which units serve",
                "iommu-api operation iommu=amd-vi event-log=true | event-log is for machines in which units serve requests",
                "iommu-api operation iommu=amd-vi restart=true | restart is for machines in which units serve requests",
                "iommu-api operation iommu=amd-vi completion=any-order | completion is for machines in which a second invalidation is asked for",
                "iommu-api operation iommu=amd-vi dte-update=paused | dte-update is for machines in which devices are led elsewhere",
                "iommu-api operation iommu=amd-vi pasid-device=true | pasid-device is for machines in which devices have default domains",
                "xen-swiotlb operation iommu=vtd walks=true | walks is for machines in which units serve requests",
                "xen-swiotlb step iommu=vtd device=any-address passthrough=true completion=any-order | completion is for machines in which a second invalidation is asked for",
                "xen-swiotlb operation iommu=amd-vi dte-update=paused | dte-update is for machines in which devices are led elsewhere",
                "xen-swiotlb operation coherent-memory=true streaming=false mappings=2 | mappings is for streaming=true",
                "xen-swiotlb operation coherent-memory=true streaming=false force=true | force is for streaming=true",
                "xen-swiotlb operation coherent-memory=true streaming=false shapes=pages | shapes is for streaming=true",
                "iommu-dma step queue-recovery=true | queue-recovery is for machines in which a wrong invalidation may be",
                "iommu-dma step iommu=amd-vi dte-update=paused | dte-update is for machines in which devices are led elsewhere",
                "iommu-dma step frames=2 flush=identity magazine=1 | magazine is for addresses that are handed out",
                "dma-iommu-mapping step queue-recovery=true | queue-recovery is for machines in which a wrong invalidation may be",
                "dma-iommu-mapping step sound-device=true | sound-device is for machines in which devices have default domains",
                "xen-io-spaces step iommu=vtd queue-recovery=true | queue-recovery is for machines in which a wrong invalidation may be",
                "xen-io-spaces step iommu=amd-vi pasid-device=true | pasid-device is for machines in which devices have default domains",
                "xen-io-spaces step iommu=amd-vi dte-update=paused | dte-update is for machines in which devices are led elsewhere",
                "xen-viommu step sound-device=true | sound-device is for machines in which devices have default domains",
                "xen-viommu-interrupts step passed=false virtual=1 delivery=remapped | delivery is for passed=true",
                "xen-viommu-interrupts step notifications=true verification=buses | verification is for guests' entries",
                "xen-vtd step iommu=none walks=true | walks is for machines in which units serve requests",
                "xen-vtd step iommu-domains=all | iommu-domains=all cannot be: iommu says which domains unless it names",
                "xen-vtd step iommu=amd-vi iommu-mask=1 iommu-domains=all | iommu-domains=all cannot be: iommu says",
                "iommu-dma step iommu=gart aperture=8 | aperture is for outside=1 and more",
                "iommu-dma step iommu=calgary chip=calioc2 stop-faults=true | stop-faults is for walks=true"
            })
    void whatChangesNothingIsRefused(String line, String why) {
        whatCannotBeIsRefused(line, why);
    }

    /** Commands of a second unit were completed by nobody once, so that whoever waited for one was stuck. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "iommu-dma step pages=1 frames=1 groups=2 units=2 invalidation=registers",
                "xen-io-spaces step iommu=vtd invalidation=registers"
            })
    void commandsInRegistersAreForOneUnit(String line) {
        whatCannotBeIsRefused(line, "several units are asked by their queues: invalidation=registers is for one");
    }

    /** 64 frames were too many for the set of a batch that there is none of. */
    @Test
    void sixtyFourFramesAreSearched() {
        Machine machine = Machines.machine("xen-io-spaces step domains=1 devices=1 units=1 frames=64");
        assertThat(machine.initial()).isNotEmpty();
    }

    @Test
    void slotsOfThreeSegmentsAreOnePool() {
        Machine machine = Machines.machine("xen-swiotlb operation iommu=none force=true frames=6 segments=3");
        assertThat(machine.initial()).isNotEmpty();
    }

    /** Tables of domain 0 that lead to all memory are not built again at its first device, without what it does not own then. */
    @Test
    void tablesThatLeadToAllMemoryStay() {
        Machine machine = Machines.machine(
                "xen-vtd step tables=first-device dom0-iommu=relaxed exchange=true assign=true frames=3"
                        + " granters=none handles=1 refs=1 iommu-mask=1 reallocation=false sides=host");
        Exploration found = new Explorer(machine, Machines.judge(machine, "own-frame-is-reachable"), Limits.none(1))
                .run(Progress.silent());
        assertThat(found.end()).isEqualTo(End.COMPLETE);
    }

    /**
     * Each of these was taken for a violation or a wrong claim once: an address is another call's as soon as it was freed, or given
     * to a flush queue that another call drains, and whoever unmapped it returns later; what lingers of a page whose driver keeps
     * it until the flush; a frame that was mapped by a grant after it was looked at; an address that an owner chooses, which the kernel
     * hands out to nobody; a device that is attached, whose unit had cached that it led nowhere; a request that waits while its bus is
     * stopped, and has read nothing yet. Two could not be built: an attach that fails, of devices whose absent entries are remembered.
     * Two were violations: under Xen-SWIOTLB a device was attached and the absence of its entry was not forgotten.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "iommu-dma step unmerged iommu=vtd pages=2 frames=1 cpus=2 flush=full-flush | addresses-balance handed-address-is-fresh",
                "iommu-dma step unmerged iommu=vtd pages=2 frames=1 cpus=2 flush=queue queue=1 | addresses-balance",
                "iommu-dma step unmerged iommu=vtd pages=2 frames=2 cpus=2 flush=queue queue=1 lists=whole | addresses-balance",
                "iommu-dma step iommu=vtd pages=2 frames=2 cpus=2 flush=full-flush kept-until-flush=true | handed-address-is-fresh",
                "iommu-dma operation owner=true held-back=zero pages=2 frames=1 | reserved-is-not-handed",
                "iommu-dma operation owner=true held-back=interrupts pages=2 frames=1 | reserved-is-not-handed",
                "iommu-dma step iommu=amd-vi device-cache=true owner=true devices=2 failing-attach=true pages=1 frames=1"
                        + " | legitimate-dma-passes no-foreign no-stale quarantine",
                "iommu-dma step iommu=vtd caching-mode=true owner=true devices=2 failing-attach=true pages=1 frames=1"
                        + " | legitimate-dma-passes no-foreign no-stale quarantine",
                "dma-iommu-mapping step iommu=calgary devices=1 pages=2 frames=2 | buffer-reaches-device nothing-older-leaks",
                "dma-iommu-mapping operation iommu=amd-vi device-cache=true devices=1 pages=1 | legitimate-dma-passes",
                "dma-iommu-mapping step iommu=amd-vi device-cache=true devices=1 pages=1 | legitimate-dma-passes",
                "xen-viommu operation iommu=amd-vi device-cache=true hotplug=true frames=1 guests=1 | composed-is-reachable same-answer",
                "xen-viommu step iommu=amd-vi device-cache=true hotplug=true frames=1 guests=1 | composed-is-reachable same-answer",
                "xen-swiotlb operation iommu=vtd invalidation=registers caching-mode=true | legitimate-dma-passes",
                "xen-swiotlb step iommu=vtd caching-mode=true walks=true context-cache=true passthrough=true privileged=false"
                        + " device=any-address frames=4 low=3 foreign=true layer=booted | legitimate-dma-passes no-stale-context",
                "xen-swiotlb step iommu=amd-vi device-cache=true passthrough=true privileged=false"
                        + " device=any-address frames=4 low=3 foreign=true layer=booted | legitimate-dma-passes no-stale-context",
                "xen-vtd operation refs=1 handles=1 domain-death=true !invalidation.page-without-psi | no-foreign",
                "xen-io-spaces step unmerged iommu=calgary frames=1 grants=true | no-foreign"
            })
    void isNoViolation(String line, String judged) {
        Machine machine = Machines.machine(line);
        Exploration found = new Explorer(
                        machine,
                        Machines.judge(machine, judged.split(" ")),
                        Limits.none(1),
                        Comparison.toTheHarm(DISCIPLINE))
                .run(Progress.silent());
        assertThat(found.end()).isEqualTo(End.COMPLETE);
    }

    /** For a quarter of an hour, from another seed each time. */
    @Tag("deep")
    @Test
    void norForLong() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<String> wrong = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(15);
        while (System.nanoTime() - end < 0) {
            attempt(random, 200_000).ifPresent(wrong::add);
        }
        assertThat(wrong).as("seed " + seed).isEmpty();
    }

    /** What holds with quiet steps merged holds with each step by itself, as far as this many states show it. */
    @Test
    void whatHoldsDoesWithAllSteps() {
        assertThat(brokenWithAllSteps(100)).isEmpty();
    }

    @Tag("deep")
    @Test
    void whatHoldsDoesWithAllStepsFurtherOn() {
        assertThat(brokenWithAllSteps(200_000)).isEmpty();
    }

    private static List<String> brokenWithAllSteps(long states) {
        List<String> broken = new ArrayList<>();
        for (Scenario scenario : SCENARIOS) {
            MachineSpec spec = scenario.machine();
            if (spec.granularity() != Granularity.STEP
                    || !spec.merged()
                    || scenario.expect().violated()) {
                continue;
            }
            Machine machine = Machines.CATALOG.machine(
                    new MachineSpec(spec.component(), spec.settings(), spec.granularity(), false, spec.faults()));
            Exploration found = search(scenario, spec, machine, states, false);
            if (found.end() != End.COMPLETE && found.end() != End.LIMIT) {
                broken.add(scenario.id() + ": " + found.end());
            }
        }
        return broken;
    }

    /** What is wrong with a machine at random, if anything is. */
    private Optional<String> attempt(SplittableRandom random, long states) {
        Scenario scenario = SCENARIOS.get(random.nextInt(SCENARIOS.size()));
        MachineSpec spec = changed(scenario.machine(), random);
        boolean symmetric = random.nextInt(4) == 0;
        Machine machine;
        try {
            machine = Machines.CATALOG.machine(spec);
            machine.initial();
        } catch (BadSettingException e) {
            refused++;
            return Optional.empty();
        } catch (RuntimeException | AssertionError e) {
            return Optional.of(spec + ": " + e);
        }
        searched++;
        try {
            return search(scenario, spec, machine, states, symmetric).end() == End.MISCLAIM
                            && !leavesTheDiscipline(spec)
                    ? Optional.of(spec + " disagrees")
                    : Optional.empty();
        } catch (RuntimeException | AssertionError e) {
            return Optional.of(spec + (symmetric ? " with symmetry: " : ": ") + e);
        }
    }

    /** Code that does what no discipline allows, and says so where the property is judged that it breaks. */
    private static boolean leavesTheDiscipline(MachineSpec spec) {
        Map<String, String> is = spec.settings();
        boolean rightless = is.getOrDefault("from-device", "").equals("write-only")
                && is.getOrDefault("iommu", "").equals("gart");
        boolean freedEarly = !is.getOrDefault("coherent-frames", "0").equals("0")
                && is.getOrDefault("flush", "").equals("queue");
        return rightless || freedEarly;
    }

    private static MachineSpec changed(MachineSpec own, SplittableRandom random) {
        List<Parameter> all = Machines.CATALOG.component(own.component()).parameters();
        Map<String, String> values = new TreeMap<>();
        for (int n = random.nextInt(MOST_CHANGES); n >= 0; n--) {
            Parameter p = all.get(random.nextInt(all.size()));
            values.put(p.name(), value(p, random));
        }
        MachineSpec other = own.withSettings(values);
        Granularity granularity = random.nextInt(3) > 0 ? Granularity.STEP : Granularity.OPERATION;
        return new MachineSpec(other.component(), other.settings(), granularity, random.nextInt(8) > 0, List.of());
    }

    private static String value(Parameter p, SplittableRandom random) {
        return p.choices().isEmpty()
                ? Long.toString(Math.min(p.max(), p.min() + random.nextInt(NUMBERS)))
                : p.choices().get(random.nextInt(p.choices().size()));
    }

    /** As {@code check} does: compared until something breaks, where the scenario's faults and failures are not what it is about. */
    private static Exploration search(
            Scenario scenario, MachineSpec spec, Machine machine, long states, boolean symmetric) {
        List<String> judged = scenario.invariants().stream()
                .filter(id -> Machines.applicable(machine).contains(id))
                .toList();
        String reason = machine.model().notCompared();
        boolean strict = spec.faults().isEmpty() && !scenario.expect().violated();
        Comparison comparison = !reason.isEmpty()
                ? Comparison.none(reason)
                : strict ? Comparison.toTheHarm(DISCIPLINE) : Comparison.with(ClaimsTest.DISCIPLINE, false);
        Limits none = Limits.none(1);
        Limits few = new Limits(none.depth(), 1, none.seconds(), states, none.memory());
        Explorer explorer =
                new Explorer(machine, Machines.judge(machine, judged.toArray(new String[0])), few, comparison);
        if (symmetric) {
            SymmetryGroup.of(machine).ifPresent(explorer::upTo);
        }
        return explorer.run(Progress.silent());
    }
}
