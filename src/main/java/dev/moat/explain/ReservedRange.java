package dev.moat.explain;

import dev.moat.explain.LogText.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Memory that a boot log says devices use at its own addresses. Linux logs each RMRR of VT-d, each device for which it maps one, and with
 * {@code amd_iommu_dump} each IVMD of AMD-Vi (drivers/iommu/intel/dmar.c, intel/iommu.c, amd/init.c).
 *
 * @param name RMRR or IVMD
 * @param first the first device that it is for, with its segment; empty if the line names none
 * @param last the last one
 * @param from the first address, in bytes
 * @param to the last one
 * @param isMapped whether the kernel says that it has mapped the range
 * @param line the line that says so, numbered from 1
 */
public record ReservedRange(String name, String first, String last, long from, long to, boolean isMapped, int line) {
    private static final String DEVICE = "((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])";
    private static final String HEX = "(?:0x)?([0-9a-f]{1,16})";
    private static final Pattern RMRR =
            LogText.form("RMRR(?: region)?:? base(?:_addr)?:? " + HEX + " end(?:_addr(?:ess)?)?:? " + HEX);
    private static final Pattern MAPPED =
            LogText.form("Setting identity map for device " + DEVICE + " \\[(?:mem )?" + HEX + " - " + HEX + "]");
    /** The end is behind the range. */
    private static final Pattern IVMD = LogText.form("IVMD_TYPE\\w{0,9} devid_start: " + DEVICE + " devid_end: "
            + DEVICE + " range_start: " + HEX + " range_end: " + HEX);

    /** The ranges of a log as it is, those that are mapped first. */
    public static List<ReservedRange> of(String text) {
        return in(new LogText(text));
    }

    static List<ReservedRange> in(LogText log) {
        List<ReservedRange> ranges = new ArrayList<>();
        for (Found found : log.all(MAPPED)) {
            String device = whole(found.group(1));
            add(ranges, "RMRR", device, device, found, 2, 0);
        }
        log.all(RMRR).forEach(found -> add(ranges, "RMRR", "", "", found, 1, 0));
        log.all(IVMD).forEach(found -> add(ranges, "IVMD", whole(found.group(1)), whole(found.group(2)), found, 3, 1));
        return ranges;
    }

    /** @param behind how far the second number is behind the last address */
    private static void add(
            List<ReservedRange> ranges, String name, String first, String last, Found found, int group, int behind) {
        Long from = NumberText.hex(found.group(group));
        Long end = NumberText.hex(found.group(group + 1));
        if (from != null && end != null) {
            ranges.add(new ReservedRange(name, first, last, from, end - behind, group == 2, found.first()));
        }
    }

    /** A device with its segment. */
    private static String whole(String device) {
        return device.matches("[0-9a-f]{2}:.*") ? "0000:" + device : device;
    }

    /** Whether the line does not name the devices that it is for. */
    public boolean isOfSome() {
        return first.isEmpty();
    }

    /** Whether it may be for this device, which has its segment or is of segment 0. */
    public boolean mayBeOf(String device) {
        String whole = whole(device);
        return isOfSome() || (whole.compareTo(first) >= 0 && whole.compareTo(last) <= 0);
    }

    boolean has(long address) {
        return Long.compareUnsigned(from, address) <= 0 && Long.compareUnsigned(address, to) <= 0;
    }

    @Override
    public String toString() {
        return NumberText.hex(from) + " to " + NumberText.hex(to);
    }
}
