package dev.moat.xen.setting;

import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/**
 * Where the pages of I/O tables come from, when tables are built, and what domain 0's say.
 *
 * @param inFrames whether leaf tables are frames of the heap: taken and linked with their first entry, unlinked and given
 *     back with their last one
 * @param superpages whether a full leaf table becomes an entry of level 2, and is made again when one of its pages changes
 * @param invalidatesDomain whether that asks for a domain-selective invalidation, not a page-selective one without IH
 * @param late whether a domain's tables are built when it gets its first device
 * @param relaxed whether domain 0's tables lead to all memory, whatever happens to it
 */
public record IoTableSetting(
        boolean inFrames, boolean superpages, boolean invalidatesDomain, boolean late, boolean relaxed) {
    private static final String NAME = "table-frames";
    private static final String SUPERPAGES = "superpages";

    static final List<Parameter> PARAMETERS = List.of(
            Parameter.flag(
                    NAME,
                    "Whether leaf tables are frames of the heap: taken and linked with their first entry, unlinked and"
                            + " freed with their last. Otherwise they are there from the start.",
                    false),
            Parameter.flag(
                            SUPERPAGES,
                            "CAP.SLLPS, used: a leaf table whose entries are contiguous with equal rights is replaced by an"
                                    + " entry of level 2, and made again when one of its pages changes. Needs table-frames.",
                            false)
                    .asCapability(),
            Parameter.choice(
                            "table-invalidation",
                            "What is invalidated before an unlinked table is freed: the domain (Xen), or the page whose"
                                    + " entry was the last, without the hint IH.",
                            "domain",
                            "domain",
                            "page")
                    .asPolicy());

    static IoTableSetting of(Setting s) {
        return new IoTableSetting(
                s.flag(NAME),
                s.flag(SUPERPAGES),
                s.text("table-invalidation").equals("domain"),
                s.text("tables").equals("first-device"),
                s.text("dom0-iommu").equals("relaxed"));
    }
}
