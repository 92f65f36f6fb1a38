package dev.moat.iommu.amdvi.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.WideInterruptEntry;
import dev.moat.iommu.amdvi.interrupt.WideMessage.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The unit's reading of entries of 128 bits beside {@link PlainWideEntry}'s. */
class WideMessageTest {
    private static final int ENTRIES = 200_000;

    /** Random entries, most of whose bits are clear, as few of all random ones are legal; each answer is met often. */
    @Test
    void readsAsTheTwinDoes() {
        SplittableRandom random = new SplittableRandom(128);
        Map<Kind, Integer> met = new EnumMap<>(Kind.class);
        for (int n = 0; n < ENTRIES; n++) {
            long low = thin(random) | (random.nextInt(8) == 0 ? 0 : 1);
            compare(low, thin(random), random.nextBoolean(), random.nextBoolean(), met);
        }
        assertThat(met.keySet()).containsExactly(Kind.values());
        assertThat(met.values()).allMatch(times -> times > 500);
    }

    /** Each single bit, beside RemapEn and both forms; silence takes two, RemapEn clear and SupIOPF set. */
    @Test
    void eachBit() {
        Map<Kind, Integer> met = new EnumMap<>(Kind.class);
        for (int way = 0; way < 8; way++) {
            long form = 1 | (way & 1) << 7;
            for (int bit = 0; bit < 64; bit++) {
                compare(form ^ 1L << bit, 0, (way & 2) != 0, (way & 4) != 0, met);
                compare(form, 1L << bit, (way & 2) != 0, (way & 4) != 0, met);
            }
        }
        EnumMap<Kind, Integer> all = new EnumMap<>(met);
        all.put(Kind.ABORTED_SILENTLY, 0);
        assertThat(met).doesNotContainKey(Kind.ABORTED_SILENTLY);
        assertThat(all.keySet()).containsExactly(Kind.values());
    }

    private static long thin(SplittableRandom random) {
        long word = random.nextLong();
        for (int n = random.nextInt(6); n > 0; n--) {
            word &= random.nextLong();
        }
        return switch (random.nextInt(3)) {
            case 0 -> word;
            case 1 -> word & 0xfffffc7L;
            default -> word & 0xff000000000000ffL;
        };
    }

    private static void compare(long low, long high, boolean extended, boolean canPost, Map<Kind, Integer> met) {
        met.merge(WideMessage.of(low, high, extended, canPost), 1, Integer::sum);
        assertThat(said(low, high, extended, canPost))
                .as("%016x_%016x extended=%s posting=%s", high, low, extended, canPost)
                .isEqualTo(new PlainWideEntry(low, high, extended).answer(canPost));
    }

    /** The unit's answer in the twin's words. */
    private static String said(long low, long high, boolean extended, boolean canPost) {
        Kind kind = WideMessage.of(low, high, extended, canPost);
        long to = WideInterruptEntry.destination(low, high, extended);
        String posted = "posted to page " + WideInterruptEntry.GA_ROOT.get(high) + " vector "
                + WideInterruptEntry.VECTOR.get(high);
        return switch (kind) {
            case ABORTED -> "aborted";
            case ABORTED_SILENTLY -> "aborted in silence";
            case ILLEGAL -> "illegal";
            case REMAPPED ->
                (WideInterruptEntry.INT_TYPE.get(low) == 0 ? "fixed" : "lowest priority")
                        + (WideInterruptEntry.DM.isSet(low) ? " to logical " : " to physical ") + to + " vector "
                        + WideInterruptEntry.VECTOR.get(high);
            case POSTED_AND_RUNG -> posted + ", rings " + to;
            case POSTED_AND_LOGGED -> posted + ", logs " + WideInterruptEntry.GA_TAG.get(low);
            case POSTED -> posted;
        };
    }

    /** Low half, high half, XTEn, whether it posts. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0000000000000000, false, ABORTED",
        "ffffffffffffffc2, ffffffffffffffff, false, ABORTED_SILENTLY",
        "0000000000000001, 0000000000000030, false, REMAPPED",
        "0000000000000005, 0000000000000030, false, REMAPPED",
        "0000000000000009, 0000000000000030, false, ILLEGAL",
        "0000000000010001, 0000000000000030, false, ILLEGAL",
        "0000000000010001, 0000000000000030, true, REMAPPED",
        "0000000100000001, 0000000000000030, true, ILLEGAL",
        "0000000100000081, 0000000000000030, true, POSTED",
        "00000001000000c5, 0000000012345030, true, POSTED_AND_RUNG",
        "0000000100000085, 0000000012345030, true, POSTED_AND_LOGGED",
        "0000000100000089, 0000000012345030, true, ILLEGAL",
    })
    void answers(String low, String high, boolean extended, Kind kind) {
        assertThat(WideMessage.of(Long.parseUnsignedLong(low, 16), Long.parseUnsignedLong(high, 16), extended, true))
                .isEqualTo(kind);
    }

    @Test
    void aUnitThatDoesNotPostRefusesGuestsEntries() {
        assertThat(WideMessage.of(0x81, 0x30, true, false)).isEqualTo(Kind.ILLEGAL);
        assertThat(new PlainWideEntry(0x81, 0x30, true).answer(false)).isEqualTo("illegal");
    }
}
