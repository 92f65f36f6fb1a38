package dev.moat.viommu.wrapper;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * The hypercalls of one domain's vIOMMU: query, create, destroy, translate, attach, detach. Errors come in the order in which each
 * method lists them: the first that applies is returned, and nothing has changed. {@code @source} the posted series
 * (XEN_DOMCTL_viommu_op) for the errors; their order, and those of hotplug, are this model's, as no series fixes them.
 */
public final class ViommuCalls {
    /** The only type there is. */
    public static final int INTEL_VTD = 1;
    /** Capabilities, as bits. */
    public static final int IRQ_REMAPPING = 1;

    public static final int L2_TRANSLATION = 1 << 1;
    public static final int SVM = 1 << 2;
    /** Errors, as Xen returns them. */
    public static final int ENOENT = -2;

    public static final int E2BIG = -7;
    public static final int ENOMEM = -12;
    public static final int EFAULT = -14;
    public static final int EBUSY = -16;
    public static final int EEXIST = -17;
    public static final int ENODEV = -19;
    public static final int EINVAL = -22;

    private static final long PAGE = 0x1000;
    /** Pages of interrupt controllers. They do not overlap the LAPIC window. */
    private static final long IO_APIC = 0xfec00000L;

    private static final long FIRST_LOCAL_APIC = 0xfee00000L;
    private static final long LAST_LOCAL_APIC = 0xfeeff000L;
    private static final long FOUR_GIB = 1L << 32;
    private static final int NONE = -1;
    private static final int FIRST = 0;

    private final Host host;
    private final Domain domain;
    private final Translation translation;
    private final Set<Integer> attached = new TreeSet<>();
    private int id = NONE;
    private long base;
    private int capabilities;

    /**
     * What the machine offers.
     *
     * @param enabled whether Xen has vIOMMUs switched on
     * @param capabilities those that it can emulate
     * @param memory whether there is memory for another one, asked when one is to be created
     */
    public record Host(boolean enabled, int capabilities, BooleanSupplier memory) {}

    /**
     * The domain.
     *
     * @param hvm whether it is a fully virtualised one
     * @param type its machine: what has no chipset of the time of VT-d gets no vIOMMU
     * @param memory where its memory is
     * @param virtual source-ids of its emulated devices
     * @param passed source-ids of those passed through to it
     */
    public record Domain(
            boolean hvm, Firmware.MachineType type, Memory memory, Set<Integer> virtual, Set<Integer> passed) {
        public Domain {
            virtual = Set.copyOf(virtual);
            passed = Set.copyOf(passed);
        }
    }

    /**
     * A domain's memory, below 4 GiB from address 0 on, and from 4 GiB on.
     *
     * @param lowEnd first byte address behind the former
     * @param highEnd first byte address behind the latter; 4 GiB where there is none
     */
    public record Memory(long lowEnd, long highEnd) {
        private boolean has(long address) {
            return Long.compareUnsigned(address, lowEnd) < 0
                    || (Long.compareUnsigned(address, FOUR_GIB) >= 0 && Long.compareUnsigned(address, highEnd) < 0);
        }
    }

    /** Walks the guest's tables for an emulated device. */
    @FunctionalInterface
    public interface Translation {
        /** The guest's own address, or a number below 0 when the request is blocked and the guest's unit has recorded that. */
        long translate(int sourceId, long address, boolean write);
    }

    public ViommuCalls(Host host, Domain domain, Translation translation) {
        this.host = host;
        this.domain = domain;
        this.translation = translation;
    }

    /** Capabilities of a type; ENODEV switched off, EINVAL unknown type. */
    public int query(int type) {
        if (!host.enabled) {
            return ENODEV;
        }
        return type == INTEL_VTD ? host.capabilities : EINVAL;
    }

    /**
     * Creates the unit.
     *
     * @return its number; ENODEV switched off, EINVAL unknown type, not HVM, not on a Q35, not one page, not at a page, beyond what
     *     firmware says that addresses have, in memory, where interrupt controllers or configuration space are, capabilities not offered, E2BIG a second one, ENOMEM
     */
    public int create(int type, long at, long length, int wanted) {
        if (!host.enabled) {
            return ENODEV;
        }
        boolean may = domain.hvm && domain.type == Firmware.MachineType.Q35;
        if (type != INTEL_VTD || !may || length != PAGE || !isFree(at) || (wanted & ~host.capabilities) != 0) {
            return EINVAL;
        }
        if (id != NONE) {
            return E2BIG;
        }
        if (!host.memory.getAsBoolean()) {
            return ENOMEM;
        }
        id = FIRST;
        base = at;
        capabilities = wanted;
        return id;
    }

    /** Whether a page of registers may lie there. */
    private boolean isFree(long at) {
        boolean interrupts = at == IO_APIC || (at >= FIRST_LOCAL_APIC && at <= LAST_LOCAL_APIC);
        boolean configuration = at >= Firmware.ECAM_BASE && at < Firmware.ECAM_BASE + Firmware.ECAM_BYTES;
        boolean addressable = at >>> Firmware.HOST_ADDRESS_BITS == 0;
        return addressable && at % PAGE == 0 && !domain.memory.has(at) && !interrupts && !configuration;
    }

    /** Destroys the unit; ENODEV none of that number, EBUSY devices are attached. */
    public int destroy(int number) {
        if (id == NONE || number != id) {
            return ENODEV;
        }
        if (!attached.isEmpty()) {
            return EBUSY;
        }
        id = NONE;
        return 0;
    }

    /**
     * Translates an address for an emulated device.
     *
     * @return the guest's address; ENODEV no unit, not an emulated device of the domain, ENOENT not attached, EINVAL bytes that are not
     *     within a page, EFAULT blocked
     */
    public long translate(int sourceId, long address, long bytes, boolean write) {
        if (id == NONE || !domain.virtual.contains(sourceId)) {
            return ENODEV;
        }
        if (!attached.contains(sourceId)) {
            return ENOENT;
        }
        if (bytes <= 0 || bytes > PAGE || (address & (PAGE - 1)) + bytes > PAGE) {
            return EINVAL;
        }
        if ((capabilities & L2_TRANSLATION) == 0) {
            return address;
        }
        long found = translation.translate(sourceId, address, write);
        return found < 0 ? EFAULT : found;
    }

    /** Attaches a device; ENODEV no unit, not a device of the domain, EEXIST attached already. */
    public int attach(int sourceId) {
        if (id == NONE || !isOurs(sourceId)) {
            return ENODEV;
        }
        return attached.add(sourceId) ? 0 : EEXIST;
    }

    /** Detaches it; ENODEV no unit, not a device of the domain, ENOENT not attached, EBUSY requests of it are under way. */
    public int detach(int sourceId, boolean inUse) {
        if (id == NONE || !isOurs(sourceId)) {
            return ENODEV;
        }
        if (!attached.contains(sourceId)) {
            return ENOENT;
        }
        if (inUse) {
            return EBUSY;
        }
        attached.remove(sourceId);
        return 0;
    }

    private boolean isOurs(int sourceId) {
        return domain.virtual.contains(sourceId) || domain.passed.contains(sourceId);
    }

    /** What the wrapper leaves for the firmware. */
    public HvmInfo info() {
        return id == NONE ? HvmInfo.NONE : new HvmInfo(base, capabilities);
    }
}
