package dev.moat.xen.setting;

import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/**
 * What grant tables are in a search beside version 1, each off unless asked for, then without slots and steps; and Xen's
 * command line about them ({@code gnttab=}).
 *
 * @param transitive whether copies follow transitive entries
 * @param second whether guests change their tables' version
 * @param reserved entries that such a change keeps; Xen keeps 8
 * @param partial whether guests grant parts of pages and transitively, in version 2
 * @param copy whether guests copy
 */
public record TableSetting(boolean transitive, boolean second, int reserved, boolean partial, boolean copy) {
    /** Entries that a change of version keeps: Xen's GNTTAB_NR_RESERVED_ENTRIES. */
    public static final int NR_RESERVED_ENTRIES = 8;

    static final List<Parameter> PARAMETERS = List.of(
            Parameter.flag(
                    "transitive",
                    "Whether copies follow transitive grants, where there are any (gnttab=transitive).",
                    true),
            Parameter.flag(
                    "version-2",
                    "Whether guests change their grant tables between versions 1 and 2 (GNTTABOP_set_version), whose status"
                            + " frames come from the heap, can be mapped and granted, and go back.",
                    false),
            Parameter.number(
                    "reserved-refs",
                    "Entries that a change of version keeps; Xen keeps 8.",
                    NR_RESERVED_ENTRIES,
                    0,
                    NR_RESERVED_ENTRIES),
            Parameter.flag(
                    "partial-grants",
                    "Whether guests grant parts of pages and what others grant to them, in tables of version 2.",
                    false),
            Parameter.flag("copy", "Whether guests copy through grants (GNTTABOP_copy).", false));

    static TableSetting of(Setting s) {
        return new TableSetting(
                s.flag("transitive"),
                s.flag("version-2"),
                s.number("reserved-refs"),
                s.flag("partial-grants"),
                s.flag("copy"));
    }

    /** Whether a search has version 1 only, and no copies. */
    public boolean isPlain() {
        return !second && !copy;
    }
}
