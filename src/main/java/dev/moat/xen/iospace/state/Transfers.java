package dev.moat.xen.iospace.state;

import dev.moat.iommu.Iommu;
import dev.moat.iommu.Rights;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * What the DMA layer of a domain's kernel has on record: transfers of buffers of one or two pages, the pool that buffers bounce through,
 * and what is in both. The pool is the last two frames; on a translated bus the last two pages of a space lead to it for ever. Everything
 * is left out without the layer.
 */
public final class Transfers {
    /** Values of {@link #kind}: none; one that is being mapped or unmapped; mapped by hypercall; used directly; bounced; over, and not looked at. */
    public static final int NONE = 0;

    public static final int PENDING = 1;
    public static final int MAPPED = 2;
    public static final int DIRECT = 3;
    public static final int BOUNCED = 4;
    public static final int DONE = 5;

    /** What is in a frame: something of before, what the CPU wrote for the transfer, what the device did. */
    public static final int OLD = 0;

    public static final int CPUS = 1;
    public static final int DEVICES = 2;

    /** Pages of the pool, and most of a buffer. */
    public static final int SLOTS = 2;

    private static final Sort KINDS =
            new Sort("TransferKind", List.of("none", "pending", "mapped", "direct", "bounced", "done"));

    private final SpaceState state;
    private final SpaceSetting setting;
    /** The transfers that there can be at a time, and the parts of one. */
    public final Sort transfers;

    public final Sort parts = Sort.numbered("Part", "part", SLOTS);
    public final Slots kind;
    /** The device, whether it only reads, whether the CPU looks while it lasts, whether parts were mapped by themselves. */
    public final Slots device;

    public final Slots toDevice;
    public final Slots coherent;
    public final Slots list;
    /** Whether there is a second part. */
    public final Slots two;
    /** The frames of the buffer and the pages that the device was told. */
    public final Slots frame;

    public final Slots address;
    /** The first slot. */
    public final Slots slot;
    /** Whether the device wrote the part last. */
    public final Slots wrote;
    /** What is in a frame of a transfer. */
    public final Slots content;

    Transfers(SpaceState state, SpaceSetting setting, SchemaBuilder schema) {
        this.state = state;
        this.setting = setting;
        transfers = Sort.numbered("Xfer", "m", setting.dma ? setting.transfers : 0);
        kind = kernels(schema, "transfer.kind", transfers).of(KINDS);
        device = kernels(schema, "transfer.device", transfers).live(this::isAny).of(setting.requesters);
        toDevice = kernels(schema, "transfer.to-device", transfers)
                .live(this::isAny)
                .bits(1);
        coherent = kernels(schema, "transfer.coherent", transfers)
                .live(this::isAny)
                .bits(1);
        list = kernels(schema, "transfer.list", transfers).live(this::isAny).bits(1);
        two = kernels(schema, "transfer.two", transfers).live(this::isAny).bits(1);
        frame = kernels(schema, "transfer.frame", transfers, parts)
                .live((s, i) -> isPart(s, i / SLOTS, i % SLOTS))
                .of(setting.frames);
        address = kernels(schema, "transfer.address", transfers, parts)
                .live((s, i) -> isPart(s, i / SLOTS, i % SLOTS) && kind().get(s, i / SLOTS) != DONE)
                .of(setting.pages);
        slot = kernels(schema, "transfer.slot", transfers)
                .live((s, m) -> isAny(s, m))
                .bits(1);
        wrote = schema.slots("transfer.wrote", Role.GHOST, Writer.GHOST, transfers, parts)
                .live((s, i) -> isPart(s, i / SLOTS, i % SLOTS))
                .bits(1);
        Sort held = setting.frames.onlyIf(setting.dma);
        content = schema.slots("content", Role.ARCHITECTURAL, Writer.HYPERVISOR, held)
                .live((s, f) -> isInUse(s, f))
                .bits(2);
    }

    private static SlotsBuilder kernels(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, index);
    }

    private Slots kind() {
        return kind;
    }

    private boolean isAny(long[] s, int transfer) {
        return kind().get(s, transfer) != NONE;
    }

    public boolean is(long[] s, int transfer, int which) {
        return kind.get(s, transfer) == which;
    }

    /** Whether the device may use it. */
    public boolean isLive(long[] s, int transfer) {
        return is(s, transfer, MAPPED) || is(s, transfer, DIRECT) || is(s, transfer, BOUNCED);
    }

    /** Whether a transfer has this part. */
    public boolean isPart(long[] s, int transfer, int part) {
        return isAny(s, transfer) && (part == 0 || two.get(s, transfer) != 0);
    }

    public int size(long[] s, int transfer) {
        return 1 + (int) two.get(s, transfer);
    }

    /** Whether a frame is the pool's. */
    public boolean isPool(int of) {
        return setting.dma && of >= poolFrame(0);
    }

    /** The frame of a slot. */
    public int poolFrame(int slot) {
        return setting.frames.size() - SLOTS + slot;
    }

    /** The page that leads to a slot, where the bus is translated. */
    public int poolPage(int slot) {
        return setting.pages.size() - SLOTS + slot;
    }

    /** The pool's pages of the domain's spaces lead to it; before the first call. */
    void mapPool(long[] s) {
        for (int space = 0; setting.dma && space < state.spaces.size(); space++) {
            for (int i = 0; state.domainOf(space) == setting.driverDomain && i < SLOTS; i++) {
                state.iommu.tables().store(s, space, poolPage(i), poolFrame(i), Rights.ALL);
                state.phase.set(s, space, poolPage(i), SpaceState.LIVE);
                state.frame.set(s, space, poolPage(i), poolFrame(i));
                state.rights.set(s, space, poolPage(i), Rights.ALL);
            }
        }
    }

    /** Whether a space's page is the pool's. */
    public boolean isPoolPage(int space, int page) {
        return setting.dma && state.domainOf(space) == setting.driverDomain && page >= poolPage(0);
    }

    /** Whether a frame is under a buffer of a transfer, or a slot that one bounces through. */
    public boolean isInUse(long[] s, int of) {
        boolean used = false;
        for (int m = 0; m < transfers.size(); m++) {
            for (int part = 0; part < SLOTS; part++) {
                boolean slots = is(s, m, BOUNCED) && slotFrame(s, m, part) == of;
                used |= isPart(s, m, part) && (slots || frame.get(s, m, part) == of);
            }
        }
        return used;
    }

    /** Whether the kernel keeps a frame of its own for the layer, and gives it to nobody meanwhile. */
    public boolean isKept(long[] s, int domain, int of) {
        return setting.dma && domain == setting.driverDomain && (isPool(of) || isInUse(s, of));
    }

    /** Whether a driver may use a frame as a buffer. */
    public boolean isBuffer(long[] s, int of) {
        return state.frames.isAllocatedTo(s, setting.driverDomain, of) && !isPool(of) && !isInUse(s, of);
    }

    /** The first of as many free slots, or -1. */
    public int findSlots(long[] s, int count) {
        for (int first = 0; first + count <= SLOTS; first++) {
            boolean free = true;
            for (int m = 0; m < transfers.size(); m++) {
                int from = (int) slot.get(s, m);
                free &= !is(s, m, BOUNCED) || from >= first + count || from + size(s, m) <= first;
            }
            if (free) {
                return first;
            }
        }
        return -1;
    }

    /** Whether a device's bus is translated. */
    public boolean isTranslated(int requester) {
        return !setting.untranslated || state.iommu.unitOf(requester) != 0;
    }

    /** Whether a device is the domain's to drive. */
    public boolean isDriven(long[] s, int requester) {
        int owner = isTranslated(requester) ? state.ownerOf(s, requester) : setting.firstOwner(requester);
        return owner == setting.driverDomain;
    }

    /** The frame in which the CPU has a part of the buffer: coherent memory of the pool is used where it is. */
    public int cpuFrame(long[] s, int transfer, int part) {
        boolean inPool = is(s, transfer, BOUNCED) && coherent.get(s, transfer) != 0;
        return inPool ? slotFrame(s, transfer, part) : (int) frame.get(s, transfer, part);
    }

    public int slotFrame(long[] s, int transfer, int part) {
        return poolFrame(((int) slot.get(s, transfer) + part) % SLOTS);
    }

    /** What a request of the device at a part's address gets, or a negative number. */
    public int gets(long[] s, int transfer, int part, boolean write) {
        Iommu iommu = state.iommu;
        int got = iommu.meaning().gets(s, (int) device.get(s, transfer), (int) address.get(s, transfer, part), write);
        return got < setting.frames.size() ? got : -1;
    }

    /** The same of a request that waits while the traffic of its bus is stopped: what it will get. */
    public int willGet(long[] s, int transfer, int part, boolean write) {
        int got = gets(s, transfer, part, write);
        int q = (int) device.get(s, transfer);
        int page = (int) address.get(s, transfer, part);
        if (got >= 0 || state.iommu.meaning().isRefused(s, q, page, write)) {
            return got;
        }
        return state.iommu.tables().walk(s, state.space(state.group(q), setting.driverDomain), page, write);
    }

    /** Whether a space's page is a transfer's, or the pool's for ever; while one is being mapped or unmapped, every page is. */
    public boolean isAddress(long[] s, int space, int page) {
        boolean used = isPoolPage(space, page);
        for (int m = 0; m < transfers.size(); m++) {
            used |= is(s, m, PENDING);
            boolean same = isAny(s, m) && state.group((int) device.get(s, m)) == state.groupOf(space);
            for (int part = 0; part < SLOTS; part++) {
                used |= same && is(s, m, MAPPED) && isPart(s, m, part) && address.get(s, m, part) == page;
            }
        }
        return used;
    }

    /** The rights that its direction asks for. */
    public int rights(long[] s, int transfer) {
        return toDevice.get(s, transfer) != 0 ? Rights.READ : Rights.ALL;
    }
}
