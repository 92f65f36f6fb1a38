package dev.moat.notation.core;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Entries;
import dev.moat.iommu.Iommu;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the units of a machine before it runs: {@code static} values.
 *
 * @param can what a unit can do
 * @param declared the units; null before they are declared
 */
public record UnitFacts(Capabilities can, @Nullable Iommu declared) {
    private Iommu iommu() {
        if (declared == null) {
            throw new IllegalStateException("this fact of the units is known behind 'unit' only");
        }
        return declared;
    }

    public long lastPage() {
        return can.aperture().last();
    }

    public long firstPage() {
        return can.aperture().first();
    }

    public boolean storesSnooped() {
        return can.stores().snooped();
    }

    public boolean storesBuffered() {
        return can.stores().buffered();
    }

    public boolean storesLate() {
        return can.stores().late();
    }

    public boolean cachesAbsence() {
        return can.caching().absence();
    }

    public boolean cachesTables() {
        return can.caching().tables();
    }

    public boolean cachesDevices() {
        return can.caching().devices();
    }

    public boolean askingQueued() {
        return can.asking().queued();
    }

    public boolean askingDrains() {
        return can.asking().drains();
    }

    public boolean entriesAbsent() {
        return can.entries().absent();
    }

    public boolean entriesReadOnly() {
        return can.entries().readOnly();
    }

    public boolean keepsSpacesApart() {
        return can.tagging() != Capabilities.Tagging.NONE;
    }

    public boolean fixedTags() {
        return can.tagging() == Capabilities.Tagging.FIXED;
    }

    /** Whether no two requesters have one entry. */
    public boolean tellsApart() {
        Entries entries = iommu().entries();
        int requesters = iommu().sizes().requesters().sort().size();
        return IntStream.range(0, requesters).map(entries::group).distinct().count() == requesters;
    }

    /** How many stores a change of a device's entry takes. */
    public long storesOfEntry() {
        return iommu().entries().stores();
    }

    public boolean forgetsByItself() {
        return iommu().forgetsByItself();
    }

    public boolean remembersAbsentEntry() {
        return iommu().duty().remembersAbsentEntry();
    }
}
