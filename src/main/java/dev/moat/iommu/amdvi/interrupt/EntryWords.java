package dev.moat.iommu.amdvi.interrupt;

import dev.moat.iommu.amdvi.format.InterruptEntry;
import dev.moat.iommu.amdvi.format.WideInterruptEntry;
import dev.moat.model.setting.BadSettingException;
import dev.moat.model.setting.Setting;
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
 * The entries of interrupt tables, in memory and as a unit has cached them, and the lines to which they lead: a vector of a processor
 * each. An entry of 32 bits is one word. One of 128 bits is two, which a unit reads at once and software need not store at once; what two
 * halves of different entries say together is a line, too, and where that is none of those given out, {@code unused-vector}.
 * {@code @source} AMDVI-IRTE; that units read 128 bits at once: as Xen b953a99da9 (2025) has it, from what the document says of device table entries.
 */
final class EntryWords {
    private static final int FIRST_VECTOR = 0x30;
    private static final String WIDE = "128";
    /** The second processor's x2APIC id: one that the low half does not hold. */
    private static final int FAR = 24;

    /** Lines that can be given out, by vector and processor; with 128 bits {@code unused-vector} behind them. */
    final Sort lines;
    /** How many of the lines can be given out. */
    final int given;

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
        lines = new Sort("Line", labels());
        Sort devices = tables.get(0);
        Sort indices = tables.get(1);
        Sort places = Sort.numbered("Entry", "e", entries);
        low = schema.slots("irte", Role.ARCHITECTURAL, Writer.HYPERVISOR, indices)
                .word(isWide ? WideInterruptEntry.LO : InterruptEntry.FIELDS, varyingLow());
        high = isWide
                ? schema.slots("irte.high", Role.ARCHITECTURAL, Writer.HYPERVISOR, indices)
                        .word(WideInterruptEntry.HI, varyingHigh())
                : null;
        cachedLow = schema.slots("irte.cached", Role.CACHE, Writer.IOMMU, devices, places)
                .word(isWide ? WideInterruptEntry.LO : InterruptEntry.FIELDS, varyingLow());
        cachedHigh = isWide
                ? schema.slots("irte.cached.high", Role.CACHE, Writer.IOMMU, devices, places)
                        .word(WideInterruptEntry.HI, varyingHigh())
                : null;
    }

    private List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (int line = 0; line < given; line++) {
            String vector = "vector" + line / processors;
            labels.add(processors == 1 ? vector : "cpu" + line % processors + ":" + vector);
        }
        if (isWide) {
            labels.add("unused-vector");
        }
        return labels;
    }

    private long varyingLow() {
        long varying = isWide
                ? WideInterruptEntry.REMAP_EN.mask()
                : InterruptEntry.REMAP_EN.mask() | InterruptEntry.VECTOR.mask();
        for (int line = 0; line < given; line++) {
            varying |= lowOf(destination(line), line);
        }
        return varying;
    }

    private long varyingHigh() {
        long varying = 0;
        for (int line = 0; line < given; line++) {
            varying |= highOf(destination(line), line);
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
        for (int line = 0; line < given; line++) {
            if (isWide ? leads(lower, upper, line) : lower == lowOf(destination(line), line)) {
                return line;
            }
        }
        return isWide ? given : -1;
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
