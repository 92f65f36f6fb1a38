package dev.moat.snapshot;

import dev.moat.explain.GroupLines;

/** IOMMU groups as people list them. */
final class GroupListing implements FormReader {
    private final Facts facts;
    private final GroupLines lines = new GroupLines();

    GroupListing(Facts facts) {
        this.facts = facts;
    }

    @Override
    public SnapshotForm form() {
        return SnapshotForm.GROUPS;
    }

    @Override
    public boolean read(Line line) {
        GroupLines.Listed listed = lines.next(line.text());
        if (listed != null && !listed.device().isEmpty()) {
            facts.add(line, "inGroup", listed.device(), "group " + listed.group());
        }
        return listed != null;
    }
}
