package dev.moat.conform.viommu;

import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.GlobalCommand;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.FrcdHi;
import dev.moat.iommu.vtd.format.Registers.FrcdLo;
import dev.moat.iommu.vtd.format.Registers.Fsts;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import dev.moat.iommu.vtd.format.Registers.Iqa;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.iommu.vtd.register.CachePolicy;
import dev.moat.iommu.vtd.register.Unit;
import dev.moat.iommu.vtd.register.UnitOptions;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The recorder's machine: its memory, the unit with its queue on, and what the recorder looks at. The queue and its status are at
 * the end of memory, where no recorded table is.
 */
final class RecordedMachine {
    static final int GCMD = 0x18;
    public static final int GSTS = 0x1c;
    static final int RTADDR = 0x20;
    public static final int FSTS = 0x34;
    public static final int FECTL = 0x38;
    static final int FEDATA = 0x3c;
    static final int FEADDR = 0x40;
    static final int IQT = 0x88;
    static final int IQA = 0x90;
    public static final int IRTA = 0xb8;
    static final int FRCD = 0x220;

    private static final long QUEUE = GuestMemory.END - 0x2000;
    private static final long STATUS = GuestMemory.END - 0x1000;
    private static final int SLOTS_OF_128_BITS = 256;
    private static final int FIRST_INTERRUPT_REASON = 0x20;
    private static final int LAST_INTERRUPT_REASON = 0x2f;
    private static final int COMPATIBILITY = 0x25;

    private final GuestMemory memory = new GuestMemory();
    private final List<String> messages = new ArrayList<>();
    private final Unit unit;
    private final Schema schema;
    private final boolean wide;
    private long[] s;
    private int tail;
    private int waits;

    public RecordedMachine(Capabilities capabilities, CachePolicy policy, Deviations deviations) {
        SchemaBuilder builder = new SchemaBuilder();
        // Paging structures are not cached by the recorded units.
        UnitOptions.Sizes sizes = new UnitOptions.Sizes(64, 1, 1024, 0, 1024);
        UnitOptions options = new UnitOptions(capabilities, policy, deviations, sizes, Device.sids());
        unit = new Unit(builder, "", options, memory, (state, address, data) -> messages.add(event(address, data)));
        schema = builder.build();
        wide = Ecap.SMTS.isSet(capabilities.ecap());
        s = schema.blank();
        unit.reset(s);
    }

    private static String event(long address, long data) {
        long dest = InterruptRequest.CompatibleAddress.DEST.get(address);
        return "ev=" + hex(InterruptRequest.CompatibleData.VECTOR.get(data)) + "/d=" + hex(dest);
    }

    public static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** The state of a recorded case before its first step. */
    void restart() {
        memory.clear();
        messages.clear();
        s = schema.blank();
        unit.reset(s);
        tail = 0;
        waits = 0;
        write(IQA, Long.BYTES, QUEUE | (wide ? Iqa.DW.mask() : 0));
        write(GCMD, Integer.BYTES, GlobalCommand.QIE.mask());
    }

    GuestMemory memory() {
        return memory;
    }

    Unit unit() {
        return unit;
    }

    long[] state() {
        return s;
    }

    boolean isWide() {
        return wide;
    }

    public long read(int offset, int size) {
        return unit.read(s, offset, size);
    }

    void write(int offset, int size, long value) {
        unit.write(s, offset, size, value);
    }

    long status() {
        return read(GSTS, Integer.BYTES);
    }

    public boolean isTranslating() {
        return Gsts.TES.isSet(status());
    }

    /** The messages that the unit has sent since this was last asked. */
    List<String> takeMessages() {
        List<String> taken = List.copyOf(messages);
        messages.clear();
        return taken;
    }

    /**
     * Queues a descriptor and a wait.
     *
     * @return whether the wait completed; if not, the queue has been put in order again
     */
    boolean submit(long... words) {
        put(words);
        waits++;
        put(Descriptors.waitStatus(waits), Descriptors.waitAddress(STATUS));
        write(IQT, Integer.BYTES, (long) tail * bytes());
        boolean done = memory.read32(s, STATUS) == waits;
        if (!done) {
            recover();
        }
        memory.takeWritten();
        return done;
    }

    private int bytes() {
        return wide ? 32 : 16;
    }

    private int slots() {
        return wide ? SLOTS_OF_128_BITS / 2 : SLOTS_OF_128_BITS;
    }

    private void put(long... words) {
        for (int w = 0; w < bytes() / Long.BYTES; w++) {
            memory.store(QUEUE + (long) tail * bytes() + (long) w * Long.BYTES, w < words.length ? words[w] : 0);
        }
        tail = (tail + 1) % slots();
    }

    /** The bad descriptor is replaced by a harmless one, and the error cleared. */
    private void recover() {
        int bad = (tail + slots() - 2) % slots();
        int end = tail;
        tail = bad;
        put(Descriptors.waitStatus(0), Descriptors.waitAddress(STATUS));
        tail = end;
        write(FSTS, Integer.BYTES, Fsts.IQE.mask());
    }

    /** Clears the fault record and bits of FSTS. */
    public void clearFault(long fsts) {
        write(FRCD + 12, Integer.BYTES, 1L << 31);
        write(FSTS, Integer.BYTES, fsts);
    }

    /** FSTS and the pending record, as every row ends. */
    public String faults() {
        return "fsts=" + hex(read(FSTS, Integer.BYTES) & 0xff) + " fr=" + record();
    }

    private String record() {
        long lo = read(FRCD, Long.BYTES);
        long hi = read(FRCD + Long.BYTES, Long.BYTES);
        if (!FrcdHi.F.isSet(hi)) {
            return "-";
        }
        long reason = FrcdHi.FR.get(hi);
        String sid = "/sid=" + hex(FrcdHi.SID.get(hi));
        String start = "F" + Long.toHexString(reason).toLowerCase(Locale.ROOT) + "@";
        if (reason >= FIRST_INTERRUPT_REASON && reason <= LAST_INTERRUPT_REASON) {
            return start + (reason == COMPATIBILITY ? "-" : hex(lo >>> 48)) + sid;
        }
        String pasid = FrcdHi.PP.isSet(hi) ? "/pasid=" + FrcdHi.PASID.get(hi) : "";
        return start + hex(lo & FrcdLo.FI.mask()) + sid + (FrcdHi.T.isSet(hi) ? "/r" : "/w") + pasid;
    }
}
