package dev.moat.explain;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * IOMMU groups as people list them, line by line: links of {@code /sys/kernel/iommu_groups} by {@code find} or {@code ls -R}, lines that
 * begin with "IOMMU group" and have the device behind it or in the next lines, and those that Linux logs.
 */
public final class GroupLines {
    private static final String DEVICE = "((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])";
    private static final Pattern LINK =
            Pattern.compile("(?:.*/)?iommu_groups/(\\d{1,5})/devices/" + DEVICE + "(?: -> .*)?");
    private static final Pattern DIRECTORY = Pattern.compile("(?:.*/)?iommu_groups/(\\d{1,5})/devices/?:");
    private static final Pattern TITLE =
            Pattern.compile("(?i)(?:IOMMU )?group:? *#?(\\d{1,5}):?(?:[\\s:]+" + DEVICE + "\\b.*)?");
    private static final Pattern LOGGED =
            Pattern.compile("(?:pci |.{0,40}: )?" + DEVICE + ": Add(?:ing|ed) to iommu group (\\d{1,5})");
    private static final Pattern MEMBER = Pattern.compile("[*|+\\-\\s]*" + DEVICE + "(?:$|[\\s@].*)");
    /** What lspci prints below a device. */
    private static final Pattern BELOW =
            Pattern.compile("(?:Kernel (?:driver|modules)|Subsystem|DeviceName|Flags)\\b.*");

    /** A patch that distributions carry: Linux then takes for isolated what does not say so. */
    static final String OVERRIDE = "pcie_acs_override=\\S{1,80}|PCIe ACS overrides enabled";

    private static final Pattern OVERRIDDEN = Pattern.compile(OVERRIDE);

    private String group = "";

    /**
     * A line of a listing.
     *
     * @param device with its segment; empty if the line names none
     */
    public record Listed(String device, int group) {}

    /** Whether a line of a log tells that groups do not show what hardware keeps apart. */
    public static boolean isOverride(String line) {
        return OVERRIDDEN.matcher(line).find();
    }

    /** Takes the next line, without what a log puts before it; null if it is none of a listing. */
    public @Nullable Listed next(String line) {
        Matcher link = LINK.matcher(line);
        if (link.matches()) {
            return listed(link.group(2), link.group(1));
        }
        Matcher logged = LOGGED.matcher(line);
        if (logged.matches()) {
            return listed(logged.group(1), logged.group(2));
        }
        Matcher directory = DIRECTORY.matcher(line);
        if (directory.matches()) {
            group = directory.group(1);
            return listed("", group);
        }
        Matcher title = TITLE.matcher(line);
        if (title.matches()) {
            group = title.group(1);
            return listed(title.group(2) == null ? "" : title.group(2), group);
        }
        Matcher member = MEMBER.matcher(line);
        if (!group.isEmpty() && member.matches()) {
            return listed(member.group(1), group);
        }
        group = line.isEmpty() || BELOW.matcher(line).matches() ? group : "";
        return null;
    }

    private static Listed listed(String device, String group) {
        return new Listed(device.matches("[0-9a-f]{2}:.*") ? "0000:" + device : device, Integer.parseInt(group));
    }
}
