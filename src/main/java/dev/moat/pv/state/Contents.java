package dev.moat.pv.state;

import dev.moat.dma.swiotlb.BounceMemory;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * What frames hold: for each half a token of who wrote it last. Tokens of a mapping are its CPU's and its device's. The kernel copies by its
 * page table entries; where there is none, nothing is copied.
 */
public final class Contents implements BounceMemory {
    /** Halves of a page, which are slots of the pool. */
    public static final int HALVES = 2;

    public static final int HALF_SHIFT = 11;

    /** Tokens: nothing; the kernel's own; of a mapping that is over; then one for each guest, then two for each mapping. */
    public static final int ZERO = 0;

    public static final int KERNEL = 1;
    public static final int OLD = 2;
    private static final int FIRST_GUEST = 3;

    private final LayerState layer;
    private final Mappings mappings;
    private final Slots token;
    /** The guest whose data the device has read last, or none; absent where it copies nothing. */
    private final Slots read;

    private final int firstMapping;
    /** {@code bounce.copies}: (what, direction, mapping) to 1 when a copy that {@link Mappings} names is made. */
    private final Decision copies;

    public Contents(LayerState layer, Mappings mappings, ModelBuilder model) {
        this.layer = layer;
        this.mappings = mappings;
        firstMapping = FIRST_GUEST + layer.setting.domains.size() - 1;
        token = model.schema()
                .slots("contents", Role.ARCHITECTURAL, Writer.DEVICE, layer.setting.frames, layer.halves)
                .of(tokens());
        Sort one = Sort.numbered("Req", "dev", 1);
        read = model.schema()
                .slots("device.read", Role.ARCHITECTURAL, Writer.DEVICE, one.onlyIf(layer.setting.copies))
                .optional(layer.setting.domains);
        copies = model.decision("bounce.copies", (s, what, direction, mapping) -> 1);
    }

    private Sort tokens() {
        List<String> names = new ArrayList<>(List.of("zero", "kernel", "old"));
        for (int d = 1; d < layer.setting.domains.size(); d++) {
            names.add(layer.setting.domains.label(d));
        }
        for (String mapping : layer.setting.mappings.labels()) {
            names.add(mapping + ".cpu");
            names.add(mapping + ".device");
        }
        return new Sort("Token", names);
    }

    /** The token that stands for what a guest writes. */
    public int ofGuest(int domain) {
        return FIRST_GUEST + domain - 1;
    }

    /** What the CPU wrote to a mapping's buffer. */
    public int ofCpu(int mapping) {
        return firstMapping + 2 * mapping;
    }

    /** What the device wrote by a mapping. */
    public int ofDevice(int mapping) {
        return firstMapping + 2 * mapping + 1;
    }

    public int get(long[] s, int frame, int half) {
        return (int) token.get(s, frame, half);
    }

    public void set(long[] s, int frame, int half, int value) {
        token.set(s, frame, half, value);
    }

    /** The same in both halves. */
    public void fill(long[] s, int frame, int value) {
        token.set(s, frame, 0, value);
        token.set(s, frame, 1, value);
    }

    /** The device reads a frame; false when that makes no difference to whose data it has. */
    public boolean readByDevice(long[] s, int frame) {
        int value = get(s, frame, 0);
        int whose = isGuests(value) ? value - FIRST_GUEST + 2 : 0;
        boolean changes = read.get(s, 0) != whose;
        read.set(s, 0, whose);
        return changes;
    }

    /** What the device has read of a guest's, as a token, or {@link #ZERO}. */
    public int inDevice(long[] s) {
        int whose = read.size() == 0 ? 0 : (int) read.get(s, 0);
        return whose == 0 ? ZERO : ofGuest(whose - 1);
    }

    public Slots slots() {
        return token;
    }

    /** Frame that the kernel's own entry for a page leads to, or -1. */
    private int frameOf(long[] s, int gfn) {
        return layer.isValid(gfn) ? (int) layer.pte.get(s, gfn) - 1 : -1;
    }

    /** What the kernel reads at a half, counted from its first page; -1 where nothing is mapped. */
    public int read(long[] s, int half) {
        int frame = frameOf(s, half / HALVES);
        return frame < 0 ? -1 : get(s, frame, half % HALVES);
    }

    /** The kernel writes a half. */
    public void write(long[] s, int half, int value) {
        int frame = frameOf(s, half / HALVES);
        if (frame >= 0) {
            set(s, frame, half % HALVES, value);
        }
    }

    @Override
    public void copy(long[] s, long to, long from, long length) {
        boolean in = layer.isPool((int) (to >>> HALF_SHIFT) / HALVES);
        int buffer = (int) ((in ? from : to) >>> HALF_SHIFT);
        int mapping = mappings.at(s, buffer);
        if (mapping >= 0
                && copies.decide(s, mappings.copyAt(s, mapping, in), mappings.directionOf(s, mapping), mapping) == 0) {
            return;
        }
        for (int i = 0; i < length >>> HALF_SHIFT; i++) {
            int value = read(s, (int) (from >>> HALF_SHIFT) + i);
            if (value >= 0) {
                write(s, (int) (to >>> HALF_SHIFT) + i, value);
            }
        }
    }

    /** A mapping is over: what it left in its buffer is the owner's now, and elsewhere it is old. */
    public void age(long[] s, int mapping) {
        int first = mappings.firstHalf(s, mapping);
        for (int i = 0; i < mappings.size(s, mapping); i++) {
            int page = (first + i) / HALVES;
            int frame = frameOf(s, page);
            if (frame >= 0 && isOf(get(s, frame, (first + i) % HALVES), mapping)) {
                set(s, frame, (first + i) % HALVES, ownerToken(s, frame));
            }
        }
        for (int f = 0; f < layer.setting.frames.size(); f++) {
            for (int half = 0; half < HALVES; half++) {
                if (isOf(get(s, f, half), mapping)) {
                    set(s, f, half, OLD);
                }
            }
        }
    }

    /** Whether a token is what CPU or device wrote for a mapping. */
    public boolean isOf(int value, int mapping) {
        return value == ofCpu(mapping) || value == ofDevice(mapping);
    }

    /** Whether a token is what some guest wrote. */
    public boolean isGuests(int value) {
        return value >= FIRST_GUEST && value < firstMapping;
    }

    private int ownerToken(long[] s, int frame) {
        int owner = (int) layer.holder.get(s, frame) - LayerState.OURS;
        return owner <= 0 ? KERNEL : ofGuest(owner);
    }

    /** What whoever owns a frame left there at the start. */
    public void initial(long[] s) {
        for (int f = 0; f < layer.setting.frames.size(); f++) {
            int owner = (int) layer.holder.get(s, f) - LayerState.OURS;
            fill(s, f, owner < 0 ? ZERO : owner == 0 ? KERNEL : ofGuest(owner));
        }
    }
}
