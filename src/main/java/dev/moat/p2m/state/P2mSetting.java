package dev.moat.p2m.state;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.model.setting.BadSettingException;
import dev.moat.model.setting.Parameter;
import dev.moat.model.setting.Setting;
import dev.moat.state.Sort;
import java.util.List;

/** The parameters of a machine. */
public final class P2mSetting {
    /** Frames of a superpage: the gfns 0 and 1 of a guest. */
    public static final int SUPERPAGE = 2;

    private static final String SHARED = "shared";
    private static final String TABLES = "tables";
    private static final String POPULATED = "populated";
    private static final String GFNS = "gfns";
    private static final String FRAMES = "frames";
    private static final String GRANTS = "grants";
    private static final String RANGE = "range";
    private static final String SUPERPAGES = "superpages";
    private static final String POOL = "pool";
    private static final String STATUS = "status-frames";

    public static final List<Parameter> PARAMETERS = List.of(
            Parameter.number("domains", "HVM guests; each has a device.", 2, 1, 2),
            Parameter.number(GFNS, "Guest frame numbers of each.", 2, 1, 4),
            Parameter.number(FRAMES, "Machine frames.", 3, 1, 6),
            Parameter.number(POPULATED, "How many gfns of a guest, the first ones, have a frame at first.", 1, 0, 4),
            Parameter.number("cpus", "CPUs that run hypercalls.", 1, 1, 2),
            Parameter.choice(
                    TABLES,
                    "Whether the unit walks the p2m itself (iommu_use_hap_pt), or tables of its own that follow each change"
                            + " (need_iommu_pt_sync).",
                    SHARED,
                    SHARED,
                    "separate"),
            Parameter.flag("reservation", "Whether guests populate gfns and give frames back.", true),
            Parameter.flag("types", "Whether the device model makes memory read-only and writable again.", false),
            Parameter.flag("moves", "Whether guests move frames to other gfns, one at a time.", false),
            Parameter.number(
                    RANGE,
                    "Most frames that one call moves as a range, with its flush put off; 0 for no ranges.",
                    0,
                    0,
                    2),
            Parameter.flag(GRANTS, "Whether guests grant frames to each other and map them.", false),
            Parameter.flag(
                    STATUS,
                    "Whether guests change the version of grant tables, and map the frame of status bits.",
                    false),
            Parameter.flag(
                    SUPERPAGES,
                    "Whether a guest's gfns 0 and 1 are one entry at first, which is split before one of them changes.",
                    false),
            Parameter.number(POOL, "Pages that a guest's pool has for such splits; with superpages.", 0, 0, 1));

    public final Sort domains;
    public final Sort gfns;
    public final Sort frames;
    public final Sort cpus;
    public final int populated;
    /** Whether one table is the p2m and the unit's. */
    public final boolean shared;

    public final boolean reservation;
    public final boolean types;
    public final boolean moves;
    /** Most frames of a range; 0 where there are none. */
    public final int range;

    public final boolean grants;
    public final boolean statusFrames;
    public final boolean superpages;
    public final int pool;

    /** @throws BadSettingException for what does not go together */
    public P2mSetting(Setting s) {
        domains = new Sort("Dom", List.of("d1", "d2").subList(0, s.number("domains")));
        gfns = Sort.numbered("Page", "gfn", s.number(GFNS));
        frames = Sort.numbered("Frame", "f", s.number(FRAMES));
        cpus = Sort.numbered("Cpu", "cpu", s.number("cpus"));
        populated = s.number(POPULATED);
        shared = s.text(TABLES).equals(SHARED);
        reservation = s.flag("reservation");
        types = s.flag("types");
        moves = s.flag("moves");
        range = s.number(RANGE);
        grants = s.flag(GRANTS);
        statusFrames = s.flag(STATUS);
        superpages = s.flag(SUPERPAGES);
        pool = s.number(POOL);
        require();
    }

    private void require() {
        if (populated > gfns.size()) {
            throw new BadSettingException(POPULATED, "only gfns that there are can be populated");
        }
        if (populated * domains.size() > frames.size()) {
            throw new BadSettingException(FRAMES, "there are not as many frames as are populated at first");
        }
        if (grants && domains.size() < 2) {
            throw new BadSettingException(GRANTS, "grants need a second guest");
        }
        if (range > 0 && gfns.size() < 2 * range) {
            throw new BadSettingException(
                    RANGE, "a range and where it goes do not overlap here: gfns must be twice as many");
        }
        if (superpages && (shared || populated < SUPERPAGE)) {
            throw new BadSettingException(
                    SUPERPAGES,
                    "superpages are modelled with tables=separate, which have pages of 4 KiB, and need populated="
                            + SUPERPAGE);
        }
        if (superpages && statusFrames) {
            throw new BadSettingException(
                    STATUS, "a superpage has no frame of status bits, and both are not modelled together");
        }
        if (pool > 0 && !superpages) {
            throw new BadSettingException(POOL, "pool is for superpages=true");
        }
    }

    /** @throws BadSettingException for units that Xen's calls here do not drive */
    void require(Capabilities can) {
        boolean plain = can.asking().queued()
                && can.asking().drains()
                && !can.caching().tables()
                && !can.caching().devices();
        if (!plain || can.stores().buffered() || can.tagging() != Capabilities.Tagging.FIXED) {
            throw new BadSettingException(
                    Families.PARAMETER,
                    "the p2m's calls need a unit that is asked by a queue, drains, has a fixed tag for each space, no write buffer and no"
                            + " device TLBs, and caches no tables");
        }
        if (!can.entries().absent() || !can.entries().readOnly()) {
            throw new BadSettingException(
                    Families.PARAMETER, "this needs entries that can be absent, and for reading only");
        }
        if (can.aperture().first() > 0 || can.aperture().last() < gfns.size() - 1) {
            throw new BadSettingException(GFNS, "gfns must be translated, from number 0 on");
        }
    }
}
