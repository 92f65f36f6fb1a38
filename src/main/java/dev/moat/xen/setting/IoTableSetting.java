package dev.moat.xen.setting;

import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/**
 * Where the pages of I/O tables come from.
 *
 * @param inFrames whether leaf tables are frames of the heap: taken and linked with their first entry, unlinked and given
 *     back with their last one
 * @param superpages whether a full leaf table becomes an entry of level 2, and is made again when one of its pages changes
 * @param invalidatesDomain whether that asks for a domain-selective invalidation, not a page-selective one without IH
 */
public record IoTableSetting(boolean inFrames, boolean superpages, boolean invalidatesDomain) {
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
                s.flag(NAME), s.flag(SUPERPAGES), s.text("table-invalidation").equals("domain"));
    }

    /** Throws {@link BadSettingException} where table pages are not followed through what else is asked for. */
    void check(XenSetting all) {
        boolean followed = !all.recorded()
                && !all.failures()
                && all.batch() == 1
                && all.flush() == FlushPolicy.STRICT
                && all.rule().equals("mapkind")
                && all.more().isPlainBesideDeath()
                && all.hasPlainDevices()
                && !all.devs().relaxed()
                && all.capabilities().asking().queued()
                && !all.capabilities().noticesPresent();
        if (inFrames && !followed) {
            throw new BadSettingException(
                    NAME,
                    "table-frames is for strict flushing without batches and failures, the rule mapkind, plain frames and"
                            + " devices, the queue, and a unit that sees stores at once and caches no failures");
        }
        if (superpages
                && (!inFrames
                        || !all.capabilities().caching().rewalks()
                        || all.more().death())) {
            throw new BadSettingException(
                    SUPERPAGES,
                    "superpages are for table-frames without domain-death, and a unit that walks again where rights lack");
        }
        if (inFrames && all.frames() < all.domains() + all.iommuDomains().size()) {
            throw new BadSettingException(
                    "frames", "frames must be one for each domain and one for each domain's first table");
        }
    }
}
