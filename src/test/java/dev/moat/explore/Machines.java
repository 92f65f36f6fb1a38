package dev.moat.explore;

import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Model;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Machines of the tests, each written on one line: {@code component granularity [unmerged] [name=value]... [!fault]...},
 * for example {@code xen-vtd step cpus=2 refs=1 !unmap.no-invalidation}. A fault may be an edit of a program, with {@code ~} between
 * its words: {@code !drop~resume~in~own_map}.
 */
final class Machines {
    static final Catalog CATALOG = Catalog.load();
    static final InvariantLibrary LIBRARY =
            InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"));

    private Machines() {}

    static MachineSpec spec(String line) {
        String[] words = line.trim().split("\\s+");
        Map<String, String> settings = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        boolean merged = true;
        for (String word : List.of(words).subList(2, words.length)) {
            if (word.equals("unmerged")) {
                merged = false;
            } else if (word.startsWith("!")) {
                faults.add(word.substring(1).replace('~', ' '));
            } else {
                int at = word.indexOf('=');
                settings.put(word.substring(0, at), word.substring(at + 1));
            }
        }
        Granularity granularity = Granularity.valueOf(words[1].toUpperCase(Locale.ROOT));
        return new MachineSpec(words[0], settings, granularity, merged, faults);
    }

    static Machine machine(String line) {
        return CATALOG.machine(spec(line));
    }

    /** A judge of every invariant of the library that speaks only of what the machine's component gives a meaning to. */
    static Judge judge(Machine machine) {
        return judge(machine, applicable(machine).toArray(new String[0]));
    }

    static Judge judge(Machine machine, String... ids) {
        List<Invariant> invariants = List.of(ids).stream().map(LIBRARY::get).toList();
        Model model = machine.model();
        return new Judge(invariants, model.abstraction(), model.schema());
    }

    /** What can be said of the IOMMU API, which grants nothing. */
    private static final List<String> CALLS = List.of(
            "legitimate-dma-passes",
            "live-mapping-is-readable",
            "live-mapping-is-writable",
            "no-foreign",
            "no-stale",
            "nothing-lingers");

    /** What can be said of the allocator of the DMA layer, and of nothing else. */
    private static final List<String> DMA_LAYER_ONLY = List.of(
            "addresses-balance",
            "buffers-balance",
            "handed-is-in-reach",
            "only-the-part-shows",
            "queued-is-flushed",
            "returned-leads-nowhere-else",
            "tables-balance",
            "untrusted-is-confined",
            "write-only-is-kept");

    /** The DMA layer hands addresses out and groups, too. */
    private static final List<String> DMA_LAYER = List.of(
            "addresses-balance",
            "assigned-device-is-led",
            "buffers-balance",
            "entry-means-its-space",
            "free-is-unreachable",
            "handed-address-is-fresh",
            "handed-is-in-reach",
            "io-table-is-unreachable",
            "legitimate-dma-passes",
            "live-mapping-is-readable",
            "live-mapping-is-writable",
            "no-foreign",
            "no-foreign-request",
            "no-stale",
            "no-stale-context",
            "nothing-lingers",
            "only-the-part-shows",
            "quarantine",
            "queued-is-flushed",
            "reserved-is-not-handed",
            "returned-leads-nowhere-else",
            "tables-balance",
            "untrusted-is-confined",
            "walked-is-table",
            "write-only-is-kept");

    /** What can be said of ARM's mapping; of buffers only where their lines are in the state. */
    private static final List<String> ARM = List.of(
            "assigned-device-is-led",
            "entry-means-its-space",
            "handed-address-is-fresh",
            "legitimate-dma-passes",
            "live-mapping-is-readable",
            "live-mapping-is-writable",
            "no-foreign",
            "no-foreign-request",
            "no-request-strays",
            "no-stale",
            "no-stale-context",
            "nothing-lingers",
            "quarantine",
            "write-only-is-kept");

    private static final List<String> ARM_BUFFERS =
            List.of("buffer-reaches-device", "device-data-arrives", "nothing-older-leaks");

    private static List<String> ofArm(Model model) {
        boolean buffers = model.abstraction().relation("forDevice").isPresent();
        return Stream.concat(ARM.stream(), buffers ? ARM_BUFFERS.stream() : Stream.of())
                .toList();
    }

    /** What can be said of I/O spaces, and of nothing else but them. */
    private static final List<String> SPACES_ONLY =
            List.of("exposed-device-is-ready", "mapped-address-is-served", "reserved-is-not-handed");

    /** And of frontends. */
    private static final List<String> FRONTENDS = List.of("frontend-has-its-device");

    /** And of domains that die. */
    private static final List<String> DEATHS = List.of("nothing-outlives-its-domain");

    /** What can be said of the DMA layer on their hypercalls; the last one of nothing else. */
    private static final List<String> TRANSFERS = List.of(
            "bounce-is-reachable",
            "buffer-reaches-device",
            "device-data-arrives",
            "direct-is-the-buffer",
            "mapping-has-its-transfer");

    /** What can be said of them besides. */
    private static final List<String> SPACES = List.of(
            "assigned-device-is-led",
            "entry-means-its-space",
            "flight-follows-assignment",
            "free-is-unreachable",
            "handed-address-is-fresh",
            "no-foreign",
            "no-foreign-request",
            "no-request-strays",
            "no-stale",
            "no-stale-context",
            "nothing-lingers",
            "quarantine");

    /** What can be said of a paravirtual domain's memory and of its bounced DMA, and of nothing else. */
    private static final List<String> PV = List.of(
            "bounce-is-reachable",
            "buffer-reaches-device",
            "coherent-is-one-piece",
            "device-data-arrives",
            "direct-is-the-buffer",
            "exchanged-is-in-use",
            "frames-are-kept",
            "iomap-is-no-memory",
            "no-sleep-under-lock",
            "nothing-else-changes",
            "nothing-older-leaks",
            "p2m-is-injective",
            "p2m-matches-m2p",
            "pool-is-low",
            "pool-is-recognised",
            "pte-follows-p2m",
            "released-is-blank",
            "released-is-unreachable",
            "slot-counts-are-right",
            "slot-has-one-mapping");

    /** What can be said of it besides; where there is no IOMMU, there is nothing to be said of translations. */
    private static final List<String> PV_TOO = List.of("free-is-unreachable", "no-foreign-request");

    private static final List<String> PV_WITH_IOMMU = List.of(
            "legitimate-dma-passes",
            "live-mapping-is-readable",
            "live-mapping-is-writable",
            "no-foreign",
            "no-stale",
            "nothing-lingers",
            "own-frame-is-reachable");

    /** What can be said of a device that the domain gets while it runs; the first of nothing else. */
    private static final List<String> PV_PASSED =
            List.of("transfer-has-its-device", "exposed-device-is-ready", "iomap-follows-assignment");

    private static final List<String> PV_PASSED_WITH_IOMMU =
            List.of("assigned-device-is-led", "flight-follows-assignment", "no-stale-context", "quarantine");

    /** What can be said of guests with vIOMMUs and of nothing else. */
    private static final List<String> VIOMMU = List.of(
            "blocked-dma-is-recorded",
            "break-before-make",
            "completion",
            "composed-is-reachable",
            "composition",
            "destroyed-leaves-nothing",
            "detach-leaves-nothing",
            "front-ends-agree",
            "message-window-is-unmapped",
            "same-answer",
            "unit-is-private");

    /** What can be said of them besides. */
    private static final List<String> VIOMMU_TOO = List.of(
            "frames-are-kept",
            "free-is-unreachable",
            "no-foreign",
            "no-foreign-request",
            "no-stale",
            "no-stale-context",
            "quarantine");

    /** What can be said of interrupts, and of nothing else. */
    private static final List<String> INTERRUPTS = List.of(
            "blocked-interrupt-is-recorded",
            "detach-leaves-no-interrupt",
            "index-is-one-devices",
            "interrupt-follows-entry",
            "interrupt-in-domain",
            "message-goes-by-its-entry",
            "posted-interrupt-is-noticed",
            "waiting-vcpu-is-woken",
            "routed-interrupt-arrives",
            "silent-entry-records-nothing",
            "status-is-as-commanded");

    /** Of these where it is Xen alone that writes entries. */
    private static final List<String> XENS_INTERRUPTS = List.of(
            "detach-leaves-no-interrupt", "index-is-one-devices", "interrupt-in-domain", "routed-interrupt-arrives");

    /** What can be said of shared virtual memory, and of nothing else. */
    private static final List<String> SVM = List.of(
            "first-level-completion",
            "first-level-is-reachable",
            "page-request-is-answered-once",
            "pasid-is-one-guests",
            "unbound-pasid-serves-nothing");

    /** What can be said of a hostile guest's registers. */
    private static final List<String> REGISTERS =
            List.of("reads-stay-in-guest", "register-write-is-bounded", "status-stays-in-guest");

    private static List<String> ofPv(Model model) {
        List<String> all = new ArrayList<>(PV);
        all.addAll(PV_TOO);
        if (model.abstraction().relation("mapR").isPresent()) {
            all.addAll(PV_WITH_IOMMU);
        }
        if (model.abstraction().relation("exposed").isPresent()) {
            all.addAll(PV_PASSED);
            all.addAll(model.abstraction().relation("mapR").isPresent() ? PV_PASSED_WITH_IOMMU : List.of());
        }
        return all;
    }

    /** What can be said wherever a relation has a meaning. */
    private static final List<String> BY_RELATION = List.of(
            "data-stays-home dataOf",
            "given-up-goes-back givenUp",
            "moved-interrupt-arrives interruptMoves",
            "no-alias-in-the-way givenUpAlias",
            "records-are-used-in-turn inRecordDma",
            "stopped-traffic-goes-on trafficStopped");

    static List<String> applicable(Machine machine) {
        Stream<String> also = BY_RELATION.stream()
                .map(line -> line.split(" "))
                .filter(e -> means(machine, e[1]))
                .map(e -> e[0]);
        return Stream.concat(ofComponent(machine).stream(), also).sorted().toList();
    }

    /** The reference model has no context cache and no pins; the other component has everything but where frames have types. */
    private static List<String> ofComponent(Machine machine) {
        if (means(machine, "kernelReaches")) {
            return ofPv(machine.model());
        }
        if (machine.schema().families().stream().anyMatch(f -> f.name().equals("host-writes"))) {
            return PkvmKills.JUDGED;
        }
        boolean p2m = means(machine, "p2mLocked");
        if (p2m || machine.schema().families().stream().anyMatch(f -> f.name().equals("domain.mode"))) {
            return p2m ? P2mKills.JUDGED : GrowthKills.JUDGED;
        }
        if (machine.schema().families().stream().anyMatch(f -> f.name().equals("guest.gscid"))) {
            return NestedKills.JUDGED;
        }
        if (machine.schema().families().stream().anyMatch(f -> f.name().equals("ste.config"))) {
            return StreamKills.JUDGED;
        }
        if (machine.schema().families().stream().anyMatch(f -> f.name().equals("cons"))) {
            return StreamKills.JUDGED_OF_QUEUES;
        }
        if (means(machine, "guestOwes")) {
            boolean both = means(machine, "hasModel");
            boolean calls = means(machine, "hasUnit");
            boolean records = means(machine, "refusedDma");
            return Stream.concat(VIOMMU.stream(), VIOMMU_TOO.stream())
                    .filter(id -> both || !id.equals("front-ends-agree"))
                    .filter(id -> calls || !id.equals("destroyed-leaves-nothing"))
                    .filter(id -> records || !id.equals("blocked-dma-is-recorded"))
                    .toList();
        }
        if (means(machine, "overworked")) {
            return REGISTERS;
        }
        if (means(machine, "servesR")) {
            return SVM;
        }
        if (means(machine, "reachesLine")) {
            if (machine.model().abstraction().relation("guestLine").isEmpty()) {
                return XENS_INTERRUPTS;
            }
            boolean messages = means(machine, "messageEnds");
            boolean notified = means(machine, "notified");
            boolean woken = means(machine, "wokenSoon");
            return INTERRUPTS.stream()
                    .filter(id -> messages || !id.equals("message-goes-by-its-entry"))
                    .filter(id -> notified || !id.equals("posted-interrupt-is-noticed"))
                    .filter(id -> woken || !id.equals("waiting-vcpu-is-woken"))
                    .toList();
        }
        if (means(machine, "promised")) {
            boolean layer = means(machine, "inUse");
            List<String> transfers = layer ? TRANSFERS : List.of();
            boolean asked = means(machine, "driven");
            boolean die = means(machine, "dead");
            return Stream.of(
                            SPACES,
                            SPACES_ONLY,
                            asked ? FRONTENDS : List.<String>of(),
                            die ? DEATHS : List.<String>of(),
                            transfers)
                    .flatMap(List::stream)
                    .toList();
        }
        boolean pins = means(machine, "pins");
        if (pins && machine.model().abstraction().relation("refs").isEmpty()) {
            return ofXen().filter(id -> !id.equals("references-match-holds")).toList();
        }
        if (means(machine, "blockedR") && !pins) {
            boolean layer = means(machine, "handed");
            boolean held = means(machine, "heldBack");
            return layer && !held ? ofArm(machine.model()) : layer ? DMA_LAYER : CALLS;
        }
        return pins ? ofXen().toList() : List.of("demotion-invalidated", "no-foreign", "no-stale", "nothing-lingers");
    }

    private static boolean means(Machine machine, String relation) {
        return machine.model().abstraction().relation(relation).isPresent();
    }

    private static Stream<String> ofXen() {
        List<List<String>> others = List.of(
                PV, PV_PASSED, VIOMMU, INTERRUPTS, SVM, SPACES_ONLY, DMA_LAYER_ONLY, TRANSFERS, FRONTENDS, DEATHS);
        return LIBRARY.ids().stream()
                .filter(id -> others.stream().noneMatch(o -> o.contains(id)))
                .filter(id -> BY_RELATION.stream().noneMatch(line -> line.startsWith(id + " ")))
                .filter(id -> !REGISTERS.contains(id) && !P2mKills.ONLY.contains(id))
                .filter(id -> !id.equals("handed-address-is-fresh"));
    }

    static Exploration explore(Machine machine, Judge judge, int workers) {
        return new Explorer(machine, judge, Limits.none(workers)).run(Progress.silent());
    }

    /** The same with one worker, and at most a million states: for one of some hundred searches. */
    static Exploration exploreSmall(Machine machine, Judge judge) {
        return new Explorer(machine, judge, small()).run(Progress.silent());
    }

    /** As {@link DepthSurvey#run}, of at most a million states. */
    static int[] survey(Machine machine, Judge judge) {
        return new DepthSurvey(machine, judge, small()).run(Progress.silent());
    }

    private static Limits small() {
        Limits none = Limits.none(1);
        return new Limits(none.depth(), 1, none.seconds(), 1_000_000, none.memory());
    }
}
