package dev.moat.viommu.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.firmware.AcpiTable;
import dev.moat.iommu.Families;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables that a guest's firmware makes, byte by byte. */
class FirmwareTest {
    private static final long AT = 0xfc000000L;
    /** Offset of the checksum in the info table, behind signature and length. */
    private static final int CHECKSUM = 12;

    private static final HvmInfo INFO =
            new HvmInfo(0xfed90000L, ViommuCalls.IRQ_REMAPPING | ViommuCalls.L2_TRANSLATION);

    private static List<AcpiTable> tables(Firmware.MachineType type, String family, byte[] info) {
        return new Firmware(type, Families.get(family)).tables(info, AT);
    }

    private static List<String> signatures(List<AcpiTable> tables) {
        return tables.stream().map(AcpiTable::signature).toList();
    }

    @Test
    void q35HasMcfgAndDmar() {
        List<AcpiTable> tables = tables(Firmware.MachineType.Q35, "vtd", INFO.bytes());
        assertThat(signatures(tables)).containsExactly("MCFG", "DMAR", "XSDT");
        for (AcpiTable table : tables) {
            assertThat(AcpiTable.isSound(table.bytes())).isTrue();
        }
        ByteBuffer xsdt = ByteBuffer.wrap(tables.get(2).bytes()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(xsdt.getLong(36)).isEqualTo(AT);
        assertThat(xsdt.getLong(44)).isEqualTo(AT + 64);
        assertThat(xsdt.capacity()).isEqualTo(52);
    }

    /** Bytes from offset 36 on, against the layout of fact sheet viommu, section 12. */
    @Test
    void dmar() {
        byte[] dmar =
                tables(Firmware.MachineType.Q35, "vtd", INFO.bytes()).get(1).bytes();
        assertThat(dmar).hasSize(72);
        String expected = "26" + "01" + "00".repeat(10) // 39 bits; INTR_REMAP, no X2APIC_OPT_OUT
                + "0000" + "1800" + "01" + "00" + "0000" + "0000d9fe00000000" // DRHD, 24 bytes, INCLUDE_PCI_ALL
                + "03" + "08" + "0000" + "00" + "f0" + "00" + "00"; // I/O APIC 0 at f0:00.0
        assertThat(HexFormat.of().formatHex(dmar, 36, 72)).isEqualTo(expected);
    }

    @Test
    void mcfg() {
        byte[] mcfg =
                tables(Firmware.MachineType.Q35, "vtd", INFO.bytes()).get(0).bytes();
        assertThat(HexFormat.of().formatHex(mcfg, 36, 60))
                .isEqualTo("00".repeat(8) + "000000b000000000" + "0000" + "00" + "ff" + "00".repeat(4));
    }

    @Test
    void withoutInterruptRemappingTheFlagIsClear() {
        byte[] info = new HvmInfo(INFO.base(), ViommuCalls.L2_TRANSLATION).bytes();
        assertThat(tables(Firmware.MachineType.Q35, "vtd", info).get(1).bytes()[37])
                .isZero();
    }

    @Test
    void i440fxHasNeither() {
        assertThat(signatures(tables(Firmware.MachineType.I440FX, "vtd", INFO.bytes())))
                .containsExactly("XSDT");
    }

    @Test
    void noUnitNoTable() {
        assertThat(signatures(tables(Firmware.MachineType.Q35, "vtd", HvmInfo.NONE.bytes())))
                .containsExactly("MCFG", "XSDT");
        assertThat(signatures(tables(Firmware.MachineType.Q35, "amd-vi", INFO.bytes())))
                .containsExactly("MCFG", "XSDT");
    }

    /** Whatever byte is damaged, or how many are missing: no DMAR, and no exception. */
    @Test
    void aDamagedInfoTableMeansNoDmar() {
        byte[] good = INFO.bytes();
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x10;
            requireNoDmar(bad);
            requireNoDmar(Arrays.copyOf(good, i));
        }
        requireNoDmar(Arrays.copyOf(good, good.length + 1));
        assertThat(HvmInfo.read(good)).contains(INFO);
    }

    /** Another signature or another length, and a checksum that is right: it is another table. */
    @Test
    void anotherTableMeansNoDmar() {
        byte[] good = INFO.bytes();
        for (int at = 0; at < CHECKSUM; at++) {
            byte[] other = good.clone();
            other[at]++;
            other[CHECKSUM]--;
            assertThat(AcpiTable.sum(other)).isZero();
            requireNoDmar(other);
        }
    }

    private static void requireNoDmar(byte[] info) {
        assertThat(HvmInfo.read(info)).isEmpty();
        assertThat(signatures(tables(Firmware.MachineType.Q35, "vtd", info))).containsExactly("MCFG", "XSDT");
    }

    /** Of either machine and either family, with a unit that remaps, one that does not, one elsewhere, none, and a damaged info table. */
    @ParameterizedTest
    @EnumSource(Firmware.MachineType.class)
    void onlyAQ35WhoseInfoTableIsWholeHasADmar(Firmware.MachineType type) {
        byte[] damaged = INFO.bytes();
        damaged[0]++;
        List<byte[]> infos = List.of(
                INFO.bytes(),
                new HvmInfo(INFO.base(), ViommuCalls.L2_TRANSLATION).bytes(),
                new HvmInfo(0xfec10000L, INFO.capabilities()).bytes(),
                HvmInfo.NONE.bytes(),
                damaged);
        int dmars = 0;
        for (byte[] info : infos) {
            for (String family : List.of("vtd", "amd-vi")) {
                dmars += signatures(tables(type, family, info)).contains("DMAR") ? 1 : 0;
            }
        }
        assertThat(dmars).isEqualTo(type == Firmware.MachineType.Q35 ? 3 : 0);
    }

    @Test
    void aTableIsSoundOnlyWhole() {
        byte[] good = AcpiTable.of("TEST", 1, new byte[] {1, 2, 3}).bytes();
        assertThat(AcpiTable.isSound(good)).isTrue();
        good[38] ^= 1;
        assertThat(AcpiTable.isSound(good)).isFalse();
        assertThat(AcpiTable.isSound(Arrays.copyOf(good, 20))).isFalse();
    }
}
