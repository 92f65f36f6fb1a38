package dev.moat.conform.cost;

import dev.moat.conform.xen.EntryChanges;
import dev.moat.conform.xen.XenBench;
import dev.moat.grant.MapFlags;
import dev.moat.grant.SharedEntry;
import dev.moat.iommu.Families;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.memory.Frames;
import dev.moat.model.BadSettingException;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a flush policy costs: the descriptors that hardware executes during each operation of a workload, run on the
 * executable Xen at real sizes. Only policies that keep the strict promise are compared; the changes that they pay for are
 * the same.
 */
public final class PolicyCost {
    /** Flags of a host mapping, for writing and read-only. */
    private static final int WRITABLE = MapFlags.HOST_MAP;

    private static final int READ_ONLY = MapFlags.HOST_MAP | MapFlags.READONLY;
    private static final int HOST_SIDE = 1;
    private static final int GRANTER = 0;
    private static final int MAPPER = 1;
    /** References to frames of their own; a second one to each frame follows them. */
    private static final int MOST = 64;

    private static final int CPU = 0;
    /** The family that is priced where none is named. */
    public static final String VTD = Families.DEFAULT;

    private static final String DOMAINS = "iommu-domains";

    /**
     * One operation's cost.
     *
     * @param policy the flush policy, as parameters name it; {@code no tables} for a mapper without I/O tables, {@code no
     *     device} for one with tables and no device
     * @param operation what was done
     * @param elements elements of its batch
     * @param added entries that became present
     * @param promoted entries that became writable
     * @param demoted entries that became read-only
     * @param removed entries that became absent
     * @param unused changes of all kinds in the tables of a domain without a device
     * @param pages page-selective IOTLB descriptors
     * @param domains domain-selective IOTLB descriptors
     * @param waits wait descriptors, each awaited
     * @param bufferFlushes flushes of the write buffer, each awaited; 0 on hardware that has none
     * @param ioSteps steps that look at or change I/O tables, or queue or await something
     */
    public record Row(
            String policy,
            String operation,
            int elements,
            int added,
            int promoted,
            int demoted,
            int removed,
            int unused,
            int pages,
            int domains,
            int waits,
            int bufferFlushes,
            int ioSteps) {}

    private final Machine machine;
    private final Stepper stepper;
    private final long[] s;
    private final EntryChanges changes;
    private final Served served;
    private final String policy;
    private final int batch;

    private PolicyCost(String iommu, String policy, Map<String, String> settings) {
        this.policy = policy;
        batch = Integer.parseInt(settings.getOrDefault("batch", "1"));
        machine = Catalog.load().machine(new MachineSpec("xen", settings, Granularity.OPERATION, true, List.of()));
        stepper = machine.stepper();
        s = machine.initial();
        served = Served.of(iommu, machine);
        stepper.watch(served::note);
        grantAll();
        changes = served.changes(s);
    }

    /** The policies that keep the promise that nothing lingers when unmap returns, by the settings that choose them on VT-d. */
    public static Map<String, Map<String, String>> strictPolicies(int threshold) {
        Map<String, Map<String, String>> policies = new LinkedHashMap<>();
        for (String word : List.of("strict", "batch-end", "domain-wide", "queued")) {
            policies.put(word, Map.of("flush", word));
        }
        policies.put(domainWideFrom(threshold), Map.of("flush", "batch-end", "domain-wide-from", "" + threshold));
        policies.put("no device", Map.of("flush", "strict", DOMAINS, "all", "devices", "1"));
        policies.put("no tables", Map.of("flush", "strict", DOMAINS, "none"));
        return policies;
    }

    static String domainWideFrom(int threshold) {
        return "domain-wide from " + threshold;
    }

    /**
     * The default workload under one policy: maps of new frames, of frames that are mapped already, and of frames that are
     * mapped read-only; then unmaps of the writers of those, of mappings beside which others stay, and of the last ones.
     *
     * @param iommu the id of the family of IOMMUs
     * @param chosen the settings of the policy, and capabilities of the hardware if it is to be another; invalidation by
     *     registers is not counted
     * @param elements elements of each batch, 1 to 64
     * @throws BadSettingException when the settings do not fit
     */
    public static List<Row> measure(String iommu, String policy, Map<String, String> chosen, int elements) {
        Served.require(iommu);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("iommu", iommu);
        if (!iommu.equals("calgary")) {
            settings.put("levels", "3");
            settings.put("index-bits", "9");
            settings.put("ring", "256");
        }
        settings.put("pin-bits", "8");
        settings.put("refs", "" + 2 * MOST);
        settings.put("handles", "" + 4 * MOST);
        settings.put("frames", "" + (MOST + 2));
        settings.put("batch", "" + elements);
        settings.putAll(chosen);
        return new PolicyCost(iommu, policy, settings).run();
    }

    private List<Row> run() {
        List<Row> rows = new ArrayList<>();
        rows.add(map("map rw, entry absent", 0, WRITABLE));
        rows.add(map("map rw, entry there", MOST, WRITABLE));
        rows.add(unmap("unmap, another stays", batch));
        rows.add(unmap("unmap, the last one", 0));
        rows.add(map("map ro, entry absent", 0, READ_ONLY));
        rows.add(map("map rw, entry read-only", MOST, WRITABLE));
        rows.add(unmap("unmap rw, ro stays", batch));
        rows.add(unmap("unmap ro, the last one", 0));
        return rows;
    }

    /** The granter owns the frames beside its own first one, and grants each by two references. */
    private void grantAll() {
        Slots owner = XenBench.slots(machine, "owner");
        Slots state = XenBench.slots(machine, "frame.state");
        Slots shared = XenBench.slots(machine, "shared");
        for (int i = 0; i < MOST; i++) {
            int frame = i + 2;
            owner.set(s, frame, GRANTER + 1);
            state.set(s, frame, Frames.ALLOCATED);
            shared.set(s, GRANTER, i, SharedEntry.permitting(MAPPER, frame, false));
            shared.set(s, GRANTER, MOST + i, SharedEntry.permitting(MAPPER, frame, false));
        }
    }

    private Row map(String operation, int firstRef, int flags) {
        int steps = batched()
                ? call("map_grant_ref", MAPPER, GRANTER, firstRef, flags, batch)
                : call("map_grant_ref", MAPPER, GRANTER, firstRef, flags, 0);
        return row(operation, steps);
    }

    private Row unmap(String operation, int firstHandle) {
        int steps = batched()
                ? call("unmap_grant_ref", MAPPER, firstHandle, HOST_SIDE, batch)
                : call("unmap_grant_ref", MAPPER, firstHandle, 1, 0);
        return row(operation, steps);
    }

    /** Whether calls are of batches; a single element under the strict policy is called as a guest calls it. */
    private boolean batched() {
        return machine.schema().families().stream().anyMatch(f -> f.name().equals("batch.mapper") && f.size() > 0);
    }

    private int call(String operation, int... arguments) {
        int status = stepper.call(operation, CPU, s, arguments);
        if (status != 0) {
            throw new IllegalStateException(operation + " of the workload answers " + status);
        }
        return (int) stepper.lastSteps().stream().filter(this::isOfIommu).count();
    }

    /** Steps that a mapper without I/O tables does not run. */
    private boolean isOfIommu(String step) {
        String name = step.substring(step.indexOf('/') + 1);
        return name.equals("upkeep")
                || name.startsWith("queue-")
                || name.startsWith("await")
                || served.isDriverStep(name);
    }

    private Row row(String operation, int steps) {
        changes.note(s);
        int[] kinds = changes.take();
        Served.Count asked = served.take();
        return new Row(
                policy,
                operation,
                batch,
                kinds[EntryChanges.ADDED],
                kinds[EntryChanges.PROMOTED],
                kinds[EntryChanges.DEMOTED],
                kinds[EntryChanges.REMOVED],
                changes.takeUnused(),
                asked.pages(),
                asked.domains(),
                asked.waits(),
                asked.bufferFlushes(),
                steps);
    }
}
