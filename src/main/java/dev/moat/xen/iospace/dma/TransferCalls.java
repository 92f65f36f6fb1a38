package dev.moat.xen.iospace.dma;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Sort;
import dev.moat.xen.iospace.program.Hypercalls;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.HypercallError;
import dev.moat.xen.iospace.state.SpaceState;
import dev.moat.xen.iospace.state.Transfers;
import java.util.List;

/**
 * The DMA API of a domain's kernel on the hypercalls: {@code dma_map} of a buffer of one page or two, whose frames need not
 * follow each other, or of coherent memory; {@code dma_map_sg} of two buffers; {@code dma_unmap}. On a translated bus a
 * hypercall chooses addresses that follow each other; when it has none, or the bus is not translated and frames do not
 * follow, the buffer bounces. A list is mapped element by element, and what was mapped is unmapped when one is refused.
 * {@code @source} xen-devel 2006, Xen Calgary IOMMU support: the DMA API makes hypercalls to map and unmap pages; Linux 6.1
 * kernel/dma: dma_direct_map_page, swiotlb_map.
 */
public final class TransferCalls {
    public static final String MAP = "dma_map";
    public static final String MAP_LIST = "dma_map_sg";
    public static final String UNMAP = "dma_unmap";

    private static final String MAP_CALL = "map-";
    private static final String UNMAP_CALL = "unmap-";
    private static final int COHERENT = 1;
    private static final int TO_DEVICE = 2;

    private final SpaceState state;
    private final Transfers transfers;
    private final Call call;
    private final Hypercalls.Programs hypercalls;
    /** {@code dma.follows}: (first frame, second frame) to 1 when the second follows the first in the machine. */
    private final Decision follows;
    /** {@code dma.pool-address}: (slot, whether the bus is translated) to the page that the device is told. */
    private final Decision poolAddress;
    /** {@code dma.list-address}: (part, page returned for it) to the page that the device is told. */
    private final Decision listAddress;
    /** {@code dma.copies}: (whether it ends, part) to 1 when that part of a bounced buffer is copied. */
    private final Decision copies;

    public TransferCalls(SpaceState state, Call call, Hypercalls.Programs hypercalls, ModelBuilder model) {
        this.state = state;
        transfers = state.transfers;
        this.call = call;
        this.hypercalls = hypercalls;
        follows = model.decision("dma.follows", (s, first, second, c) -> second == first + 1 ? 1 : 0);
        poolAddress = model.decision(
                "dma.pool-address",
                (s, slot, translated, c) -> translated != 0 ? transfers.poolPage(slot) : transfers.poolFrame(slot));
        listAddress = model.decision("dma.list-address", (s, part, page, c) -> page);
        copies = model.decision("dma.copies", (s, ends, part, c) -> 1);
    }

    public void declare(ModelBuilder model) {
        List<int[]> buffers = Buffers.of(state.setting.frames.size() - Transfers.SLOTS);
        List<int[]> pairs = buffers.stream().filter(b -> b.length == 2).toList();
        List<String> whats =
                state.setting.readOnly ? List.of("both", "coherent", "to-device") : List.of("both", "coherent");
        Argument device = new Argument("device", state.setting.requesters);
        Argument what = new Argument("what", new Sort("Transfer", whats));
        Operation.Start map = (s, cpu, q, buffer, way, d, e) -> begin(s, cpu, q, buffers.get(buffer), way);
        model.operation(new Operation(
                MAP,
                Actor.GUEST,
                List.of(
                        device,
                        new Argument("buffer", Buffers.labels("Buffer", "..", state.setting.frames, buffers)),
                        what),
                ModelBuilder.all(),
                map,
                map(),
                call.error));
        Operation.Start list = (s, cpu, q, pair, way, d, e) -> begin(s, cpu, q, pairs.get(pair), way * TO_DEVICE);
        Argument way = new Argument(
                "what",
                new Sort("ListTransfer", state.setting.readOnly ? List.of("both", "to-device") : List.of("both")));
        model.operation(new Operation(
                MAP_LIST,
                Actor.GUEST,
                List.of(device, new Argument("buffers", Buffers.labels("List", "+", state.setting.frames, pairs)), way),
                ModelBuilder.all(),
                list,
                mapList(),
                call.error));
        Argument transfer = new Argument("transfer", transfers.transfers);
        model.operation(new Operation(
                UNMAP,
                Actor.GUEST,
                List.of(transfer),
                ModelBuilder.all(),
                Operation.Start.of(this::beginUnmap),
                unmap(),
                call.error));
        model.action("dma_finish", Actor.GUEST, List.of(transfer), (s, m, b, c, d, e) -> finish(s, m));
        model.action(
                "device_writes",
                Actor.DEVICE,
                List.of(transfer, new Argument("part", transfers.parts)),
                (s, m, part, c, d, e) -> deviceWrites(s, m, part));
    }

    /** The first transfer that is free; the buffer is the driver's, and nobody else's. */
    private boolean begin(long[] s, int cpu, int q, int[] buffer, int what) {
        int m = 0;
        while (m < transfers.transfers.size() && !transfers.is(s, m, Transfers.NONE)) {
            m++;
        }
        boolean may = m < transfers.transfers.size() && transfers.isDriven(s, q) && transfers.isBuffer(s, buffer[0]);
        if (!may || (buffer.length == 2 && !transfers.isBuffer(s, buffer[1]))) {
            return false;
        }
        call.enter(s, cpu, state.setting.driverDomain, q, call.any());
        call.transfer.set(s, cpu, m);
        call.frame.set(s, cpu, buffer[0]);
        call.second.set(s, cpu, buffer.length == 2 ? buffer[1] : 0);
        call.count.set(s, cpu, buffer.length);
        call.wanted.set(s, cpu, what);
        return true;
    }

    private int m(long[] s, int cpu) {
        return (int) call.transfer.get(s, cpu);
    }

    private List<Step> map() {
        return new OperationPlan()
                .step(Step.of("take-transfer", this::take)
                        .asking("dma.follows")
                        .quietly()
                        .on(DONE, "use-directly")
                        .on(FAIL, "bounce"))
                .at("hypercall", Inlined.of(hypercalls.map(), MAP_CALL, "use-mapped", "refused"))
                .step(Step.of("use-mapped", this::mapped).on(NEXT, Step.END))
                .step(Step.of("refused", this::refused).quietly().on(FAIL, "give-up"))
                .step(Step.of("bounce", this::bounce)
                        .asking("dma.pool-address", "dma.copies")
                        .on(NEXT, Step.END)
                        .on(FAIL, "give-up"))
                .step(Step.of("use-directly", this::direct).on(NEXT, Step.END))
                .step(Step.of("give-up", this::release))
                .steps();
    }

    /** Step: the driver fills the buffer; a hypercall, or no translation at all. */
    private int take(long[] s, int cpu) {
        record(s, cpu, false);
        int m = m(s, cpu);
        boolean two = transfers.two.get(s, m) != 0;
        call.rights.set(s, cpu, transfers.rights(s, m));
        if (transfers.isTranslated(call.requester(s, cpu))) {
            return NEXT;
        }
        boolean fits = !two || follows.decide(s, call.frame(s, cpu), (int) call.second.get(s, cpu), 0) != 0;
        return fits ? DONE : FAIL;
    }

    private void record(long[] s, int cpu, boolean list) {
        int m = m(s, cpu);
        long what = call.wanted.get(s, cpu);
        transfers.kind.set(s, m, Transfers.PENDING);
        transfers.device.set(s, m, call.requester(s, cpu));
        transfers.toDevice.set(s, m, what == TO_DEVICE ? 1 : 0);
        transfers.coherent.set(s, m, what == COHERENT ? 1 : 0);
        transfers.list.set(s, m, list ? 1 : 0);
        transfers.two.set(s, m, call.count.get(s, cpu) == 2 ? 1 : 0);
        transfers.slot.set(s, m, 0);
        for (int part = 0; part < transfers.size(s, m); part++) {
            transfers.wrote.set(s, m, part, 0);
            transfers.address.set(s, m, part, 0);
        }
        transfers.frame.set(s, m, 0, call.frame(s, cpu));
        transfers.content.set(s, call.frame(s, cpu), Transfers.CPUS);
        if (call.count.get(s, cpu) == 2) {
            transfers.frame.set(s, m, 1, call.second.get(s, cpu));
            transfers.content.set(s, (int) call.second.get(s, cpu), Transfers.CPUS);
        }
    }

    private int mapped(long[] s, int cpu) {
        int m = m(s, cpu);
        for (int part = 0; part < transfers.size(s, m); part++) {
            transfers.address.set(s, m, part, call.page(s, cpu) + part);
        }
        transfers.kind.set(s, m, Transfers.MAPPED);
        return NEXT;
    }

    /** A full table is no error yet. */
    private int refused(long[] s, int cpu) {
        return call.hasFailedBy(s, cpu, HypercallError.ENOSPC) ? NEXT : FAIL;
    }

    private int direct(long[] s, int cpu) {
        int m = m(s, cpu);
        for (int part = 0; part < transfers.size(s, m); part++) {
            int at = transfers.list.get(s, m) != 0 ? (int) transfers.frame.get(s, m, part) : first(s, m) + part;
            transfers.address.set(s, m, part, at % state.setting.pages.size());
        }
        transfers.kind.set(s, m, Transfers.DIRECT);
        return NEXT;
    }

    private int first(long[] s, int m) {
        return (int) transfers.frame.get(s, m, 0);
    }

    /** Step: slots of the pool in place of the buffer, with what is in that; coherent memory is in the slots itself. */
    private int bounce(long[] s, int cpu) {
        int m = m(s, cpu);
        int slot = transfers.findSlots(s, transfers.size(s, m));
        if (slot < 0) {
            return FAIL;
        }
        boolean translated = transfers.isTranslated(call.requester(s, cpu));
        transfers.kind.set(s, m, Transfers.BOUNCED);
        transfers.slot.set(s, m, slot);
        for (int part = 0; part < transfers.size(s, m); part++) {
            int page = poolAddress.decide(s, slot + part, translated ? 1 : 0, 0);
            transfers.address.set(s, m, part, page % state.setting.pages.size());
            transfers.content.set(
                    s,
                    transfers.slotFrame(s, m, part),
                    copies.decide(s, 0, part, 0) != 0 ? Transfers.CPUS : Transfers.OLD);
        }
        call.answer(s, cpu, HypercallError.OK);
        return NEXT;
    }

    private int release(long[] s, int cpu) {
        transfers.kind.set(s, m(s, cpu), Transfers.NONE);
        return NEXT;
    }

    // --- lists

    private List<Step> mapList() {
        return new OperationPlan()
                .step(Step.of("take-transfer", this::takeList).quietly().on(DONE, "use-directly"))
                .step(Step.of("next-element", this::nextElement).quietly())
                .at("hypercall", Inlined.of(hypercalls.map(), MAP_CALL, "element-mapped", "element-refused"))
                .step(Step.of("element-mapped", this::elementMapped)
                        .asking("dma.list-address")
                        .quietly()
                        .on(LOOP, "next-element"))
                .step(Step.of("use-list", this::useList).on(NEXT, Step.END))
                .step(Step.of("element-refused", this::elementRefused).quietly().on(DONE, "give-up"))
                .at("roll-back", Inlined.of(hypercalls.unmap(), UNMAP_CALL, "rolled-back", "rolled-back"))
                .step(Step.of("rolled-back", this::rolledBack).quietly().on(NEXT, "give-up"))
                .step(Step.of("use-directly", this::direct).on(NEXT, Step.END))
                .step(Step.of("give-up", this::release))
                .steps();
    }

    private int takeList(long[] s, int cpu) {
        record(s, cpu, true);
        call.rights.set(s, cpu, transfers.rights(s, m(s, cpu)));
        return transfers.isTranslated(call.requester(s, cpu)) ? NEXT : DONE;
    }

    /** Step: one hypercall for each element; which one it is stands in a local. */
    private int nextElement(long[] s, int cpu) {
        call.page.set(s, cpu, call.any());
        call.count.set(s, cpu, 1);
        call.frame.set(s, cpu, transfers.frame.get(s, m(s, cpu), (int) call.listPart.get(s, cpu)));
        return NEXT;
    }

    private int elementMapped(long[] s, int cpu) {
        int part = (int) call.listPart.get(s, cpu);
        transfers.address.set(s, m(s, cpu), part, listAddress.decide(s, part, call.page(s, cpu), 0));
        call.listPart.set(s, cpu, 1);
        return part == 0 ? LOOP : NEXT;
    }

    private int useList(long[] s, int cpu) {
        transfers.kind.set(s, m(s, cpu), Transfers.MAPPED);
        return NEXT;
    }

    /** Step: what was mapped before is unmapped, and the driver gets the error of the element. */
    private int elementRefused(long[] s, int cpu) {
        call.wanted.set(s, cpu, call.error.get(s, cpu));
        if (call.listPart.get(s, cpu) == 0) {
            return DONE;
        }
        call.page.set(s, cpu, transfers.address.get(s, m(s, cpu), 0));
        return NEXT;
    }

    private int rolledBack(long[] s, int cpu) {
        call.error.set(s, cpu, call.wanted.get(s, cpu));
        return NEXT;
    }

    // --- unmap

    private boolean beginUnmap(long[] s, int cpu, int m) {
        if (!transfers.isLive(s, m)) {
            return false;
        }
        call.enter(s, cpu, state.setting.driverDomain, (int) transfers.device.get(s, m), 0);
        call.transfer.set(s, cpu, m);
        return true;
    }

    private List<Step> unmap() {
        return new OperationPlan()
                .step(Step.of("end-transfer", this::end)
                        .asking("dma.copies")
                        .quietly()
                        .on(DONE, "released"))
                .step(Step.of("next-address", this::nextAddress).quietly())
                .at("hypercall", Inlined.of(hypercalls.unmap(), UNMAP_CALL, "unmapped", "unmapped"))
                .step(Step.of("unmapped", this::unmapped).quietly().on(LOOP, "next-address"))
                .step(Step.of("released", this::released))
                .steps();
    }

    /** Step: from here on the device must not use it; what came in slots is copied. */
    private int end(long[] s, int cpu) {
        int m = m(s, cpu);
        boolean mapped = transfers.is(s, m, Transfers.MAPPED);
        boolean streaming = transfers.coherent.get(s, m) == 0;
        for (int part = 0; part < transfers.size(s, m); part++) {
            boolean back = transfers.is(s, m, Transfers.BOUNCED) && streaming && transfers.wrote.get(s, m, part) != 0;
            if (back && copies.decide(s, 1, part, 0) != 0) {
                transfers.content.set(s, (int) transfers.frame.get(s, m, part), Transfers.DEVICES);
            }
        }
        transfers.kind.set(s, m, Transfers.PENDING);
        return mapped ? NEXT : DONE;
    }

    private int nextAddress(long[] s, int cpu) {
        int m = m(s, cpu);
        boolean list = transfers.list.get(s, m) != 0;
        call.count.set(s, cpu, list ? 1 : transfers.size(s, m));
        call.page.set(s, cpu, transfers.address.get(s, m, (int) call.listPart.get(s, cpu)));
        return NEXT;
    }

    private int unmapped(long[] s, int cpu) {
        boolean more = transfers.list.get(s, m(s, cpu)) != 0 && call.listPart.get(s, cpu) == 0;
        call.listPart.set(s, cpu, more ? 1 : 0);
        return more ? LOOP : NEXT;
    }

    /** Step: the buffer is the CPU's; coherent memory is gone. */
    private int released(long[] s, int cpu) {
        int m = m(s, cpu);
        transfers.kind.set(s, m, transfers.coherent.get(s, m) != 0 ? Transfers.NONE : Transfers.DONE);
        return NEXT;
    }

    /** The driver has looked at what came. */
    private boolean finish(long[] s, int m) {
        boolean done = transfers.is(s, m, Transfers.DONE);
        if (done) {
            transfers.kind.set(s, m, Transfers.NONE);
        }
        return done;
    }

    /** The device does what it was told, if it gets anything. */
    private boolean deviceWrites(long[] s, int m, int part) {
        boolean may = transfers.isLive(s, m)
                && transfers.isPart(s, m, part)
                && transfers.toDevice.get(s, m) == 0
                && transfers.wrote.get(s, m, part) == 0;
        int got = may ? transfers.gets(s, m, part, true) : -1;
        if (got >= 0) {
            transfers.wrote.set(s, m, part, 1);
            if (transfers.isInUse(s, got)) {
                transfers.content.set(s, got, Transfers.DEVICES);
            }
        }
        return got >= 0;
    }
}
