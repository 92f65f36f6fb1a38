package dev.moat.viommu.wrapper;

import static dev.moat.viommu.wrapper.ViommuCalls.E2BIG;
import static dev.moat.viommu.wrapper.ViommuCalls.EBUSY;
import static dev.moat.viommu.wrapper.ViommuCalls.EEXIST;
import static dev.moat.viommu.wrapper.ViommuCalls.EFAULT;
import static dev.moat.viommu.wrapper.ViommuCalls.EINVAL;
import static dev.moat.viommu.wrapper.ViommuCalls.ENODEV;
import static dev.moat.viommu.wrapper.ViommuCalls.ENOENT;
import static dev.moat.viommu.wrapper.ViommuCalls.ENOMEM;
import static dev.moat.viommu.wrapper.ViommuCalls.INTEL_VTD;
import static dev.moat.viommu.wrapper.ViommuCalls.IRQ_REMAPPING;
import static dev.moat.viommu.wrapper.ViommuCalls.L2_TRANSLATION;
import static dev.moat.viommu.wrapper.ViommuCalls.SVM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.firmware.AcpiTable;
import dev.moat.iommu.Families;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;

/** Every error of every hypercall, and which comes first where several apply. */
class ViommuCallsTest {
    private static final long BASE = 0xfed90000L;
    private static final long PAGE = 0x1000;
    private static final int OFFERED = IRQ_REMAPPING | L2_TRANSLATION;
    private static final int VIRTUAL = 0x08;
    private static final int PASSED = 0x10;
    private static final int STRANGER = 0x18;

    private static ViommuCalls calls(boolean enabled, boolean hvm, boolean memory) {
        return calls(enabled, hvm, memory, Firmware.MachineType.Q35);
    }

    /** 2 GiB of low memory and 1 GiB of high. */
    private static ViommuCalls calls(boolean enabled, boolean hvm, boolean memory, Firmware.MachineType type) {
        ViommuCalls.Memory ram = new ViommuCalls.Memory(0x80000000L, 0x140000000L);
        return new ViommuCalls(
                new ViommuCalls.Host(enabled, OFFERED, () -> memory),
                new ViommuCalls.Domain(hvm, type, ram, Set.of(VIRTUAL), Set.of(PASSED)),
                (sid, address, write) -> write ? -1 : address + 0x10000);
    }

    private static ViommuCalls created(int capabilities) {
        ViommuCalls calls = calls(true, true, true);
        assertThat(calls.create(INTEL_VTD, BASE, PAGE, capabilities)).isZero();
        return calls;
    }

    @Test
    void query() {
        assertThat(calls(false, true, true).query(7)).isEqualTo(ENODEV);
        assertThat(calls(true, true, true).query(7)).isEqualTo(EINVAL);
        assertThat(calls(true, true, true).query(INTEL_VTD)).isEqualTo(OFFERED);
    }

    /** One error more is mended in each row; the last one succeeds. */
    @ParameterizedTest
    @CsvSource({
        "I440FX, false, 7, false, 0x100, 0x2000, 4, false, -19",
        "I440FX, true, 7, false, 0x100, 0x2000, 4, false, -22",
        "I440FX, true, 1, false, 0x100, 0x2000, 4, false, -22",
        "I440FX, true, 1, true, 0x100, 0x2000, 4, false, -22",
        "Q35, true, 1, true, 0x100, 0x2000, 4, false, -22",
        "Q35, true, 1, true, 0xfed90010, 0x1000, 4, false, -22",
        "Q35, true, 1, true, 0x1000, 0x1000, 3, false, -22",
        "Q35, true, 1, true, 0x7ffff000, 0x1000, 3, false, -22",
        "Q35, true, 1, true, 0x100000000, 0x1000, 3, false, -22",
        "Q35, true, 1, true, 0x13ffff000, 0x1000, 3, false, -22",
        "Q35, true, 1, true, 0xb0000000, 0x1000, 3, false, -22",
        "Q35, true, 1, true, 0xbffff000, 0x1000, 3, false, -22",
        "Q35, true, 1, true, 0xfec00000, 0x1000, 3, false, -22",
        "Q35, true, 1, true, 0xfee00000, 0x1000, 3, false, -22",
        "Q35, true, 1, true, 0xfeeff000, 0x1000, 3, false, -22",
        "Q35, true, 1, true, 0x8000000000, 0x1000, 3, true, -22",
        "Q35, true, 1, true, -0x1000, 0x1000, 3, true, -22",
        "Q35, true, 1, true, 0xfed90000, 0x2000, 3, false, -22",
        "Q35, true, 1, true, 0xfed90000, 0x1000, 7, false, -22",
        "Q35, true, 1, true, 0xfed90000, 0x1000, 3, false, -12",
        "Q35, true, 1, true, 0xfed90000, 0x1000, 3, true, 0",
        "Q35, true, 1, true, 0x80000000, 0x1000, 3, true, 0",
        "Q35, true, 1, true, 0xc0000000, 0x1000, 3, true, 0",
        "Q35, true, 1, true, 0x140000000, 0x1000, 3, true, 0",
        "Q35, true, 1, true, 0x7ffffff000, 0x1000, 3, true, 0",
        "Q35, true, 1, true, 0xfec01000, 0x1000, 3, true, 0",
        "Q35, true, 1, true, 0xfedff000, 0x1000, 3, true, 0",
        "Q35, true, 1, true, 0xfef00000, 0x1000, 3, true, 0",
        // Nothing is wrong but the machine, the type, the mode, the place.
        "I440FX, true, 1, true, 0xfed90000, 0x1000, 3, true, -22",
        "Q35, true, 7, true, 0xfed90000, 0x1000, 3, true, -22",
        "Q35, true, 1, false, 0xfed90000, 0x1000, 3, true, -22",
        "Q35, true, 1, true, 0xfed90010, 0x1000, 3, true, -22"
    })
    void create(ArgumentsAccessor row) {
        ViommuCalls calls =
                calls(row.getBoolean(1), row.getBoolean(3), row.getBoolean(7), row.get(0, Firmware.MachineType.class));
        int expected = row.getInteger(8);
        assertThat(calls.create(
                        row.getInteger(2),
                        Long.decode(row.getString(4)),
                        Long.decode(row.getString(5)),
                        row.getInteger(6)))
                .isEqualTo(expected);
        assertThat(calls.info().equals(HvmInfo.NONE)).isEqualTo(expected != 0);
    }

    /** The wrapper's first three duties, one after the other: what was asked for is what the guest's firmware tells of, until it is gone. */
    @Test
    void fromTheQueryToTheDmarTable() {
        ViommuCalls calls = calls(true, true, true);
        Firmware firmware = new Firmware(Firmware.MachineType.Q35, Families.get("vtd"));
        assertThat(dmar(firmware, calls)).isEmpty();
        assertThat(calls.create(INTEL_VTD, BASE + PAGE, PAGE, calls.query(INTEL_VTD)))
                .isZero();
        byte[] table = dmar(firmware, calls).orElseThrow().bytes();
        ByteBuffer bytes = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getLong(56)).isEqualTo(BASE + PAGE);
        assertThat(bytes.get(37)).isEqualTo((byte) 1);
        assertThat(calls.destroy(0)).isZero();
        assertThat(dmar(firmware, calls)).isEmpty();
    }

    private static Optional<AcpiTable> dmar(Firmware firmware, ViommuCalls calls) {
        return firmware.tables(calls.info().bytes(), 0xfc000000L).stream()
                .filter(table -> table.signature().equals("DMAR"))
                .findFirst();
    }

    /** The host has memory for one unit: a second one is too many first, and no memory only once the first has gone. */
    @Test
    void aSecondOneIsRefusedBeforeMemoryIsLookedFor() {
        AtomicBoolean memory = new AtomicBoolean(true);
        ViommuCalls calls = new ViommuCalls(
                new ViommuCalls.Host(true, OFFERED, memory::get),
                new ViommuCalls.Domain(
                        true,
                        Firmware.MachineType.Q35,
                        new ViommuCalls.Memory(0x80000000L, 0x100000000L),
                        Set.of(),
                        Set.of()),
                (sid, address, write) -> address);
        assertThat(calls.create(INTEL_VTD, BASE, PAGE, OFFERED)).isZero();
        memory.set(false);
        assertThat(calls.create(INTEL_VTD, BASE, PAGE, OFFERED)).isEqualTo(E2BIG);
        assertThat(calls.create(INTEL_VTD, BASE, PAGE, SVM)).isEqualTo(EINVAL);
        assertThat(calls.info()).isEqualTo(new HvmInfo(BASE, OFFERED));
        assertThat(calls.destroy(0)).isZero();
        assertThat(calls.create(INTEL_VTD, BASE, PAGE, SVM)).isEqualTo(EINVAL);
        assertThat(calls.create(INTEL_VTD, BASE, PAGE, OFFERED)).isEqualTo(ENOMEM);
        memory.set(true);
        assertThat(calls.create(INTEL_VTD, BASE, PAGE, OFFERED)).isZero();
    }

    @Test
    void aSecondOne() {
        ViommuCalls calls = created(OFFERED);
        assertThat(calls.create(INTEL_VTD, BASE + PAGE, PAGE, OFFERED)).isEqualTo(E2BIG);
        assertThat(calls.create(INTEL_VTD, BASE + 1, PAGE, OFFERED)).isEqualTo(EINVAL);
        assertThat(calls.info()).isEqualTo(new HvmInfo(BASE, OFFERED));
        assertThat(calls.create(INTEL_VTD, BASE, PAGE, SVM)).isEqualTo(EINVAL);
    }

    /** One error more is mended in each row of a call; its last one succeeds. */
    @ParameterizedTest
    @CsvSource({
        "attach, false, 0x18, false, false, 0, -19",
        "attach, true, 0x18, false, false, 0, -19",
        "attach, true, 0x08, true, false, 0, -17",
        "attach, true, 0x08, false, false, 0, 0",
        "detach, false, 0x18, false, true, 0, -19",
        "detach, false, 0x10, false, true, 0, -19",
        "detach, true, 0x18, false, true, 0, -19",
        "detach, true, 0x10, false, true, 0, -2",
        "detach, true, 0x10, true, true, 0, -16",
        "detach, true, 0x10, true, false, 0, 0",
        "destroy, false, 0x10, false, false, 1, -19",
        "destroy, true, 0x10, true, false, 1, -19",
        "destroy, true, 0x10, true, false, 0, -16",
        "destroy, true, 0x10, false, false, 0, 0",
        "translate, false, 0x10, false, true, 0, -19",
        "translate, true, 0x18, false, true, 0, -19",
        "translate, true, 0x10, false, true, 0, -19",
        "translate, true, 0x10, true, true, 0, -19",
        "translate, true, 0x08, false, true, 0, -2",
        "translate, true, 0x08, true, true, 0, -22",
        "translate, true, 0x08, true, true, 0x1001, -22",
        "translate, true, 0x08, true, true, 8, -14",
        "translate, true, 0x08, true, false, 8, 0x10000"
    })
    void others(
            String call, boolean unit, String device, boolean attached, boolean busy, String number, String expected) {
        ViommuCalls calls = unit ? created(OFFERED) : calls(true, true, true);
        int sid = Integer.decode(device);
        if (attached) {
            assertThat(calls.attach(sid)).isZero();
        }
        long got = switch (call) {
            case "attach" -> calls.attach(sid);
            case "detach" -> calls.detach(sid, busy);
            case "destroy" -> calls.destroy(Integer.decode(number));
            default -> calls.translate(sid, 0, Long.decode(number), busy);
        };
        assertThat(got).isEqualTo(Long.decode(expected).longValue());
    }

    @Test
    void destroy() {
        assertThat(calls(true, true, true).destroy(0)).isEqualTo(ENODEV);
        ViommuCalls calls = created(OFFERED);
        assertThat(calls.attach(PASSED)).isZero();
        assertThat(calls.destroy(1)).isEqualTo(ENODEV);
        assertThat(calls.destroy(0)).isEqualTo(EBUSY);
        assertThat(calls.detach(PASSED, false)).isZero();
        assertThat(calls.destroy(0)).isZero();
        assertThat(calls.info()).isEqualTo(HvmInfo.NONE);
        assertThat(calls.create(INTEL_VTD, BASE, PAGE, OFFERED)).isZero();
    }

    @Test
    void hotplug() {
        ViommuCalls calls = calls(true, true, true);
        assertThat(calls.attach(VIRTUAL)).isEqualTo(ENODEV);
        assertThat(calls.create(INTEL_VTD, BASE, PAGE, OFFERED)).isZero();
        assertThat(calls.attach(STRANGER)).isEqualTo(ENODEV);
        // What was refused has attached nothing.
        assertThat(calls.destroy(0)).isZero();
        assertThat(calls.create(INTEL_VTD, BASE, PAGE, OFFERED)).isZero();
        assertThat(calls.detach(STRANGER, true)).isEqualTo(ENODEV);
        assertThat(calls.detach(VIRTUAL, true)).isEqualTo(ENOENT);
        assertThat(calls.attach(VIRTUAL)).isZero();
        assertThat(calls.attach(VIRTUAL)).isEqualTo(EEXIST);
        assertThat(calls.detach(VIRTUAL, true)).isEqualTo(EBUSY);
        assertThat(calls.detach(VIRTUAL, false)).isZero();
        assertThat(calls.detach(VIRTUAL, false)).isEqualTo(ENOENT);
    }

    @Test
    void translate() {
        assertThat(calls(true, true, true).translate(VIRTUAL, 0, 1, false)).isEqualTo(ENODEV);
        ViommuCalls calls = created(OFFERED);
        assertThat(calls.attach(PASSED)).isZero();
        assertThat(calls.translate(PASSED, 0, 1, false)).isEqualTo(ENODEV);
        assertThat(calls.translate(VIRTUAL, 0, 0, true)).isEqualTo(ENOENT);
        assertThat(calls.attach(VIRTUAL)).isZero();
        assertThat(calls.translate(VIRTUAL, 0, 0, true)).isEqualTo(EINVAL);
        assertThat(calls.translate(VIRTUAL, 0xff1, 0x10, true)).isEqualTo(EINVAL);
        assertThat(calls.translate(VIRTUAL, 0xff0, 0x10, true)).isEqualTo(EFAULT);
        assertThat(calls.translate(VIRTUAL, 0xff0, 0x10, false)).isEqualTo(0x10ff0);
        ViommuCalls interruptsOnly = created(IRQ_REMAPPING);
        assertThat(interruptsOnly.translate(VIRTUAL, 0x2000, 8, true)).isEqualTo(ENOENT);
        assertThat(interruptsOnly.attach(VIRTUAL)).isZero();
        assertThat(interruptsOnly.translate(VIRTUAL, 0x2ff9, 8, true)).isEqualTo(EINVAL);
        assertThat(interruptsOnly.translate(VIRTUAL, 0x2000, 8, true)).isEqualTo(0x2000);
    }
}
