package dev.moat.xen.state;

import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.Arrays;
import java.util.List;

/** Which domains have I/O tables, where they are, and under which tag units cache what they find there. */
public final class DomainTables {
    /** Values of {@link #progress}; 0 before. */
    public static final int BUILDING = 1;

    public static final int BUILT = 2;

    private final XenState xen;
    private final int[] spaceOf;
    /** How far a domain's I/O tables are built; where they are built at first use. */
    public final Slots progress;

    DomainTables(SchemaBuilder schema, XenState xen) {
        this.xen = xen;
        spaceOf = new int[xen.setting.domains()];
        Arrays.fill(spaceOf, -1);
        for (int i = 0; i < xen.setting.iommuDomains().size(); i++) {
            spaceOf[xen.setting.iommuDomains().get(i)] = i;
        }
        progress = schema.slots(
                        "domain.tables",
                        Role.HYPERVISOR,
                        Writer.HYPERVISOR,
                        xen.domains.onlyIf(xen.setting.ioTables().late()))
                .of(new Sort("TablesState", List.of("none", "building", "built")));
    }

    /** The space of a domain's I/O tables, or -1 when it has none; nobody, domain -1, has none. */
    public int space(int domain) {
        return domain < 0 ? -1 : spaceOf[domain];
    }

    /** The tag of a domain's space at a unit, or -1 when it has none. */
    public int tag(long[] s, int domain, int unit) {
        return spaceOf[domain] < 0 ? -1 : xen.tags.of(s, spaceOf[domain], unit);
    }

    /** A domain's tag at a unit becomes free for others, where tags are allocated. */
    public void releaseTag(long[] s, int domain, int unit) {
        if (spaceOf[domain] >= 0) {
            xen.tags.release(s, spaceOf[domain], unit);
        }
    }

    /** Whether the domain has I/O tables that are to follow its mappings and frames, once they exist. */
    public boolean follows(int domain) {
        return space(domain) >= 0 && !(domain == 0 && xen.setting.ioTables().relaxed());
    }

    /** Whether the domain's I/O tables exist, so that they have to follow its mappings and frames. */
    public boolean hasTables(long[] s, int domain) {
        return follows(domain) && (progress.size() == 0 || progress.get(s, domain) != 0);
    }

    /** Whether they are complete. */
    public boolean hasBuiltTables(long[] s, int domain) {
        return space(domain) >= 0 && (progress.size() == 0 || !follows(domain) || progress.get(s, domain) == BUILT);
    }
}
