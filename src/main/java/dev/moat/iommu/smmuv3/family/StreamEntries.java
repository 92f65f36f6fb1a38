package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.Entries;
import dev.moat.iommu.smmuv3.SmmuUnit;
import dev.moat.iommu.smmuv3.format.StreamTableEntry;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import java.util.List;

/**
 * Stream table entries and context descriptors as software writes them, one word of 8 bytes after the other. The first word of a stream's
 * entry comes last, and a stream that leads nowhere aborts. {@code @source} Linux arm_smmu_attach_dev, arm_smmu_write_ste,
 * arm_smmu_write_cd_entry.
 */
final class StreamEntries implements Entries {
    private static final String TAG = "entry.did";
    private static final String CONFIG = "ste.config";
    private static final String ABORTS = "ste.aborts";
    private static final int STORES = 4;

    private final SmmuUnit unit;
    /** {@code entry.did}: (device, space, tag of the space) to the tag in its words. */
    private final Decision tagged;
    /** {@code ste.config}: (device, stages of the space) to the stages in its entry. */
    private final Decision config;
    /** {@code ste.aborts}: (device) to 0 when the entry of a device that is taken away stays as it is. */
    private final Decision aborts;

    /** @param unit any unit of the machine: entries are memory, the same for all */
    public StreamEntries(ModelBuilder model, SmmuUnit unit) {
        this.unit = unit;
        tagged = model.decision(TAG, (s, requester, space, own) -> own);
        config = model.decision(CONFIG, (s, requester, own, c) -> own);
        aborts = model.decision(ABORTS, (s, requester, b, c) -> 1);
    }

    @Override
    public List<String> entryDecisions() {
        return List.of(TAG, CONFIG, ABORTS);
    }

    /** The stream aborts; tables, tag, and the first word of its entry are stored. */
    @Override
    public int stores() {
        return STORES;
    }

    private void set(long[] s, int requester, int word, long value) {
        unit.streams.get(word).set(s, requester, value);
    }

    private long get(long[] s, int requester, int word) {
        return unit.streams.get(word).get(s, requester);
    }

    private void abort(long[] s, int requester) {
        set(s, requester, SmmuUnit.ENTRY, StreamTableEntry.V.mask());
    }

    @Override
    public void attach(long[] s, int requester, int space, int tag, int part) {
        switch (part) {
            case 0 -> abort(s, requester);
            case 1 -> set(s, requester, SmmuUnit.ROOT, unit.rootWord(space));
            case 2 -> set(s, requester, SmmuUnit.TAGGED, unit.taggedWord(tagged.decide(s, requester, space, tag)));
            default -> {
                long word = unit.translating(requester);
                int own = (int) StreamTableEntry.CONFIG.get(word);
                set(
                        s,
                        requester,
                        SmmuUnit.ENTRY,
                        StreamTableEntry.CONFIG.set(word, config.decide(s, requester, own, 0)));
            }
        }
    }

    /** The first store has the device's transactions aborted; what the words led to goes with it. */
    @Override
    public void detach(long[] s, int requester, int part) {
        if (part == 0 && aborts.decide(s, requester, 0, 0) != 0) {
            abort(s, requester);
        } else if (part == 1 && !isPresent(s, requester)) {
            set(s, requester, SmmuUnit.ROOT, 0);
            set(s, requester, SmmuUnit.TAGGED, 0);
        }
    }

    @Override
    public void tear(long[] s, int requester, int space) {
        set(s, requester, SmmuUnit.ROOT, unit.rootWord(space));
    }

    @Override
    public boolean leadsTo(long[] s, int requester, int space) {
        return isPresent(s, requester) && get(s, requester, SmmuUnit.ROOT) == unit.rootWord(space);
    }

    @Override
    public boolean isPresent(long[] s, int requester) {
        return SmmuUnit.isTranslating(get(s, requester, SmmuUnit.ENTRY));
    }

    @Override
    public void read(Footprint footprint, int requester) {
        footprint.one(unit.streams.get(SmmuUnit.ENTRY), requester);
        footprint.one(unit.streams.get(SmmuUnit.ROOT), requester);
    }
}
