package dev.moat.iommu.amdvi.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tables that grow, and walks of software that have the level of one top table and the address of another. */
class GrowingTablesTest {
    private static final int NEITHER = -1;
    private static final int PAGES = 4;

    /** What a CPU has read: a top table, by its level, and the level that it takes it for. */
    private record Seen(int top, int level) {}

    private static final List<Seen> BEFORE = List.of(new Seen(2, 2));
    private static final List<Seen> SINCE = List.of(new Seen(3, 3), new Seen(3, 2));

    private final ModelBuilder builder = new ModelBuilder(new Edits());
    private final GrowingTables tables =
            new GrowingTables(new Setting(new AmdViGrowth().parameters(), Map.of("pages", "" + PAGES)), builder);

    /** Page numbers 2 to 5: a table that lacks a level decodes the first two as 4 and 5. */
    @Test
    void aMapWithTheOldLevelPutsItsPageWhereTheUnitFindsAnotherOne() {
        long[] s = grown(start());
        assertThat(tables.makeTables(s, 3, 2, 0)).isTrue();
        tables.store(s, 3, 2, 0, 0);
        assertThat(List.of(tables.gets(s, 0, 0), tables.gets(s, 0, 1), tables.gets(s, 0, 2), tables.gets(s, 0, 3)))
                .containsExactly(-2, -2, 0, -2);
        assertThat(tables.finds(s, 3, 3, 0)).isFalse();
        assertThat(tables.finds(s, 3, 3, 2)).isFalse();
        assertThat(tables.makeTables(s, 3, 3, 2)).isFalse();
    }

    /** Every map before growth and every two after it, in step and out of step with it: what a walk as Linux writes it comes to. */
    @Test
    void allWalksComeToWhereLinuxsCodeDoes() {
        List<long[]> before = after(List.of(start()), BEFORE);
        before.forEach(this::grown);
        int torn = 0;
        for (long[] s : after(after(before, SINCE), SINCE)) {
            for (Seen seen : SINCE) {
                for (int page = 0; page < PAGES; page++) {
                    long at = fetch(s, seen, page);
                    assertThat(tables.finds(s, seen.top, seen.level, page)).isEqualTo(at != NEITHER);
                    if (at != NEITHER) {
                        storesAt(s, seen, page, at);
                        torn += seen.top == seen.level ? 0 : 1;
                    }
                }
            }
        }
        assertThat(torn).isPositive();
    }

    private void storesAt(long[] s, Seen seen, int page, long at) {
        for (int frame : new int[] {0, -1}) {
            tables.store(s, seen.top, seen.level, page, frame);
            long entry = frame < 0 ? 0 : tables.unit.pageTo(frame, Translation.READ);
            assertThat(tables.unit.memory().read(s, at)).isEqualTo(entry);
        }
    }

    private long[] start() {
        builder.initially(tables::initial);
        return builder.build().initial();
    }

    private long[] grown(long[] s) {
        tables.linkBelow(s, 3);
        tables.root.set(s, 0, 3);
        tables.mode.set(s, 0, 3);
        tables.unit.setQuad(s, 0, 0, tables.entry(3, 3));
        return s;
    }

    /** The states, and each with one page more, by a map that has seen one of these. */
    private List<long[]> after(List<long[]> states, List<Seen> seen) {
        List<long[]> found = new ArrayList<>(states);
        for (long[] from : states) {
            for (Seen it : seen) {
                for (int page = 0; page < PAGES; page++) {
                    long[] s = from.clone();
                    if (it.level >= tables.levelsFor(page) && tables.makeTables(s, it.top, it.level, page)) {
                        assertThat(fetch(s, it, page)).isNotEqualTo(NEITHER);
                        tables.store(s, it.top, it.level, page, 0);
                        found.add(s);
                    }
                }
            }
        }
        return found;
    }

    /** fetch_pte of Linux: levels from 0, addresses of entries, each of which has to say the level that is expected. */
    private long fetch(long[] s, Seen seen, int page) {
        long number = tables.unit.geometry().pageNumber(page);
        if (number >= 1L << seen.level) {
            return NEITHER;
        }
        int level = seen.level - 1;
        long table = tables.entry(seen.top, seen.level) & PageTableEntry.ADDR.mask();
        long at = table + Long.BYTES * (number >>> level & 1);
        while (level > 0) {
            long entry = tables.unit.memory().read(s, at);
            if (!PageTableEntry.PR.isSet(entry) || PageTableEntry.NEXT_LEVEL.get(entry) != level) {
                return NEITHER;
            }
            level--;
            at = (entry & PageTableEntry.ADDR.mask()) + Long.BYTES * (number >>> level & 1);
        }
        return at;
    }
}
