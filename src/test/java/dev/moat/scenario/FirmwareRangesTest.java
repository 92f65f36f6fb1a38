package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which device goes to whom, against DMAR and IVRS tables in the three forms that people have. */
class FirmwareRangesTest {
    /** As {@code iasl -d} lists it, of version 2020 and later: a unit for 00:02.0, and a range that 00:14.0 needs. */
    private static final String DMAR = """
            [000h 0000 004h]                   Signature : "DMAR"    [DMA Remapping Table]
            [004h 0004 004h]                Table Length : 00000078
            [030h 0048 002h]               Subtable Type : 0000 [Hardware Unit Definition]
            [032h 0050 002h]                      Length : 0018
            [034h 0052 001h]                       Flags : 00
            [036h 0054 002h]          PCI Segment Number : 0000
            [038h 0056 008h]       Register Base Address : 00000000FED90000
            [040h 0064 001h]           Device Scope Type : 01 [PCI Endpoint Device]
            [041h 0065 001h]                Entry Length : 08
            [045h 0069 001h]              PCI Bus Number : 00
            [046h 0070 002h]                    PCI Path : 02,00
            [048h 0072 002h]               Subtable Type : 0001 [Reserved Memory Region]
            [04Ah 0074 002h]                      Length : 0020
            [04Eh 0078 002h]          PCI Segment Number : 0000
            [050h 0080 008h]                Base Address : 000000003E000000
            [058h 0088 008h]         End Address (limit) : 000000003E01FFFF
            [060h 0096 001h]           Device Scope Type : 01 [PCI Endpoint Device]
            [061h 0097 001h]                Entry Length : 08
            [065h 0101 001h]              PCI Bus Number : 00
            [066h 0102 002h]                    PCI Path : 14,00
            [068h 0104 002h]               Subtable Type : 0000 [Hardware Unit Definition]
            [06Ah 0106 002h]                      Length : 0010
            [06Ch 0108 001h]                       Flags : %s
            [06Eh 0110 002h]          PCI Segment Number : 0000
            [070h 0112 008h]       Register Base Address : 00000000FED91000
            """;

    @TempDir
    Path directory;

    private DeviceConfiguration read(String iommu, String memory, byte[] table) throws IOException {
        Path file = Files.writeString(
                directory.resolve("vm.yaml"),
                "iommu: " + iommu + "\nbuses: {root: [\"0000:00:02.0\", \"0000:00:14.0\"]}\n"
                        + "domains:\n  dom0: [\"0000:00:02.0\"]\n  vm: [\"0000:00:14.0\"]\nmemory: {vm: [" + memory
                        + "]}\n");
        return DeviceConfiguration.read(file, List.of(Files.write(directory.resolve("table"), table)));
    }

    private static byte[] listed(String flags) {
        return DMAR.formatted(flags).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aDeviceThatNoUnitTranslatesIsNotGivenAway() {
        assertThatThrownBy(() -> read("vtd", "0x0-0xfffff", listed("00")))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith(
                        ":5:8: 0000:00:14.0 goes to vm, and the firmware names no unit that translates its"
                                + " requests: vm would reach all memory by it");
    }

    @Test
    void aUnitForAllOthersTranslatesIt() throws IOException {
        assertThat(read("vtd", "0x0-0xfffff", listed("01")).warnings()).isEmpty();
    }

    @Test
    void aRangeOfTheFirmwareIsNoMemoryOfTheDomain() {
        assertThatThrownBy(() -> read("vtd", "0x0-0x3fffffff", listed("01")))
                .hasMessageContaining("its reserved range RMRR 0x3e000000-0x3e01ffff lies in memory of vm");
    }

    /** A bridge's bus numbers are in its registers, which no table tells. */
    @Test
    void behindABridgeItIsNotKnown() throws IOException {
        String bridge = DMAR.formatted("00").replace("Scope Type : 01", "Scope Type : 02");
        assertThat(read("vtd", "0x0-0xfffff", bridge.getBytes(StandardCharsets.US_ASCII))
                        .warnings())
                .singleElement()
                .asString()
                .contains("whether a unit translates 0000:00:14.0, the firmware's table does not tell");
    }

    /** The bytes, and the dump of them, say the same. Requests of 14.0 bear the id of 02.0, and the block is IVMD's. */
    @Test
    void amdsTableJoinsAliasesAndKeepsItsRanges() {
        ByteBuffer ivrs = ByteBuffer.allocate(48 + 24 + 12 + 32).order(ByteOrder.LITTLE_ENDIAN);
        ivrs.put("IVRS".getBytes(StandardCharsets.US_ASCII))
                .putInt(ivrs.capacity())
                .position(48);
        ivrs.put((byte) 0x10).put((byte) 0).putShort((short) 36).position(72);
        ivrs.put((byte) 2).putShort((short) 0x10).put((byte) 0);
        ivrs.put((byte) 0x42)
                .putShort((short) 0xa0)
                .putShort((short) 0)
                .putShort((short) 0x10)
                .put((byte) 0);
        ivrs.put((byte) 0x21)
                .put((byte) 1)
                .putShort((short) 32)
                .putShort((short) 0xa0)
                .position(84 + 16);
        ivrs.putLong(0x3e000000L).putLong(0x1000L);
        StringBuilder dump = new StringBuilder("IVRS @ 0x0000000000000000\n");
        for (int i = 0; i < ivrs.capacity(); i++) {
            dump.append(i % 16 == 0 ? String.format("%s    %04X:", i == 0 ? "" : "\n", i) : "")
                    .append(String.format(" %02X", ivrs.get(i)));
        }
        for (byte[] form : List.of(ivrs.array(), dump.toString().getBytes(StandardCharsets.US_ASCII))) {
            assertThatThrownBy(() -> read("amd-vi", "0x0-0xfffff", form))
                    .hasMessageContaining("of the same requester ID 0x10 to dom0")
                    .hasMessageContaining("their requests carry it, as the firmware's IVRS says");
        }
        ivrs.put(76, (byte) 0);
        assertThatThrownBy(() -> read("amd-vi", "0x0-0xfffff", ivrs.array())).hasMessageContaining("names no unit");
        ivrs.put(72, (byte) 1);
        assertThatThrownBy(() -> read("amd-vi", "0x0-0x3fffffff", ivrs.array()))
                .hasMessageContaining("its reserved range IVMD 0x3e000000-0x3e000fff lies in memory of vm");
    }

    @Test
    void aDamagedTableIsRefusedWithTheByte() {
        byte[] cut = java.util.Arrays.copyOf("DMAR".getBytes(StandardCharsets.US_ASCII), 60);
        cut[50] = 16;
        assertThatThrownBy(() -> read("vtd", "0x0-0xfffff", cut))
                .hasMessageEndingWith("table: byte 0x30: a structure of 16 bytes has no room");
        byte[] wrong =
                DMAR.formatted("00").replace("Length : 0020", "Length : 0002").getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> read("vtd", "0x0-0xfffff", wrong))
                .hasMessageContaining("table:12:1: byte 0x48: a structure of 2 bytes has no room");
        assertThatThrownBy(() -> read("vtd", "0x0-0xfffff", new byte[] {1, 2}))
                .hasMessageContaining("neither a DMAR nor an IVRS table");
    }
}
