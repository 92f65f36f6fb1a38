package dev.moat.explain;

import dev.moat.explain.LogText.Found;
import dev.moat.explain.MachineFacts.Range;
import dev.moat.explain.MachineFacts.Unit;
import dev.moat.explain.Said.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the log of a boot tells of isolation if it reports no fault: units, the default domain, reserved ranges, groups. */
final class MachineLines {
    private static final Pattern DEFAULT = LogText.form("Default domain type: (Passthrough|Translated)");
    private static final Pattern POLICY = LogText.form("DMA domain TLB invalidation policy: (lazy|strict) mode");
    private static final Pattern AMD_UNIT =
            LogText.form("AMD-Vi: Found IOMMU (?:at )?(?:([0-9a-f:.]{7,12}) )?cap 0x[0-9a-f]{1,4}");
    private static final Pattern OVERRIDE = LogText.form(GroupLines.OVERRIDE);
    /** Ranges, units and groups that are named. */
    private static final int MOST = 8;

    private final LogText log;
    private final MachineFacts machine;

    MachineLines(LogText log, MachineFacts machine) {
        this.log = log;
        this.machine = machine;
    }

    Optional<FaultAnswer> answer() {
        List<Said> said = new ArrayList<>();
        for (Unit unit : first(machine.units())) {
            said.add(new Said(
                    Kind.EVENT,
                    "a VT-d unit at 0x" + unit.base() + " translates addresses of " + unit.bits() + " bits"
                            + (unit.caching() ? ", and caches absent entries (CAP.CM), as virtual units do" : ""),
                    List.of(unit.line())));
        }
        for (Found found : first(log.all(AMD_UNIT))) {
            said.add(new Said(Kind.EVENT, "the kernel found an AMD-Vi unit", found.lines()));
        }
        log.all(DEFAULT).stream().findFirst().ifPresent(found -> {
            boolean translated = found.group(1).equals("Translated");
            said.add(new Said(
                    Kind.MEANING,
                    translated
                            ? "devices are translated, unless a driver or option changes it for some"
                            : "devices bypass translation (Passthrough): nothing blocks their DMA while the host has them",
                    found.lines()));
        });
        log.all(POLICY).stream()
                .findFirst()
                .ifPresent(found -> said.add(new Said(
                        Kind.MEANING,
                        found.group(1).equals("lazy")
                                ? "a device may reach an unmapped page for some time, until a later flush (lazy; iommu.strict=1 changes it)"
                                : "when an unmap returns, its invalidation is done (strict)",
                        found.lines())));
        for (ReservedRange range : first(machine.reserved())) {
            said.add(reserved(range));
        }
        groups(said);
        log.all(OVERRIDE).stream()
                .findFirst()
                .ifPresent(found -> said.add(new Said(
                        Kind.MEANING,
                        "the kernel was told to show devices in groups of their own (pcie_acs_override): they may reach each other"
                                + " behind a switch without the IOMMU",
                        found.lines())));
        if (said.isEmpty()) {
            return Optional.empty();
        }
        FaultAnswer answer = new FaultAnswer(
                LogForm.MACHINE, "no line of a fault", said.get(0).lines());
        if (said.stream().noneMatch(one -> one.kind() == Kind.EVENT)) {
            answer.says(Kind.EVENT, "the log tells of groups, reserved ranges or defaults, and not of a fault");
        }
        said.forEach(one -> answer.says(one.kind(), one.text(), one.lines()));
        answer.says(
                Kind.NEXT,
                "'moat lint-config' compares groups and reserved ranges with an assignment; for a fault give the lines of its time, too");
        return Optional.of(answer);
    }

    private static <T> List<T> first(List<T> all) {
        return all.subList(0, Math.min(MOST, all.size()));
    }

    private Said reserved(ReservedRange range) {
        Range from = machine.memory(range.from());
        List<Integer> lines = new ArrayList<>(List.of(range.line()));
        String text = "the firmware wants " + range + " mapped 1:1 for "
                + (range.isOfSome()
                        ? "some device"
                        : range.first() + (range.last().equals(range.first()) ? "" : " to " + range.last()))
                + " (" + range.name() + ")";
        if (from != null && from.has(range.to())) {
            lines.add(from.line());
            text += from.what().equals("usable")
                    ? ", and its map of memory gives this range away as 'usable'"
                    : ", and its map of memory has it as '" + from.what() + "'";
        } else if (!machine.memoryLines().isEmpty()) {
            lines.addAll(machine.memoryLines());
            text += ", and no single range of its map of memory has it as a whole";
        }
        return new Said(Kind.MEANING, text, lines);
    }

    private void groups(List<Said> said) {
        Map<String, List<Map.Entry<String, Integer>>> members = machine.members();
        int shown = 0;
        for (Map.Entry<String, List<Map.Entry<String, Integer>>> group : members.entrySet()) {
            if (group.getValue().size() > 1 && shown < MOST) {
                shown++;
                said.add(new Said(
                        Kind.MEANING,
                        "group " + group.getKey() + " has "
                                + first(group.getValue()).stream()
                                        .map(Map.Entry::getKey)
                                        .collect(Collectors.joining(", "))
                                + (group.getValue().size() > MOST
                                        ? " and " + (group.getValue().size() - MOST) + " others"
                                        : "")
                                + ": a guest gets all of them, except bridges, or none",
                        group.getValue().stream().map(Map.Entry::getValue).toList()));
            }
        }
        if (!members.isEmpty() && shown == 0) {
            said.add(new Said(
                    Kind.MEANING,
                    "each device that the log puts in a group is alone in it",
                    List.copyOf(new TreeSet<>(members.values().stream()
                            .flatMap(List::stream)
                            .map(Map.Entry::getValue)
                            .toList()))));
        }
    }
}
