package dev.moat.conform.cost;

import dev.moat.conform.rows.RowTally;
import dev.moat.conform.xen.EntryChanges;
import dev.moat.conform.xen.QueueLog.Descriptor;
import dev.moat.conform.xen.QueueLog.Kind;
import dev.moat.conform.xen.VtdConfiguration;
import dev.moat.conform.xen.VtdJudge;
import dev.moat.conform.xen.XenBench;
import dev.moat.conform.xen.XenOp;
import dev.moat.conform.xen.XenRecords;
import dev.moat.conform.xen.XenRow;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What flush policies cost for a recorded sequence of hypercalls. The sequence runs on the executable Xen at real sizes,
 * which invalidates after each element, as the recorded one does; what that asks of hardware during each hypercall is
 * then priced under each policy that keeps the strict promise ({@link FlushPrice}). Policies differ only in what map and
 * unmap owe for the mapper's own entries; everything else costs the same under each.
 */
public final class RecordedWorkload implements VtdJudge.Watch {
    /**
     * The sum over all hypercalls of one kind.
     *
     * @param configuration hardware and command line, as the file names it
     * @param policy the flush policy
     * @param operation as the file names it
     * @param calls hypercalls
     * @param elements rows, the elements of batches counted one by one
     * @param added entries that became present, of domains with a device
     * @param promoted entries that became writable
     * @param demoted entries that became read-only
     * @param removed entries that became absent
     * @param unused changes of all kinds in tables of domains without a device
     * @param contexts context-cache descriptors
     * @param translations IOTLB descriptors
     * @param waits wait descriptors, or register commands that were polled
     * @param bufferFlushes write-buffer flushes that hardware with CAP.RWBF = 1 would need beside
     */
    public record Line(
            String configuration,
            String policy,
            String operation,
            int calls,
            int elements,
            int added,
            int promoted,
            int demoted,
            int removed,
            int unused,
            int contexts,
            int translations,
            int waits,
            int bufferFlushes) {
        private Line plus(Line o) {
            return new Line(
                    configuration,
                    policy,
                    operation,
                    calls + o.calls,
                    elements + o.elements,
                    added + o.added,
                    promoted + o.promoted,
                    demoted + o.demoted,
                    removed + o.removed,
                    unused + o.unused,
                    contexts + o.contexts,
                    translations + o.translations,
                    waits + o.waits,
                    bufferFlushes + o.bufferFlushes);
        }
    }

    /**
     * A priced file.
     *
     * @param run how the executable Xen's answers compare with the recorded ones, and what was skipped
     * @param lines by configuration, then by policy, then in the order in which operations first occur
     */
    public record Result(RowTally run, List<Line> lines) {
        public Result {
            lines = List.copyOf(lines);
        }
    }

    private final Map<String, FlushPrice> policies;
    private final Map<List<String>, Map<String, Line>> sums = new LinkedHashMap<>();
    private @Nullable XenBench bench;
    private @Nullable EntryChanges changes;
    private boolean cachingMode;
    private boolean registers;

    private RecordedWorkload(int threshold) {
        policies = FlushPrice.policies(threshold);
    }

    /**
     * Prices every hypercall of a file.
     *
     * @param file the name that messages print
     * @param threshold changed pages from which the last policy flushes the whole domain
     * @throws InputException for a file that is none of a Xen with devices, as {@link XenRecords#runWithDevices} says
     */
    public static Result run(String file, Reader in, int threshold) throws IOException {
        RecordedWorkload workload = new RecordedWorkload(threshold);
        RowTally tally = XenRecords.runWithDevices(file, in, workload);
        List<Line> lines = new ArrayList<>();
        workload.sums.values().forEach(byOperation -> lines.addAll(byOperation.values()));
        return new Result(tally, lines);
    }

    @Override
    public void begin(XenBench fresh, VtdConfiguration configuration) {
        bench = fresh;
        changes = new EntryChanges(fresh.machine(), fresh.state());
        cachingMode = configuration.cachingMode();
        registers = configuration.registers();
    }

    @Override
    public void ran(XenRow row) {
        if (bench != null && changes != null) {
            changes.note(bench.state());
        }
    }

    @Override
    public void returned(List<XenRow> step, List<Descriptor> asked) {
        XenRow first = step.get(0);
        String configuration = first.suite().text();
        if (changes == null || first.op() == XenOp.PROBE) {
            return;
        }
        int[] kinds = changes.take();
        int unused = changes.takeUnused();
        int elements =
                (int) step.stream().filter(row -> row.op() != XenOp.PROBE).count();
        int contexts = count(asked, Kind.CONTEXT);
        int all = count(asked, Kind.PAGE) + count(asked, Kind.DOMAIN);
        List<Descriptor> own = ownPages(first, asked);
        int pages = (int) own.stream().map(Descriptor::page).distinct().count();
        int otherWaits = (registers ? contexts + all : count(asked, Kind.WAIT)) - own.size();
        int flushes = cachingMode ? 0 : kinds[EntryChanges.ADDED];
        policies.forEach((policy, price) -> {
            Line line = new Line(
                    configuration,
                    policy,
                    first.op().label(),
                    1,
                    elements,
                    kinds[EntryChanges.ADDED],
                    kinds[EntryChanges.PROMOTED],
                    kinds[EntryChanges.DEMOTED],
                    kinds[EntryChanges.REMOVED],
                    unused,
                    contexts,
                    all - own.size() + price.descriptors(own.size(), pages),
                    otherWaits + price.waits(own.size()),
                    flushes);
            sums.computeIfAbsent(List.of(configuration, policy), key -> new LinkedHashMap<>())
                    .merge(line.operation(), line, Line::plus);
        });
    }

    /** What a map or unmap asked for the caller's own pages, which is what policies differ in. */
    private List<Descriptor> ownPages(XenRow row, List<Descriptor> asked) {
        if (row.op() != XenOp.MAP && row.op() != XenOp.UNMAP) {
            return List.of();
        }
        int did = row.actor() + (cachingMode ? 1 : 0);
        return asked.stream()
                .filter(d -> d.kind() == Kind.PAGE && d.did() == did)
                .toList();
    }

    private static int count(List<Descriptor> asked, Kind kind) {
        return (int) asked.stream().filter(d -> d.kind() == kind).count();
    }
}
