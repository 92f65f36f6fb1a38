package dev.moat.twin.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The vectors of the sheet's section 11, and the event log's overflow, which no recorded row judges. */
class SlowAmdViSheetTest {
    private final SlowAmdViRules rules = new SlowAmdViRules();

    @Test
    void pageTableEntries() {
        long leaf = 0x6000_0000_1234_5001L;
        assertThat(rules.present(leaf) && rules.leaf(leaf) && rules.permits(leaf, true))
                .isTrue();
        assertThat(rules.physical(leaf, rules.pageBits(leaf, 1), 0x7abc)).isEqualTo(0x1234_5abcL);
        assertThat(rules.reservedInEntry(0x7000_0000_1234_5001L)).isFalse();
        long directory = 0x6000_0000_0000_9201L;
        assertThat(rules.nextLevel(directory)).isEqualTo(1);
        assertThat(rules.tableOf(directory)).isEqualTo(0x9000);
        assertThat(rules.pageBits(0x1_0fff & 0x1_0000 | 0xe01, 1)).isEqualTo(13);
        assertThat(rules.pageBits(0x1_1e01, 1)).isEqualTo(14);
    }

    @Test
    void deviceEntry() {
        long d0 = 0x6000_0000_0008_0603L;
        assertThat(rules.valid(d0) && rules.translationValid(d0)).isTrue();
        assertThat(rules.mode(d0)).isEqualTo(3);
        assertThat(rules.root(d0)).isEqualTo(0x8_0000);
    }

    @Test
    void commands() {
        long allOfDomain5 = 0x7fff_ffff_ffff_f003L;
        assertThat(rules.commandDomain(0x3000_0005_0000_0000L)).isEqualTo(5);
        assertThat(rules.coversPage(allOfDomain5, 0) && rules.coversPage(allOfDomain5, -1))
                .isTrue();
        assertThat(rules.coversDirectories(allOfDomain5)).isTrue();
        assertThat(rules.coversPage(0x1001, 0x1fff) && rules.coversPage(0x7001, 0))
                .isTrue();
        assertThat(rules.coversPage(0x1001, 0x4000)).isFalse();
        assertThat(rules.coversPage(0x7001, 0x1_0000)).isFalse();
        long wait = 0x1000_0000_0000_1001L;
        assertThat(rules.legal(wait, 7, 0)).isTrue();
        assertThat(rules.waitStores(wait)).isTrue();
        assertThat(rules.waitAddress(wait)).isEqualTo(0x1000);
    }

    /** Corrections 8: an event without room sets EventOverflow; until the log is restarted nothing more is written. */
    @Test
    void overflow() {
        SlowAmdViUnit unit = new SlowAmdViUnit(rules, SlowAmdViUnit.Caches.NONE, 0, address -> 0);
        unit.write(0x10, 8L << 56 | 0x32_0000);
        unit.write(0x2010, 0x20);
        unit.write(0x18, 0x1005);
        for (int i = 0; i < 3; i++) {
            unit.took("00000020.20000005.0000" + i + "000.00000000");
        }
        assertThat(unit.read(0x2018)).isEqualTo(0x10);
        assertThat(unit.load(0x32_0000)).isEqualTo(0x2000_0005_0000_0020L);
        assertThat(unit.read(0x2020) & 9).isEqualTo(1);
        unit.write(0x2010, 0);
        unit.write(0x2020, 1);
        unit.took("00000020.20000005.00003000.00000000");
        assertThat(unit.read(0x2018)).isEqualTo(0x10);
        unit.write(0x18, 0x1001);
        unit.write(0x18, 0x1005);
        unit.took("00000020.20000005.00003000.00000000");
        assertThat(unit.read(0x2018)).isEqualTo(0x20);
        assertThat(unit.read(0x2020) & 9).isEqualTo(8);
    }

    /** Section 3: a DTE is cached by DevID until it is invalidated. */
    @Test
    void cachedDeviceEntry() {
        SlowAmdViUnit unit = new SlowAmdViUnit(rules, SlowAmdViUnit.Caches.OF_REACHABLE_ROOTS, 0x40, address -> 0);
        unit.write(0x0, 0x30_0000);
        unit.write(0x8, 8L << 56 | 0x31_0000);
        unit.write(0x18, 0x1001);
        unit.store(List.of(new long[] {0x30_0400, 3}, new long[] {0x30_0408, 5}));
        assertThat(unit.answers(0x20, 0x1000, false))
                .extracting(SlowAmdViAnswer::outcome)
                .containsExactly("-", "1000");
        unit.store(List.of(new long[] {0x31_0000, 0x2000_0000_0000_0020L}));
        unit.write(0x2008, 0x10);
        assertThat(unit.answers(0x20, 0x1000, false))
                .extracting(SlowAmdViAnswer::outcome)
                .containsExactly("-");
    }
}
