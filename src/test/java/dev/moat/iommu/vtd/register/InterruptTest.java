package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.InterruptBench.*;
import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.iommu.vtd.interrupt.RemapEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Interrupt requests: each fault, the order of checks, verification of the requester, destinations, posting, the cache. */
class InterruptTest {
    private static final long POSTED = 0x10_0000L;

    private final UnitBench bench;

    InterruptTest() {
        bench = started(CAP, ECAP);
    }

    private String askIndex(int index) {
        return ask(bench, SID, address(index, false), 0);
    }

    @Test
    void anEntryMakesTheMessage() {
        entry(bench, 5, LO | 0b11_1100 | 5 << 5, 0);
        long answer = bench.unit.interrupt(bench.s, SID, address(5, false), 0xffff);
        assertThat(InterruptAnswer.VECTOR.get(answer)).isEqualTo(0x51);
        assertThat(InterruptAnswer.DEST.get(answer)).isEqualTo(3);
        assertThat(InterruptAnswer.DM.isSet(answer)).isTrue();
        assertThat(InterruptAnswer.RH.isSet(answer)).isTrue();
        assertThat(InterruptAnswer.TM.isSet(answer)).isTrue();
        assertThat(InterruptAnswer.DLM.get(answer)).isEqualTo(5);
        assertThat(InterruptAnswer.REMAPPED.isSet(answer)).isTrue();
    }

    /** Each reason, in the order in which they take precedence; entries and requests are as wrong as can be behind it. */
    @ParameterizedTest
    @CsvSource({
        // A request in compatibility format; nothing of an entry is looked at.
        "0xfee03000, 0x51,     1, 3fffffffff, '25 sid 20 index 0'",
        // Reserved data; the index that is recorded has its subhandle.
        "0xfee02018, 0x10001,  1, 3fffffffff, '20 sid 20 index 101'",
        // 256 entries.
        "0xfee02010, 0x0,      1, 3fffffffff, '21 sid 20 index 100'",
        "0xfee01ff8, 0x1,      1, 3fffffffff, '21 sid 20 index 100'",
        "0xfee000f0, 0x0,      7000fffe, 3fffffffff, '22 unrecorded'",
        "0xfee000f0, 0x0,      7000ffff, 3fffffffff, '24 unrecorded'",
        "0xfee000f0, 0x0,      7000, fffff, '22 sid 20 index 7'",
        "0xfee000f0, 0x0,      1001, 0, '24 sid 20 index 7'",
        "0xfee000f0, 0x0,      1,    40021, '26 sid 20 index 7'",
        "0xfee000f0, 0x0,      3,    40021, '26 unrecorded'",
        "0xfee000f0, 0x0,      2,    40021, '22 unrecorded'",
    })
    void reasonsTakePrecedence(String address, String data, String lo, String hi, String answer) {
        entry(bench, 7, Long.parseLong(lo, 16), Long.parseLong(hi, 16));
        assertThat(ask(bench, SID, Long.decode(address), Long.decode(data))).isEqualTo(answer);
    }

    /** Whoever has no source-id is not verified; function 7 of device 31 of bus 255 has one, of all ones. */
    @Test
    void theHighestRequesterIsVerifiedToo() {
        entry(bench, 7, 1, 0x40008);
        assertThat(ask(bench, 0xffff, address(7, false), 0)).isEqualTo("26 sid ffff index 7");
        assertThat(ask(bench, InterruptRequest.NO_SOURCE, address(7, false), 0)).isEqualTo("0 to 0");
        assertThat(ask(bench, InterruptRequest.NO_SOURCE, 0xfee03000L, 0)).isEqualTo("25 sid ffff index 0");
    }

    /** Of an entry that is right one bit at a time is changed: the reserved ones are 0x24. */
    @Test
    void reservedBitsOfAnEntry() {
        long wrongLo = 0;
        long wrongHi = 0;
        for (int bit = 0; bit < 128; bit++) {
            UnitBench fresh = started(Cap.PI.set(CAP, 0), ECAP);
            entry(fresh, 0, bit < 64 ? LO ^ 1L << bit : LO, bit < 64 ? 0 : 1L << bit - 64);
            if (ask(fresh, 0, address(0, false), 0).startsWith("24 ")) {
                wrongLo |= bit < 64 ? 1L << bit : 0;
                wrongHi |= bit < 64 ? 0 : 1L << bit - 64;
            }
        }
        // 14:12, 15 without posting, 31:24; of the destination all but 47:40.
        assertThat(wrongLo).isEqualTo(0xffff00ff_ff00f000L);
        assertThat(wrongHi).isEqualTo(0xffffffff_fff00000L);
    }

    @Test
    void reservedBitsOfAPostedEntry() {
        long lo = RemapEntry.P.mask() | RemapEntry.IM.mask() | RemapEntry.Posted.PDA_LO.set(0, POSTED >>> 6);
        long wrongLo = 0;
        long wrongHi = 0;
        for (int bit = 0; bit < 128; bit++) {
            UnitBench fresh = started(CAP, ECAP);
            entry(fresh, 0, bit < 64 ? lo ^ 1L << bit : lo, bit < 64 ? 0 : 1L << bit - 64);
            if (ask(fresh, 0, address(0, false), 0).startsWith("24 ")) {
                wrongLo |= bit < 64 ? 1L << bit : 0;
                wrongHi |= bit < 64 ? 0 : 1L << bit - 64;
            }
        }
        // Bit 15 makes a remapped entry of it, with destination bits that are reserved. The host's addresses have 46
        // bits.
        assertThat(wrongLo).isEqualTo(0x0000003f_ff00b0fcL);
        assertThat(wrongHi).isEqualTo(0xffffc000_fff00000L);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x0,    0x20,   true",
        "1, 0x20,   0x20,   true",
        "1, 0x20,   0x21,   false",
        "1, 0x20,   0x120,  false",
        // SQ 1 leaves out function bit 2, 2 bits 2:1, 3 the function.
        "5, 0x24,   0x20,   true",
        "5, 0x22,   0x20,   false",
        "9, 0x26,   0x20,   true",
        "9, 0x21,   0x20,   false",
        "d, 0x27,   0x20,   true",
        "d, 0x28,   0x20,   false",
        // First and last bus.
        "2, 0x0103, 0x100,  true",
        "2, 0x0103, 0x3ff,  true",
        "2, 0x0103, 0xff,   false",
        "2, 0x0103, 0x400,  false",
        "2, 0x0301, 0x200,  false",
        // SVT 3 has no meaning.
        "3, 0x0,    0x0,    false",
        // A request without a requester is not verified, one of the highest requester is.
        "1, 0x20,   -1,     true",
        "1, 0x20,   0xffff, false",
    })
    void theRequesterIsVerified(String type, String named, String sid, boolean delivered) {
        int bits = Integer.parseInt(type, 16);
        long hi = Long.decode(named) | (long) (bits >>> 2) << 16 | (bits & 3L) << 18;
        entry(bench, 0, LO, hi);
        String answer = ask(bench, Integer.decode(sid), address(0, false), 0);
        assertThat(answer)
                .isEqualTo(
                        delivered
                                ? "51 to 3"
                                : (bits & 3) == 3
                                        ? "24 sid 0 index 0"
                                        : "26 sid " + Integer.toHexString(Integer.decode(sid)) + " index 0");
    }

    /** Handle and subhandle are added, without the data's subhandle if there is none; bit 15 of the handle stands apart. */
    @ParameterizedTest
    @CsvSource({
        "5, false, 0x9999, 5",
        "5, true, 0x9, e",
        "0xff, true, 0x0, ff",
        "0xfffe, true, 0x1, ffff",
        "0x8000, false, 0, 8000",
    })
    void theIndexIsASum(String handle, boolean subhandle, String data, String index) {
        bench.write64(IRTA, ENTRIES | 15);
        bench.command(SIRTP);
        assertThat(ask(bench, SID, address(Integer.decode(handle), subhandle), Long.decode(data)))
                .isEqualTo("22 sid 20 index " + index);
    }

    /** The sum has more than 16 bits; a recorded unit cuts it. */
    @Test
    void theSumMayBeBeyondEveryTable() {
        for (boolean wraps : new boolean[] {false, true}) {
            UnitBench unit = wraps ? started(CAP, ECAP, Deviation.INDEX_WRAPS) : started(CAP, ECAP);
            unit.write64(IRTA, ENTRIES | 15);
            unit.command(SIRTP);
            entry(unit, 0, LO, 0);
            assertThat(ask(unit, SID, address(0xfff0, true), 0x10)).isEqualTo(wraps ? "51 to 3" : "21 sid 20 index 0");
        }
    }

    /** IRTA counts when SIRTP takes it; before the first there is no entry. */
    @Test
    void theTableIsTakenBySirtp() {
        UnitBench fresh = UnitBench.full();
        fresh.command(IRE);
        entry(fresh, 0, LO, 0);
        fresh.write64(IRTA, ENTRIES);
        assertThat(ask(fresh, SID, address(0, false), 0)).isEqualTo("21 sid 20 index 0");
        fresh.command(SIRTP);
        assertThat(ask(fresh, SID, address(0, false), 0)).isEqualTo("51 to 3");
        assertThat(ask(fresh, SID, address(2, false), 0)).isEqualTo("21 sid 20 index 2");
        fresh.write64(IRTA, END | 3);
        assertThat(ask(fresh, SID, address(2, false), 0)).isEqualTo("21 sid 20 index 2");
        fresh.command(SIRTP);
        assertThat(ask(fresh, SID, address(2, false), 0)).isEqualTo("23 sid 20 index 2");
    }

    /** Requests that FPD cannot silence, since no entry was read. */
    @Test
    void anEntryThatCannotBeReadIsRecorded() {
        bench.write64(IRTA, END);
        bench.command(SIRTP);
        assertThat(askIndex(0)).isEqualTo("23 sid 20 index 0");
    }

    @Test
    void withoutRemappingRequestsPass() {
        bench.write32(GCMD, 0);
        assertThat(ask(bench, SID, 0xfee05018L, 0x8761)).isEqualTo("61 to 5");
        long answer = bench.unit.interrupt(bench.s, SID, 0xfee0500cL, 0x8761);
        assertThat(InterruptAnswer.REMAPPED.isSet(answer)).isFalse();
        assertThat(InterruptAnswer.DLM.get(answer)).isEqualTo(7);
        assertThat(InterruptAnswer.TM.isSet(answer)).isTrue();
        assertThat(InterruptAnswer.DM.isSet(answer)).isTrue();
        assertThat(InterruptAnswer.RH.isSet(answer)).isTrue();
    }

    /** Compatibility format passes with CFIS, unless extended mode is on. */
    @ParameterizedTest
    @CsvSource({"false, false, false", "true, false, true", "true, true, false", "false, true, false"})
    void compatibilityFormat(boolean passing, boolean extended, boolean passes) {
        bench.write64(IRTA, ENTRIES | 7 | (extended ? 1 << 11 : 0));
        bench.command(SIRTP | (passing ? CFI : 0));
        assertThat(ask(bench, SID, 0xfee05000L, 0x61)).isEqualTo(passes ? "61 to 5" : "25 sid 20 index 0");
        UnitBench recorded = started(CAP, ECAP, Deviation.COMPATIBILITY_PASSES);
        assertThat(ask(recorded, SID, 0xfee05000L, 0x61)).isEqualTo("61 to 5");
    }

    /** Extended mode needs ECAP.EIM; without it a destination has 8 bits, at 47:40. */
    @ParameterizedTest
    @CsvSource({
        "true,  true,  12345678, '51 to 12345678'",
        "true,  false, 12345678, '24 sid 20 index 0'",
        "false, true,  12345678, '24 sid 20 index 0'",
        "true,  false, 5600,     '51 to 56'",
        "true,  true,  5600,     '51 to 5600'",
        "false, true,  5600,     '51 to 56'",
    })
    void destinations(boolean capable, boolean enabled, String dest, String answer) {
        UnitBench unit = started(CAP, capable ? ECAP : Ecap.EIM.set(ECAP, 0));
        unit.write64(IRTA, ENTRIES | 7 | (enabled ? 1 << 11 : 0));
        unit.command(SIRTP);
        entry(unit, 0, 0x510001 | Long.parseLong(dest, 16) << 32, 0);
        assertThat(ask(unit, SID, address(0, false), 0)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, true", "2, true", "3, false", "4, true", "5, true", "6, false", "7, true"})
    void deliveryModes(int mode, boolean right) {
        entry(bench, 0, LO | (long) mode << 5, 0);
        assertThat(askIndex(0)).isEqualTo(right ? "51 to 3" : "24 sid 20 index 0");
        UnitBench recorded = started(CAP, ECAP, Deviation.DELIVERY_MODE_UNCHECKED);
        entry(recorded, 0, LO | (long) mode << 5, 0);
        assertThat(ask(recorded, SID, address(0, false), 0)).isEqualTo("51 to 3");
    }

    /** What recorded units do otherwise. */
    @ParameterizedTest
    @CsvSource({
        "BUS_RANGE_SWAPPED,            0x510001,       80301, 200, 0,     '51 to 0'",
        "BUS_RANGE_SWAPPED,            0x510001,       80103, 200, 0,     '26 sid 200 index 7'",
        "VERIFICATION_TYPE_AS_FAILURE, 0x510001,       c0000, 20,  0,     '26 sid 20 index 7'",
        "DESTINATION_UNCHECKED,        0xff00510001,   0,     20,  0,     '51 to 0'",
        "RESERVED_DATA_LAST,           0x0,            0,     20,  10000, '22 sid 20 index 7'",
        "RESERVED_DATA_LAST,           0x510001,       0,     20,  10000, '20 sid 20 index 7'",
        "INTERRUPT_FAULTS_UNRECORDED,  0x0,            0,     20,  0,     '22 unrecorded'",
    })
    void deviations(Deviation deviation, String lo, String hi, String sid, String data, String answer) {
        UnitBench unit = started(CAP, ECAP, deviation);
        entry(unit, 7, Long.decode(lo), Long.parseLong(hi, 16));
        assertThat(ask(unit, Integer.parseInt(sid, 16), address(7, true), Long.parseLong(data, 16)))
                .isEqualTo(answer);
    }

    @Test
    void aPostedEntryMayBeTakenForARemappedOne() {
        UnitBench unit = started(Cap.PI.set(CAP, 0), ECAP, Deviation.POSTED_AS_REMAPPED);
        entry(unit, 0, LO | RemapEntry.IM.mask(), 0);
        assertThat(ask(unit, SID, address(0, false), 0)).isEqualTo("51 to 3");
        UnitBench extended = started(CAP, Ecap.EIM.set(ECAP, 0), Deviation.EXTENDED_MODE_ALWAYS);
        extended.write64(IRTA, ENTRIES | 1 << 11);
        extended.command(SIRTP);
        entry(extended, 0, LO, 0);
        assertThat(ask(extended, SID, address(0, false), 0)).isEqualTo("51 to 300");
    }

    @Test
    void theWindow() {
        assertThat(InterruptRequest.isInterrupt(0xfee00000L)).isTrue();
        assertThat(InterruptRequest.isInterrupt(0xfeefffffL)).isTrue();
        assertThat(InterruptRequest.isInterrupt(0xfedfffffL)).isFalse();
        assertThat(InterruptRequest.isInterrupt(0xfef00000L)).isFalse();
        assertThat(InterruptRequest.isInterrupt(0xfee00000L | 1L << 63)).isFalse();
        assertThat(InterruptRequest.touchesInterrupts(0xfed00000L, 0x100000)).isFalse();
        assertThat(InterruptRequest.touchesInterrupts(0xfed00000L, 0x100001)).isTrue();
        assertThat(InterruptRequest.touchesInterrupts(0xfeefffffL, 1)).isTrue();
        assertThat(InterruptRequest.touchesInterrupts(0xfef00000L, 1)).isFalse();
        assertThat(InterruptRequest.touchesInterrupts(0, 1L << 40)).isTrue();
    }
}
