package dev.moat.iommu.amdvi.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.Registers;
import java.util.List;
import org.junit.jupiter.api.Test;

class MmioUnitTest {
    private static final List<Integer> STORING = List.of(
            Registers.DEVICE_TABLE_BASE,
            Registers.COMMAND_BASE,
            Registers.EVENT_BASE,
            Registers.CONTROL,
            Registers.EXCLUSION_BASE,
            Registers.EXCLUSION_LIMIT,
            Registers.COMMAND_HEAD,
            Registers.COMMAND_TAIL,
            Registers.EVENT_HEAD,
            Registers.EVENT_TAIL);

    private static final List<Long> WRITABLE = List.of(
            0x000ffffffffff1ffL,
            0x0f0ffffffffff000L,
            0x0f0ffffffffff000L,
            -1L,
            0x000ffffffffff003L,
            0x000ffffffffff000L,
            0x7fff0L,
            0x7fff0L,
            0x7fff0L,
            0x7fff0L);

    @Test
    void whatIsWrittenIsReadWithoutReservedBits() {
        for (int i = 0; i < STORING.size(); i++) {
            Driven d = new Driven();
            assertThat(d.read(STORING.get(i))).as("0 at reset").isZero();
            d.unit.write(d.s, STORING.get(i), -1L);
            assertThat(d.read(STORING.get(i)))
                    .as("register " + Integer.toHexString(STORING.get(i)))
                    .isEqualTo(WRITABLE.get(i));
            for (int other : STORING) {
                assertThat(d.read(other) == 0 || other == STORING.get(i)).isTrue();
            }
        }
    }

    @Test
    void featuresAreReadOnlyAndUnknownRegistersAreZero() {
        Driven d = new Driven();
        d.unit.write(d.s, Registers.EXTENDED_FEATURE, 0);
        assertThat(d.read(Registers.EXTENDED_FEATURE)).isEqualTo(0x29d3);
        d.unit.write(d.s, 0x38, -1L);
        assertThat(d.read(0x38)).isZero();
    }

    @Test
    void aNewCommandBaseResetsItsPointers() {
        Driven d = new Driven().on();
        d.command(Commands.waitInterrupt(), 0);
        d.write(Registers.COMMAND_BASE, Driven.COMMANDS | 9L << 56);
        assertThat(d.read(Registers.COMMAND_HEAD)).isZero();
        assertThat(d.read(Registers.COMMAND_TAIL)).isZero();
    }

    @Test
    void onesClearTheStatusBitsThatCanBeCleared() {
        Driven d = new Driven().on();
        d.registers.status.set(d.s, 0x7ff);
        d.write(Registers.STATUS, 0);
        assertThat(d.read(Registers.STATUS)).isEqualTo(0x7ff);
        d.write(Registers.STATUS, -1L);
        assertThat(d.read(Registers.STATUS)).isEqualTo(0x198);
    }

    @Test
    void runningBitsFollowTheControlRegister() {
        Driven d = new Driven();
        d.write(Registers.CONTROL, 0x1004);
        assertThat(d.read(Registers.STATUS)).as("without IommuEn").isZero();
        d.write(Registers.CONTROL, 0x1005);
        assertThat(d.read(Registers.STATUS)).isEqualTo(0x18);
        d.write(Registers.CONTROL, 0x0005);
        assertThat(d.read(Registers.STATUS)).isEqualTo(0x08);
        d.write(Registers.CONTROL, 0x1001);
        assertThat(d.read(Registers.STATUS)).isEqualTo(0x10);
    }

    @Test
    void aStepIsOneCommand() {
        Driven d = new Driven().on();
        d.store(Driven.COMMANDS, Commands.waitStore(0x330000));
        d.store(Driven.COMMANDS + 8, 1);
        d.store(Driven.COMMANDS + 16, Commands.waitStore(0x330000));
        d.store(Driven.COMMANDS + 24, 2);
        d.unit.write(d.s, Registers.COMMAND_TAIL, 0x20);
        assertThat(d.load(0x330000)).isZero();
        assertThat(d.unit.step(d.s)).isTrue();
        assertThat(d.load(0x330000)).isEqualTo(1);
        assertThat(d.unit.step(d.s)).isTrue();
        assertThat(d.unit.step(d.s)).isFalse();
        assertThat(d.load(0x330000)).isEqualTo(2);
    }
}
