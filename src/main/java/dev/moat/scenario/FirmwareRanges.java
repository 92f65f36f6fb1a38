package dev.moat.scenario;

import dev.moat.firmware.RemappingTable;
import dev.moat.firmware.RemappingTable.Reserved;
import dev.moat.input.InputException;
import dev.moat.input.InputFile;
import dev.moat.scenario.DeviceConfiguration.Named;
import dev.moat.scenario.IsolationUnits.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the firmware's tables say of the devices of a configuration: who translates them, whose id they send, which ranges they need. */
final class FirmwareRanges {
    private static final int MOST_BYTES = 1 << 20;
    private static final int HEX = 16;
    private static final int SEGMENT_BITS = 16;
    private static final int SEGMENT_DIGITS = 4;

    private final List<RemappingTable> tables = new ArrayList<>();

    /**
     * @param files tables as bytes, or as {@code iasl -d} or {@code acpidump} print them
     * @throws IOException when one cannot be read
     * @throws InputException when one is neither DMAR nor IVRS, or damaged
     */
    FirmwareRanges(List<Path> files) throws IOException {
        for (Path file : files) {
            byte[] bytes;
            try (InputStream in = InputFile.open(file)) {
                bytes = in.readNBytes(MOST_BYTES + 1);
            }
            if (bytes.length > MOST_BYTES) {
                throw InputException.withoutPlace(file.toString(), "the file is larger than 1 MiB");
            }
            tables.add(RemappingTable.of(file.toString(), bytes));
        }
    }

    /** A device's name as a number; -1 where its segment is none of the firmware's, as those behind a VMD. */
    private static int requester(String device) {
        String[] parts = device.split("[:.]");
        if (parts[0].length() > SEGMENT_DIGITS) {
            return -1;
        }
        int id = Integer.parseInt(parts[1], HEX) << 8
                | Integer.parseInt(parts[2], HEX) << 3
                | Integer.parseInt(parts[3], HEX);
        return Integer.parseInt(parts[0], HEX) << SEGMENT_BITS | id;
    }

    /** Joins the devices that send one id. */
    void join(IsolationUnits units, Iterable<String> devices) {
        for (RemappingTable table : tables) {
            for (String device : devices) {
                int requester = requester(device);
                for (RemappingTable.Alias alias : table.aliases()) {
                    if (requester != -1 && (alias.isOf(requester) || alias.as() == requester)) {
                        units.join(
                                device,
                                new Reason(
                                        "requester ID 0x" + Integer.toHexString(alias.as()),
                                        "their requests carry it, as the firmware's " + table.signature() + " says"));
                    }
                }
            }
        }
    }

    /**
     * Requires that a unit translates what is given away, and that no range that it needs is the domain's memory.
     *
     * @param owner of each device
     * @param first the control domain
     * @param ranges who knows the domains' memory
     * @param warnings what tables do not tell is added
     */
    void require(YamlMap map, Map<String, Named> owner, String first, ReservedRanges ranges, List<String> warnings) {
        owner.forEach((device, its) -> {
            int requester = requester(device);
            if (its.key().equals(first) || requester == -1 || tables.isEmpty()) {
                return;
            }
            requireUnit(map, device, its, requester, warnings);
            for (RemappingTable table : tables) {
                for (Reserved reserved : table.reserved()) {
                    if (reserved.isOf(requester)) {
                        ranges.require(map, device, its, reserved);
                    }
                }
            }
        });
    }

    private void requireUnit(YamlMap map, String device, Named its, int requester, List<String> warnings) {
        boolean covered = tables.stream().anyMatch(t -> t.of(requester) == RemappingTable.Coverage.COVERED);
        boolean unknown = tables.stream().anyMatch(t -> t.of(requester) == RemappingTable.Coverage.UNKNOWN);
        if (!covered && !unknown) {
            throw map.error(
                    its.place(),
                    device + " goes to " + its.key() + ", and the firmware names no unit that translates its requests: "
                            + its.key() + " would reach all memory by it");
        }
        if (!covered) {
            warnings.add("line " + YamlMap.line(its.place()) + ": whether a unit translates " + device
                    + ", the firmware's table does not tell: units of its segment have devices behind bridges");
        }
    }
}
