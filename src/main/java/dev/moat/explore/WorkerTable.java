package dev.moat.explore;

/** A table as one worker sees it, and how often that has asked it of late, and how often in vain. */
final class WorkerTable {
    private static final int LEARNING = 16;
    private static final int APART = 32;

    final EffectTable table;
    private int asked;
    int missed;
    private int times;

    WorkerTable(EffectTable table) {
        this.table = table;
    }

    /** The effect in the state that begins at a word, 0 when it is not known. */
    int find(long[] packed, int at) {
        asked++;
        return table.find(packed, at);
    }

    /**
     * Whether it has been asked in vain too often.
     *
     * @param compares whether it judges claims with what is done, and could do otherwise
     */
    boolean isPoor(EffectLimits bounds, boolean compares) {
        if (asked < bounds.ofTable()) {
            return false;
        }
        // At first most questions are in vain.
        int most = bounds.ofTable() / (compares && times++ >= LEARNING ? APART : 4);
        boolean poor = missed > most;
        asked = 0;
        missed = 0;
        return poor;
    }
}
