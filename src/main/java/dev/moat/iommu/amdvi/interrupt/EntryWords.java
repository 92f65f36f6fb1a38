package dev.moat.iommu.amdvi.interrupt;

import dev.moat.bits.BitField;
import dev.moat.iommu.amdvi.format.InterruptEntry;
import dev.moat.iommu.amdvi.format.WideInterruptEntry;
import dev.moat.model.BadSettingException;
import dev.moat.model.Setting;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of interrupt tables, in memory and as a unit has cached them, and the lines to which they lead: a vector
 * of a processor each.
 *
 * <p>An entry of 32 bits is one word. One of 128 bits is two words, which a unit reads at once and software need not
 * store at once. Two halves of different entries also give a line; if it is no assigned line, it is {@code
 * unused-vector}. {@code @source} AMDVI-IRTE; that units read 128 bits at once: as Xen b953a99da9 (2025) has it, from
 * what the document says of device table entries.
 */
final class EntryWords {
    private static final int FIRST_VECTOR = 0x30;
    private static final String WIDE = "128";
    /** Frame of the first guest's virtual APIC; the next one's is behind it. */
    private static final int FIRST_ROOT = 0x200;
    /** The second processor's x2APIC id: one that the low half does not hold. */
    private static final int FAR = 24;

    /**
     * Lines that can be given out, by vector and processor; behind them the vector of each guest's virtual CPU, where entries can be
     * guests', and with 128 bits {@code unused-vector}.
     */
    final Sort lines;
    /** How many of the lines can be given out. */
    final int given;
    /** Guests to which interrupts can be posted: none, or one for each device. */
    final int guests;

    private final int processors;
    private final boolean isWide;
    private final boolean extended;

    /** Per table and index: the entry in memory, or its low half. */
    private final Slots low;
    /** Of 128 bits: its high half. */
    private final @Nullable Slots high;
    /** Per device and index in its table: the same as cached, valid ones only. */
    private final Slots cachedLow;

    private final @Nullable Slots cachedHigh;

    EntryWords(Setting s, SchemaBuilder schema, List<Sort> tables, int entries) {
        processors = s.number("destinations");
        isWide = s.text("entry-bits").equals(WIDE);
        extended = s.flag("x2apic");
        if (extended && !isWide) {
            throw new BadSettingException(
                    "x2apic", "x2apic needs entries of 128 bits (entry-bits), as XTEn needs GAEn");
        }
        given = processors * s.number("vectors");
        guests = s.flag("guest-mode") ? s.number("devices") : 0;
        if (guests > 0 && !isWide) {
            throw new BadSettingException(
                    "guest-mode", "guest-mode needs entries of 128 bits (entry-bits): others have no such form");
        }
        lines = new Sort("Line", labels());
        Sort devices = tables.get(0);
        Sort indices = tables.get(1);
        Sort places = Sort.numbered("Entry", "e", entries);
        low = schema.slots("irte", Role.ARCHITECTURAL, Writer.HYPERVISOR, indices)
                .word(fieldsLow(), varyingLow());
        high = isWide
                ? schema.slots("irte.high", Role.ARCHITECTURAL, Writer.HYPERVISOR, indices)
                        .word(fieldsHigh(), varyingHigh())
                : null;
        cachedLow = schema.slots("irte.cached", Role.CACHE, Writer.IOMMU, devices, places)
                .word(fieldsLow(), varyingLow());
        cachedHigh = isWide
                ? schema.slots("irte.cached.high", Role.CACHE, Writer.IOMMU, devices, places)
                        .word(fieldsHigh(), varyingHigh())
                : null;
    }

    private List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (int line = 0; line < given; line++) {
            String vector = "vector" + line / processors;
            labels.add(processors == 1 ? vector : "cpu" + line % processors + ":" + vector);
        }
        for (int guest = 0; guest < guests; guest++) {
            labels.add("vcpu" + guest + ":vector");
        }
        if (isWide) {
            labels.add("unused-vector");
        }
        return labels;
    }

    /** Where entries can be guests', a word is shown with the fields of those; remapped ones have others than these clear. */
    private List<BitField> fieldsLow() {
        return guests > 0 ? WideInterruptEntry.GUEST_LO : isWide ? WideInterruptEntry.LO : InterruptEntry.FIELDS;
    }

    private List<BitField> fieldsHigh() {
        return guests > 0 ? WideInterruptEntry.GUEST_HI : WideInterruptEntry.HI;
    }

    private long varyingLow() {
        long varying = isWide
                ? WideInterruptEntry.REMAP_EN.mask()
                : InterruptEntry.REMAP_EN.mask() | InterruptEntry.VECTOR.mask();
        for (int line = 0; line < given; line++) {
            varying |= lowOf(destination(line), line);
        }
        for (int guest = 0; guest < guests; guest++) {
            varying |= guestLow(guest);
        }
        return varying;
    }

    private long varyingHigh() {
        long varying = 0;
        for (int line = 0; line < given; line++) {
            varying |= highOf(destination(line), line);
        }
        for (int guest = 0; guest < guests; guest++) {
            varying |= guestHigh(guest);
        }
        return varying;
    }

    boolean isWide() {
        return isWide;
    }

    /** The APIC id of a line's processor. */
    long destination(int line) {
        long processor = line % processors;
        return extended ? processor << FAR : processor;
    }

    private int vector(int line) {
        return FIRST_VECTOR + line / processors;
    }

    private long lowOf(long destination, int line) {
        return isWide ? WideInterruptEntry.low(destination) : InterruptEntry.of((int) destination, vector(line));
    }

    private long highOf(long destination, int line) {
        return WideInterruptEntry.high(destination, vector(line));
    }

    /** Stores an entry of 32 bits, or the low half, with RemapEn set. */
    void storeLow(long[] s, int index, long destination, int line) {
        low.set(s, index, lowOf(destination, line));
    }

    /** Stores the high half, where there is one. */
    void storeHigh(long[] s, int index, long destination, int line) {
        if (high != null) {
            high.set(s, index, highOf(destination, line));
        }
    }

    /** As Linux's {@code amd_iommu_activate_guest_mode} does: not running, so that what arrives is logged. */
    private static long guestLow(int guest) {
        return WideInterruptEntry.GA_LOG_INTR.set(WideInterruptEntry.guestLow(0, guest + 1L), 1);
    }

    private static long guestHigh(int guest) {
        return WideInterruptEntry.guestHigh(0, FIRST_ROOT + guest, FIRST_VECTOR);
    }

    /** Stores an entry that posts to a guest, both halves. */
    void storeGuest(long[] s, int index, int guest) {
        low.set(s, index, guestLow(guest));
        if (high != null) {
            high.set(s, index, guestHigh(guest));
        }
    }

    /** Of the high half only what remapped entries have is stored: the root of before stays, which is reserved for them. */
    void storeHighAlone(long[] s, int index, long destination, int line) {
        if (high != null) {
            long root = WideInterruptEntry.GA_ROOT.get(high.get(s, index));
            high.set(s, index, WideInterruptEntry.GA_ROOT.set(highOf(destination, line), root));
        }
    }

    /** The line of a guest's virtual CPU. */
    int guestLine(int guest) {
        return given + guest;
    }

    /** Clears RemapEn and leaves the rest. */
    void disable(long[] s, int index) {
        low.set(s, index, InterruptEntry.REMAP_EN.set(low.get(s, index), 0));
    }

    void clearLow(long[] s, int index) {
        low.set(s, index, 0);
    }

    void clearHigh(long[] s, int index) {
        if (high != null) {
            high.set(s, index, 0);
        }
    }

    /** RemapEn, which is the same bit in both formats. */
    boolean isEnabled(long[] s, int index) {
        return InterruptEntry.REMAP_EN.isSet(low.get(s, index));
    }

    boolean isCached(long[] s, int device, int place) {
        return cachedLow.get(s, device, place) != 0;
    }

    /** The unit caches the entry at an index. */
    void fill(long[] s, int device, int place, int index) {
        cachedLow.set(s, device, place, low.get(s, index));
        if (high != null && cachedHigh != null) {
            cachedHigh.set(s, device, place, high.get(s, index));
        }
    }

    void evict(long[] s, int device, int place) {
        cachedLow.set(s, device, place, 0);
        if (cachedHigh != null) {
            cachedHigh.set(s, device, place, 0);
        }
    }

    /** The line to which the entry in memory leads, or -1. */
    int line(long[] s, int index) {
        return lineOf(low.get(s, index), high == null ? 0 : high.get(s, index));
    }

    /** The line to which what is cached for a device leads, or -1. */
    int cachedLine(long[] s, int device, int place) {
        return lineOf(cachedLow.get(s, device, place), cachedHigh == null ? 0 : cachedHigh.get(s, device, place));
    }

    private int lineOf(long lower, long upper) {
        if (!InterruptEntry.REMAP_EN.isSet(lower)) {
            return -1;
        }
        if (guests > 0 && WideMessage.of(lower, upper, extended, true) == WideMessage.Kind.ILLEGAL) {
            return -1;
        }
        if (guests > 0 && WideInterruptEntry.GUEST_MODE.isSet(lower)) {
            boolean meant = WideInterruptEntry.VECTOR.get(upper) == FIRST_VECTOR;
            return meant ? guestLine((int) WideInterruptEntry.GA_ROOT.get(upper) - FIRST_ROOT) : given + guests;
        }
        for (int line = 0; line < given; line++) {
            if (isWide ? leads(lower, upper, line) : lower == lowOf(destination(line), line)) {
                return line;
            }
        }
        return isWide ? given + guests : -1;
    }

    private boolean leads(long lower, long upper, int line) {
        return WideInterruptEntry.destination(lower, upper, extended) == destination(line)
                && WideInterruptEntry.VECTOR.get(upper) == vector(line);
    }

    /** Adds an entry in memory. */
    void readOne(Footprint footprint, int index) {
        footprint.one(low, index);
        if (high != null) {
            footprint.one(high, index);
        }
    }

    /** Adds what is cached at a place, which is device * entries + index. */
    void readCached(Footprint footprint, int place) {
        footprint.one(cachedLow, place);
        if (cachedHigh != null) {
            footprint.one(cachedHigh, place);
        }
    }

    /** Adds all entries, in memory and cached. */
    void readAll(Footprint footprint) {
        footprint.all(low).all(cachedLow);
        if (high != null && cachedHigh != null) {
            footprint.all(high).all(cachedHigh);
        }
    }
}
