package dev.moat.snapshot;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * IOMMU groups as people list them: links of {@code /sys/kernel/iommu_groups} by {@code find} or {@code ls -R}, lines that begin with
 * "IOMMU group" and have the device behind it or in the next lines, and those that Linux logs.
 */
final class GroupListing implements FormReader {
    private static final String DEVICE = "((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])";
    private static final Pattern LINK =
            Pattern.compile("(?:.*/)?iommu_groups/(\\d{1,5})/devices/" + DEVICE + "(?: -> .*)?");
    private static final Pattern DIRECTORY = Pattern.compile("(?:.*/)?iommu_groups/(\\d{1,5})/devices/?:");
    private static final Pattern TITLE =
            Pattern.compile("(?i)(?:IOMMU )?group:? *#?(\\d{1,5}):?(?:[\\s:]+" + DEVICE + "\\b.*)?");
    private static final Pattern LOGGED =
            Pattern.compile("(?:pci |.{0,40}: )?" + DEVICE + ": Add(?:ing|ed) to iommu group (\\d{1,5})");
    private static final Pattern MEMBER = Pattern.compile("[*|+\\-\\s]*" + DEVICE + "(?:$|[\\s@].*)");

    private final Facts facts;
    private String group = "";

    GroupListing(Facts facts) {
        this.facts = facts;
    }

    @Override
    public SnapshotForm form() {
        return SnapshotForm.GROUPS;
    }

    @Override
    public boolean read(Line line) {
        Matcher link = LINK.matcher(line.text());
        Matcher directory = DIRECTORY.matcher(line.text());
        Matcher logged = LOGGED.matcher(line.text());
        Matcher title = TITLE.matcher(line.text());
        Matcher member = MEMBER.matcher(line.text());
        if (link.matches()) {
            add(line, link.group(2), link.group(1));
        } else if (logged.matches()) {
            add(line, logged.group(1), logged.group(2));
        } else if (directory.matches()) {
            group = directory.group(1);
        } else if (title.matches()) {
            group = title.group(1);
            if (title.group(2) != null) {
                add(line, title.group(2), group);
            }
        } else if (!group.isEmpty() && member.matches()) {
            add(line, member.group(1), group);
        } else {
            group = line.text().isEmpty() ? group : "";
            return false;
        }
        return true;
    }

    private void add(Line line, String device, String number) {
        facts.add(line, "inGroup", Numbers.device(device), "group " + Integer.parseInt(number));
    }
}
