package dev.moat.explore.effect;

/** A table as one worker sees it, and how often that has asked it of late, and how often in vain. */
final class Part {
    final EffectTable table;
    /** What was known there when something was not found last. */
    private EffectTable.Places places;

    private int asked;
    int missed;

    Part(EffectTable table) {
        this.table = table;
        places = table.now();
    }

    /**
     * The effect in the state that begins at a word, 0 when it is not known.
     *
     * @param key overwritten; the words of a packed state
     */
    int find(long[] packed, int at, long[] key) {
        asked++;
        int effect = places.find(packed, at, key);
        if (effect == 0 && places != table.now()) {
            places = table.now();
            effect = places.find(packed, at, key);
        }
        return effect;
    }

    /** Whether it has been asked in vain too often. */
    boolean isPoor(Bounds bounds) {
        if (asked < bounds.ofTable()) {
            return false;
        }
        boolean poor = missed > bounds.ofTable() / 4;
        asked = 0;
        missed = 0;
        return poor;
    }
}
