package dev.moat.iommu.calgary.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Capabilities.Aperture;
import dev.moat.iommu.Capabilities.Asking;
import dev.moat.iommu.Capabilities.Caching;
import dev.moat.iommu.Capabilities.Entries;
import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.Capabilities.Range;
import dev.moat.iommu.Capabilities.Reach;
import dev.moat.iommu.Capabilities.Stores;
import dev.moat.iommu.Capabilities.Tagging;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.calgary.CalgaryGeometry;
import dev.moat.iommu.calgary.CalgaryGeometry.Part;
import dev.moat.iommu.calgary.Generation;
import dev.moat.iommu.calgary.Registers;
import dev.moat.iommu.calgary.TceWalk;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.ArrayList;
import java.util.List;

/** The capabilities of a run's chip, and the parts of it that are in the state. */
final class CalgarySetting {
    private static final String CALGARY = "calgary";
    private static final String DAC = "dac";
    /** Size specification of tables for 4 GiB. */
    private static final int WHOLE = 7;

    static final List<Parameter> PARAMETERS = List.of(
            Parameter.flag("walks", "Whether a request is accepted in one step and done in another.", false),
            Parameter.flag(
                    "hits",
                    "Whether requests that the cache answers are in flight too; only with coherent=false, for the discipline knows"
                            + " walks in flight alone.",
                    false),
            Parameter.choice(
                            "chip",
                            "Calgary, or CalIOC2, which stops a bus in another way.",
                            CALGARY,
                            CALGARY,
                            "calioc2")
                    .asCapability(),
            Parameter.number("table-size", "Size specification of the tables: 8192 << n entries.", 0, 0, 7)
                    .asCapability(),
            Parameter.flag(
                            "cached-absence",
                            "Whether entries without rights are cached too, so that software also empties the cache when an"
                                    + " entry becomes present. It is not known whether the chip does this.",
                            false)
                    .asCapability(),
            Parameter.flag(
                            "coherent",
                            "Whether the chip sees CPU caches. Real ones do not: software writes the line of an entry back.",
                            true)
                    .asCapability(),
            Parameter.number(
                            DAC,
                            "How many of the pages, the last ones, lie behind 4 GiB, where memory has its own addresses; with tables"
                                    + " for all that is below (table-size=7).",
                            0,
                            0,
                            8)
                    .asCapability(),
            Parameter.flag("stop-faults", "Whether a soft stop can fail (CalIOC2).", false)
                    .asCapability());

    final boolean walks;
    final boolean hits;
    final Generation generation;
    final boolean coherent;
    final boolean stopFaults;
    private final int size;
    private final boolean absence;
    private final int dac;

    /**
     * @throws BadSettingException for hits without walks or late stores, then for dac with smaller tables, then for
     * stops that fail on a Calgary, or where nothing is in flight
     */
    CalgarySetting(Setting s) {
        walks = s.flag("walks");
        hits = s.flag("hits");
        generation = s.text("chip").equals(CALGARY) ? Generation.CALGARY : Generation.CALIOC2;
        size = s.number("table-size");
        absence = s.flag("cached-absence");
        dac = s.number(DAC);
        coherent = s.flag("coherent");
        stopFaults = s.flag("stop-faults");
        if (hits && (coherent || !walks)) {
            throw new BadSettingException("hits", "hits is for walks=true and coherent=false");
        }
        if (dac > 0 && size != WHOLE) {
            throw new BadSettingException(
                    DAC, "dac is for table-size=7: what is behind the tables then is behind 4 GiB");
        }
        if (stopFaults && generation != Generation.CALIOC2) {
            throw new BadSettingException("stop-faults", "stop-faults is for chip=calioc2");
        }
        if (stopFaults && !walks) {
            throw new BadSettingException("stop-faults", "stop-faults is for walks=true: no stop fails on an idle bus");
        }
    }

    Capabilities capabilities() {
        Range hole = new Range(Generation.holeFrom(), Generation.holeEnd() - 1L);
        return new Capabilities(
                new Aperture(0, Registers.Tar.entriesOf(size) - 1L, Outside.BLOCKED, List.of(hole)),
                new Entries(true, true, true, Entries.SMALL_PAGES),
                new Caching(absence, false, false),
                new Stores(coherent, false),
                new Asking(Reach.EVERYTHING, false, true, true),
                Tagging.GROUP);
    }

    /**
     * The chip for what software brings; each unit of the contract is a bus.
     *
     * @throws BadSettingException for more units than a chip has buses, and for pages that it does not translate
     */
    CalgaryGeometry geometry(Sizes sizes) {
        Sizes.Requesters requesters = sizes.requesters();
        Sizes.Addresses addresses = sizes.addresses();
        if (requesters.units().size() > Registers.BRIDGES) {
            throw new BadSettingException(
                    "units", "a Calgary has " + Registers.BRIDGES + " buses, each of which is a unit");
        }
        long last = addresses.pageNumber(addresses.pages().size() - 1);
        if (dac > 0 && last != TceWalk.FOUR_GIB_PAGES + dac - 1) {
            throw new BadSettingException(DAC, "addresses behind 4 GiB are modelled for a kernel's DMA layer only");
        }
        if (last >= Generation.holeFrom() && addresses.firstPage() < Generation.holeEnd()) {
            throw new BadSettingException(
                    "iommu",
                    "a Calgary does not translate all of the pages that are used here: some lie from 640 KiB to 1 MiB");
        }
        List<Part> parts = new ArrayList<>();
        if (walks) {
            parts.add(Part.REQUESTS_IN_FLIGHT);
        }
        if (absence) {
            parts.add(Part.CACHED_ABSENCE);
        }
        if (!coherent) {
            parts.add(Part.LATE_STORES);
        }
        if (stopFaults) {
            parts.add(Part.STOP_FAULTS);
        }
        long bytes = CalgaryGeometry.tableBytes(size);
        long from = addresses.firstTableFrame() << 12;
        return new CalgaryGeometry(
                generation,
                requesters.units(),
                requesters.sort(),
                requesters.unitOf(),
                addresses.pages(),
                addresses.firstPage(),
                addresses.frames(),
                addresses.firstFrame(),
                sizes.spaces().sort(),
                (from + bytes - 1) & -bytes,
                size,
                parts);
    }
}
