package dev.moat.iommu.riscv.family;

import dev.moat.iommu.Entries;
import dev.moat.iommu.riscv.RiscvUnit;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Attributes;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.Pointer;
import dev.moat.iommu.riscv.format.DeviceContext.SecondStage;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * Device contexts as software writes them, one word of 8 bytes after the other. Words that belong together change while V is clear, so
 * that a unit never finds tables under another space's tag. {@code @source} Linux riscv_iommu_iodir_update; RISCV-IOMMU, data structures,
 * updating in-memory data structure entries.
 */
final class DeviceContexts implements Entries {
    private static final String TAG = "entry.did";
    private static final String MODE = "context.mode";
    private static final String VALID = "context.valid";

    private final RiscvUnit unit;
    private final boolean first;
    /** {@code entry.did}: (device, space, tag of the space) to the tag in its context. */
    private final Decision tagged;
    /** {@code context.mode}: (device, mode of the tables) to the mode in its context. */
    private final Decision mode;
    /** {@code context.valid}: (device) to 1 when V stays set in the context of a device that is taken away. */
    private final Decision valid;

    /** @param unit any unit of the machine: contexts are memory, the same for all */
    public DeviceContexts(ModelBuilder model, RiscvUnit unit) {
        this.unit = unit;
        first = unit.geometry().isFirst();
        tagged = model.decision(TAG, (s, requester, space, own) -> own);
        mode = model.decision(MODE, (s, requester, own, c) -> own);
        valid = model.decision(VALID, (s, requester, b, c) -> 0);
    }

    @Override
    public List<String> entryDecisions() {
        return List.of(TAG, MODE, VALID);
    }

    /** V is cleared, the tag stored where it has a word of its own, the tables stored, V set. */
    @Override
    public int stores() {
        return first ? 4 : 3;
    }

    private void set(long[] s, int requester, int word, long value) {
        unit.contexts.get(word).set(s, requester, value);
    }

    private long get(long[] s, int requester, int word) {
        return unit.contexts.get(word).get(s, requester);
    }

    @Override
    public void attach(long[] s, int requester, int space, int tag, int part) {
        if (part == 0) {
            set(s, requester, DeviceContext.TC, 0);
        } else if (part == stores() - 1) {
            set(s, requester, DeviceContext.TC, Control.V.mask());
        } else if (first && part == 1) {
            set(s, requester, DeviceContext.TA, Attributes.PSCID.set(0, tagged.decide(s, requester, space, tag)));
        } else {
            set(s, requester, unit.rootIndex(), root(s, requester, space, tag));
        }
    }

    private long root(long[] s, int requester, int space, int tag) {
        long word = unit.rootWord(space, tagged.decide(s, requester, space, tag));
        int own = unit.geometry().mode();
        int used = mode.decide(s, requester, own, 0);
        if (used == PageTableEntry.BARE) {
            return 0;
        }
        return first ? Pointer.MODE.set(word, used) : SecondStage.MODE.set(word, used);
    }

    /** The first store blocks the device; what the context led to goes with it. */
    @Override
    public void detach(long[] s, int requester, int part) {
        if (part == 0) {
            set(s, requester, DeviceContext.TC, Control.V.set(0, valid.decide(s, requester, 0, 0) != 0 ? 1 : 0));
        } else if (part == 1 && !Control.V.isSet(get(s, requester, DeviceContext.TC))) {
            set(s, requester, DeviceContext.TA, 0);
            set(s, requester, unit.rootIndex(), 0);
        }
    }

    @Override
    public void tear(long[] s, int requester, int space) {
        if (first) {
            set(s, requester, unit.rootIndex(), unit.rootWord(space, 0));
        }
    }

    @Override
    public boolean leadsTo(long[] s, int requester, int space) {
        return isPresent(s, requester) && isRootOf(get(s, requester, unit.rootIndex()), space);
    }

    /** Whether a word leads to the tables of a space, under whatever tag. */
    private boolean isRootOf(long word, int space) {
        long own = unit.rootWord(space, 0);
        return first ? word == own : SecondStage.GSCID.set(word, 0) == own;
    }

    @Override
    public boolean isPresent(long[] s, int requester) {
        return Control.V.isSet(get(s, requester, DeviceContext.TC));
    }

    @Override
    public void read(Footprint footprint, int requester) {
        footprint.one(unit.contexts.get(DeviceContext.TC), requester);
        footprint.one(unit.contexts.get(unit.rootIndex()), requester);
    }
}
