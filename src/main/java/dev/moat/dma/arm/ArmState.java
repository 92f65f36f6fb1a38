package dev.moat.dma.arm;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.model.ModelBuilder;
import dev.moat.model.setting.Setting;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.Set;

/** The mapping, the units, what drivers have mapped, and the locals of the calls that run. The mapping's domain is space 0. */
final class ArmState {
    /** The one space there is. */
    static final int SPACE = 0;

    /** Values of {@link #phase}: nothing is mapped. */
    static final int NONE = 0;
    /** An address was taken, and the map has not returned. */
    static final int OPENING = 1;
    /** The map has returned: the driver may have its device use the address. */
    static final int LIVE = 2;
    /** The unmap has begun and not returned. */
    static final int CLOSING = 3;

    /** Values of {@link #attached}. */
    static final int DETACHED = 0;

    static final int MOVING = 1;
    static final int ATTACHED = 2;

    /** Directions: the device reads. */
    static final int TO = 0;
    /** It writes. */
    static final int FROM = 1;

    private static final long FIRST_TABLE_FRAME = 0x10000;

    final ArmSetting setting;
    final Sort domains = Sort.numbered("Dom", "d", 1);
    final Sort spaces = Sort.numbered("Space", "s", 1);
    final Capabilities can;
    final Iommu iommu;
    final Slots pc;
    /** Whether the client has made the mapping. */
    final Slots made;
    /** Of each device: whether it is attached to it. */
    final Slots attached;
    /** The mapping's bitmap, and its lock. */
    final Slots taken;

    final Slots lock;
    /** Per page: how far the mapping there is; its buffer, direction and device. */
    final Slots phase;

    final Slots frame;
    final Slots direction;
    final Slots device;
    /** Ghost: an entry was cleared and the unit has not forgotten it for certain. */
    final Slots owed;
    /** Of each buffer: a driver has it mapped, or is about to. */
    final Slots used;

    /** Locals of each CPU's call. */
    final Slots page;

    final Slots wanted;
    final Slots wantedDirection;
    final Slots caller;
    /** The store of a device's entry that is next. */
    final Slots part;

    ArmState(Setting s, ModelBuilder model) {
        setting = new ArmSetting(s);
        Family family = Families.get(s.text(Families.PARAMETER));
        can = family.capabilities(s);
        setting.require(can);
        family.requireDefaults(s, "", Family.Use.WRONG_REQUESTS, Family.Use.DEFAULT_DOMAINS);
        pc = model.cpus(setting.cpus);
        iommu = family.declare(sizes(), s, model);
        setting.requireApart(iommu.entries());
        SchemaBuilder schema = model.schema();
        if (iommu.namesCpus()) {
            model.cpusAreAlike();
        }
        made = schema.slots("made", Role.HYPERVISOR, Writer.HYPERVISOR, spaces).bits(1);
        attached = schema.slots("attached", Role.HYPERVISOR, Writer.HYPERVISOR, setting.devices.sort())
                .of(new Sort("Attached", List.of("detached", "moving", "attached")));
        taken = schema.slots("bitmap", Role.HYPERVISOR, Writer.HYPERVISOR, setting.pages)
                .bits(1);
        lock = schema.slots("lock.mapping", Role.HYPERVISOR, Writer.HYPERVISOR, spaces)
                .called("free", "held")
                .bits(1);
        phase = schema.slots("phase", Role.HYPERVISOR, Writer.HYPERVISOR, setting.pages)
                .bits(2);
        Liveness there = (state, p) -> phase.get(state, p) != NONE;
        frame = schema.slots("frame", Role.HYPERVISOR, Writer.HYPERVISOR, setting.pages)
                .live(there)
                .of(setting.frames);
        direction = schema.slots("direction", Role.HYPERVISOR, Writer.HYPERVISOR, setting.pages)
                .live(there)
                .bits(2);
        device = schema.slots("device", Role.HYPERVISOR, Writer.HYPERVISOR, setting.pages)
                .live(there)
                .of(setting.devices.sort());
        owed = schema.slots("owed", Role.GHOST, Writer.GHOST, setting.pages).bits(1);
        used = schema.slots("used", Role.HYPERVISOR, Writer.HYPERVISOR, setting.frames)
                .bits(1);
        Liveness busy = (state, cpu) -> pc.get(state, cpu) != 0;
        page = local(schema, "cpu.page", busy).of(setting.pages);
        wanted = local(schema, "cpu.frame", busy).of(setting.frames);
        wantedDirection = local(schema, "cpu.direction", busy).bits(2);
        caller = local(schema, "cpu.device", busy).of(setting.devices.sort());
        part = local(schema, "cpu.part", busy)
                .bits(SlotsBuilder.bitsFor(iommu.entries().stores() - 1));
    }

    private SlotsBuilder local(SchemaBuilder schema, String name, Liveness busy) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, setting.cpus)
                .live(busy);
    }

    private Sizes sizes() {
        return new Sizes(
                setting.devices.requesters(),
                Sizes.Spaces.numbered(spaces),
                new Sizes.Addresses(setting.pages, 0, setting.frames, 0, FIRST_TABLE_FRAME),
                new Sizes.Cpus(setting.cpus, (s, cpu) -> pc.get(s, cpu) != 0),
                Set.of());
    }

    void initial(long[] s) {
        iommu.connect(s);
        iommu.settle(s);
    }

    /** The tag of the mapping's domain. */
    int tag(long[] s) {
        return iommu.tags().of(s, SPACE, 0);
    }

    /** What an entry of a direction allows. {@code @source} Linux 6.1 arch/arm/mm/dma-mapping.c: __dma_info_to_prot. */
    static int rights(int direction) {
        return switch (direction) {
            case TO -> Rights.READ;
            case FROM -> Rights.WRITE;
            default -> Rights.ALL;
        };
    }

    /** Whether a page is mapped to be written only, and the map has returned. */
    boolean isWriteOnly(long[] s, int page) {
        return phase.get(s, page) == LIVE && direction.get(s, page) == FROM;
    }

    /** Whether a device sees what CPUs have in their caches. */
    boolean snoops(int q) {
        return q < setting.snooping;
    }

    /** The live mapping of a buffer, as its page, or -1. */
    int livePage(long[] s, int buffer) {
        for (int p = 0; p < setting.pages.size(); p++) {
            if (phase.get(s, p) == LIVE && frame.get(s, p) == buffer) {
                return p;
            }
        }
        return -1;
    }

    /** Devices that are attached, or on their way. */
    int attachedDevices(long[] s) {
        int n = 0;
        for (int q = 0; q < attached.size(); q++) {
            n += attached.get(s, q) == DETACHED ? 0 : 1;
        }
        return n;
    }
}
