package dev.moat.explain;

import dev.moat.explain.LogText.Found;
import dev.moat.iommu.vtd.format.Registers.Cap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a log tells of its machine besides faults: memory by the firmware's map, ranges that the firmware reserves for devices, units and
 * their widths, groups of devices, the mode of interrupt remapping, and an earlier kernel.
 */
final class MachineFacts {
    private static final String DEVICE = "((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])";
    private static final String HEX = "(?:0x)?([0-9a-f]{1,16})";
    private static final String USE = "(usable|reserved|ACPI data|ACPI NVS|type \\d+|persistent[^\\n)]{0,20}|unusable)";

    private static final Pattern MEMORY = LogText.form("BIOS-e820: \\[mem " + HEX + "-" + HEX + "] " + USE);
    /** Older kernels and Xen; the end is behind the range. */
    private static final Pattern MEMORY_BEHIND =
            LogText.form("(?m)(?:^|BIOS-e820: )([0-9a-f]{16}) - ([0-9a-f]{16}) \\(" + USE + "\\)");

    private static final Pattern MEMORY_XEN = LogText.form("(?m)^\\[([0-9a-f]{16}), ([0-9a-f]{16})] \\(" + USE + "\\)");
    private static final Pattern UNIT =
            LogText.form("reg_base_addr ([0-9a-f]{1,16}) ver \\w+:\\w+ cap ([0-9a-f]{1,16}) ecap [0-9a-f]{1,16}");
    private static final Pattern IN_GROUP = LogText.form(
            DEVICE + ": Add(?:ing|ed) to iommu group (\\d{1,9})|Adding device " + DEVICE + " to group (\\d{1,9})");
    private static final Pattern INTERRUPT_MODE = LogText.form("Enabled IRQ remapping in (x2apic|xapic) mode");
    private static final Pattern EARLIER_KERNEL = LogText.form(
            "Copied (?:IR table|translation tables|DEV table)[^\\n]{0,40} previous kernel|Translation (?:is )?already enabled"
                    + "|IRQ remapping (?:was|is) already enabled|Translation was enabled for");
    private static final Pattern GONE =
            LogText.form("Slot\\([^)\\n]{1,12}\\): (?:Link Down|Card not present)|not ready \\d{1,9}ms after"
                    + "|device lost from bus|device inaccessible|timed out waiting for pending transaction");

    /**
     * A range of addresses.
     *
     * @param to the last one
     * @param what the map's word, or empty
     */
    record Range(long from, long to, String what, int line) {
        boolean has(long address) {
            return Long.compareUnsigned(from, address) <= 0 && Long.compareUnsigned(address, to) <= 0;
        }

        @Override
        public String toString() {
            return NumberText.hex(from) + " to " + NumberText.hex(to);
        }
    }

    /** A unit: bits of an address that it takes, and whether it may cache that nothing is mapped. */
    record Unit(String base, int bits, boolean caching, int line) {}

    private final LogText log;
    private final List<Range> memory = new ArrayList<>();
    private final List<ReservedRange> reserved;
    private final List<Unit> units = new ArrayList<>();
    private final Map<String, Integer> grouped = new LinkedHashMap<>();
    private final Map<String, List<Map.Entry<String, Integer>>> members = new LinkedHashMap<>();
    private final List<Found> gone;

    MachineFacts(LogText log) {
        this.log = log;
        gone = log.all(GONE);
        add(MEMORY, false);
        add(MEMORY_XEN, false);
        add(MEMORY_BEHIND, true);
        reserved = ReservedRange.in(log);
        for (Found found : log.all(UNIT)) {
            Long cap = NumberText.hex(found.group(2));
            if (cap != null) {
                units.add(new Unit(found.group(1), (int) Cap.MGAW.get(cap) + 1, Cap.CM.isSet(cap), found.first()));
            }
        }
        for (Found found : log.all(IN_GROUP)) {
            String device = found.group(1).isEmpty() ? found.group(3) : found.group(1);
            if (grouped.putIfAbsent(NumberText.withoutSegment(device), found.first()) == null) {
                members.computeIfAbsent(found.group(2) + found.group(4), n -> new ArrayList<>())
                        .add(Map.entry(device, found.first()));
            }
        }
    }

    private void add(Pattern form, boolean behind) {
        for (Found found : log.all(form)) {
            Long from = NumberText.hex(found.group(1));
            Long end = NumberText.hex(found.group(2));
            if (from != null && end != null) {
                memory.add(new Range(from, behind ? end - 1 : end, found.group(3), found.first()));
            }
        }
    }

    /** The firmware's map of memory at an address. */
    @Nullable
    Range memory(long address) {
        return memory.stream().filter(range -> range.has(address)).findFirst().orElse(null);
    }

    /** The map of memory as a whole, if it is there: from its first line to its last. */
    List<Integer> memoryLines() {
        return memory.isEmpty()
                ? List.of()
                : List.of(memory.get(0).line(), memory.get(memory.size() - 1).line());
    }

    /** A range that the firmware reserves for this device, or for one that the log does not name. */
    @Nullable
    ReservedRange reserved(String device, long address) {
        return find(device, address, false);
    }

    /** A range that the kernel has mapped 1:1 for this device. */
    @Nullable
    ReservedRange identity(String device, long address) {
        return find(device, address, true);
    }

    private @Nullable ReservedRange find(String device, long address, boolean mapped) {
        return reserved.stream()
                .filter(range -> range.isMapped() == mapped && range.has(address) && range.mayBeOf(device))
                .findFirst()
                .orElse(null);
    }

    /** What the firmware reserves. */
    List<ReservedRange> reserved() {
        return reserved.stream().filter(range -> !range.isMapped()).toList();
    }

    /** The lines that list such ranges. */
    List<Integer> reservedLines() {
        return reserved().stream().map(ReservedRange::line).toList();
    }

    List<Unit> units() {
        return units;
    }

    List<Integer> unitLines() {
        return units.stream().map(Unit::line).toList();
    }

    /** Bits of the widest unit; 64 if none is listed. */
    int bits() {
        return units.stream().mapToInt(Unit::bits).max().orElse(Long.SIZE);
    }

    /** Whether no mapping can be at an address, because it has more bits than every unit of the log. */
    boolean isBeyondWidth(long address) {
        return bits() < Long.SIZE && address >>> bits() != 0;
    }

    /** The devices of each group, with their lines. */
    Map<String, List<Map.Entry<String, Integer>>> members() {
        return members;
    }

    /** The line that puts a device in a group. */
    Optional<Integer> group(String device) {
        return Optional.ofNullable(grouped.get(NumberText.withoutSegment(device)));
    }

    /** Another function of the same device that is in a group, if this one is in none; the line. */
    Optional<Integer> siblingGroup(String device) {
        String slot = NumberText.withoutSegment(device).replaceFirst("\\.[0-7]$", ".");
        return grouped.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(slot))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The mode of interrupt remapping: {@code x2apic} or {@code xapic}. */
    Optional<Found> interruptMode() {
        return log.all(INTERRUPT_MODE).stream().findFirst();
    }

    /** A line that tells that another kernel ran before and left tables behind. */
    Optional<Found> earlierKernel() {
        return log.all(EARLIER_KERNEL).stream().findFirst();
    }

    /** Lines that tell that some device does not answer, not far from a line. */
    List<Found> gone(int line) {
        return gone.stream()
                .filter(found -> Math.abs(found.first() - line) <= 200)
                .limit(3)
                .toList();
    }
}
