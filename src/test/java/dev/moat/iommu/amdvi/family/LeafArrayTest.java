package dev.moat.iommu.amdvi.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Iommu;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.TablePages;
import dev.moat.model.BadSettingException;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Entries that are found by the array of leaf tables are those that a walk finds: the fast path is the slow one. */
class LeafArrayTest {
    private static final int PAGES = 8;
    private static final int FRAMES = 8;
    private static final int FIRST_TABLE = 4;

    /** Software with the array, or without. */
    private static final class Driven {
        private final Iommu iommu;
        private final long[] s;

        Driven(boolean array, boolean drops) {
            AmdViFamily family = new AmdViFamily();
            Sort unit = Sort.numbered("Unit", "u", 1);
            Sort space = Sort.numbered("Space", "s", 1);
            Sizes sizes = new Sizes(
                    Sizes.Requesters.of(Sort.numbered("Req", "q", 1), unit, q -> 0),
                    Sizes.Spaces.numbered(space),
                    new Sizes.Addresses(
                            Sort.numbered("Page", "p", PAGES), 0, Sort.numbered("Frame", "f", FRAMES), 0, 0x100),
                    new Sizes.Cpus(Sort.numbered("Cpu", "cpu", 1), (state, cpu) -> true),
                    Set.of(Sizes.Need.TABLE_FRAMES));
            Edits edits = new Edits();
            if (!drops) {
                edits.decide("leaf-array.dropped", (state, a, b, c) -> 0);
            }
            ModelBuilder builder = new ModelBuilder(edits);
            Map<String, String> settings = Map.of("leaf-array", "" + array, "levels", "3");
            iommu = family.declare(sizes, new Setting(family.parameters(), settings), builder);
            iommu.declareActions(builder);
            builder.initially(iommu::connect);
            s = builder.build().initial();
        }

        TablePages pages() {
            return iommu.tables().pages();
        }

        /** One thing that a driver does, chosen by four numbers. */
        void act(int what, int page, int frame, int table) {
            int above = pages().of(s, 0, page);
            switch (what) {
                case 0 -> {
                    if (above == TablePages.NONE && !isLinked(table)) {
                        pages().clear(s, table);
                        pages().link(s, 0, page, table);
                    }
                }
                case 1 -> pages().unlink(s, 0, page);
                case 2 -> pages().storeSuperpage(s, 0, page, frame & -2, Rights.ALL);
                case 3 -> {
                    if (above != TablePages.NONE) {
                        iommu.tables().store(s, 0, page, 0, Rights.NONE);
                    }
                }
                default -> {
                    if (above != TablePages.NONE) {
                        iommu.tables().store(s, 0, page, frame, frame % 2 == 0 ? Rights.ALL : Rights.READ);
                    }
                }
            }
        }

        private boolean isLinked(int table) {
            boolean any = false;
            for (int p = 0; p < PAGES; p++) {
                any |= pages().of(s, 0, p) == table;
            }
            return any;
        }

        /** What a walk finds at each page. */
        String walked() {
            StringBuilder found = new StringBuilder();
            for (int p = 0; p < PAGES; p++) {
                found.append(iommu.tables().walk(s, 0, p, false))
                        .append('/')
                        .append(iommu.tables().walk(s, 0, p, true))
                        .append(' ');
            }
            return found.toString();
        }
    }

    /** The number of the first action after which the two differ, or -1. */
    private static int differsAfter(Driven fast, Driven slow, long seed, int actions) {
        Random random = new Random(seed);
        for (int i = 0; i < actions; i++) {
            int what = random.nextInt(6);
            int page = random.nextInt(PAGES);
            int frame = random.nextInt(FIRST_TABLE);
            int table = FIRST_TABLE + random.nextInt(FRAMES - FIRST_TABLE);
            fast.act(what, page, frame, table);
            slow.act(what, page, frame, table);
            if (!fast.walked().equals(slow.walked())) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void theFastPathIsTheSlowOne() {
        for (long seed = 0; seed < 20; seed++) {
            Driven fast = new Driven(true, true);
            assertThat(differsAfter(fast, new Driven(false, true), seed, 2_000)).isEqualTo(-1);
            assertThat(fast.walked()).contains("/");
        }
    }

    /** An array that keeps a table that was freed is found out at once. */
    @Test
    void anArrayThatIsNotDroppedDiffers() {
        assertThat(differsAfter(new Driven(true, false), new Driven(false, true), 1, 200))
                .isPositive();
    }

    @Test
    void tablesThatStayNeedNoArray() {
        AmdViFamily family = new AmdViFamily();
        Sort one = Sort.numbered("One", "o", 1);
        Sizes sizes = new Sizes(
                Sizes.Requesters.of(one, one, q -> 0),
                Sizes.Spaces.numbered(one),
                new Sizes.Addresses(one, 0, one, 0, 0x100),
                new Sizes.Cpus(one, (state, cpu) -> true),
                Set.of());
        Setting setting = new Setting(family.parameters(), Map.of("leaf-array", "true"));
        assertThatThrownBy(() -> family.declare(sizes, setting, new ModelBuilder(new Edits())))
                .isInstanceOf(BadSettingException.class)
                .hasMessage("leaf-array needs table-frames");
    }
}
