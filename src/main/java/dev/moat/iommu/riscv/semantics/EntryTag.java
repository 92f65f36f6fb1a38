package dev.moat.iommu.riscv.semantics;

import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.semantics.Structures.Kind;
import dev.moat.iommu.riscv.semantics.Structures.Place;

/**
 * The tag of a cached entry. {@code @source} RISCV-IOMMU, data structures, caching in-memory data structures.
 *
 * @param space of a directory entry the device id, 0 for the device directory; of the others the GSCID or {@link
 *     Transaction#HOST}
 * @param process of a first-stage entry the PSCID or {@link Scope#GLOBAL}; 0 for the others
 * @param first the first of what it stands for, as {@link Place#first} says
 * @param order log2 of how many
 */
public record EntryTag(Kind kind, int space, int process, long first, int order) {
    /** The tag of an entry that a transaction looks for. */
    public static EntryTag of(Transaction t, Place place) {
        return switch (place.kind()) {
            case DEVICE_DIRECTORY, DEVICE_CONTEXT -> new EntryTag(place.kind(), 0, 0, place.first(), place.order());
            case PROCESS_DIRECTORY, PROCESS_CONTEXT ->
                new EntryTag(place.kind(), t.deviceId(), 0, place.first(), place.order());
            case FIRST_STAGE -> new EntryTag(place.kind(), t.gscid(), t.pscid(), place.first(), place.order());
            case SECOND_STAGE, MSI -> new EntryTag(place.kind(), t.gscid(), 0, place.first(), place.order());
        };
    }

    /** The same of a first-stage entry that is the same for every process. */
    public EntryTag global() {
        return new EntryTag(kind, space, Scope.GLOBAL, first, order);
    }

    /**
     * Whether a command removes an entry under this tag.
     *
     * @param entry its first word
     */
    public boolean isCovered(long lo, long hi, long entry) {
        boolean leaf = kind == Kind.MSI || PageTableEntry.isLeaf(entry);
        return switch (kind) {
            case DEVICE_DIRECTORY -> Scope.isOfDeviceDirectory(lo);
            case DEVICE_CONTEXT -> Scope.isOfDevice(lo, (int) first);
            case PROCESS_DIRECTORY -> Scope.isOfProcessDirectory(lo, space);
            case PROCESS_CONTEXT -> Scope.isOfProcess(lo, space, (int) first);
            case FIRST_STAGE ->
                Scope.isOfFirstStage(lo, space, process) && Scope.isOfPages(lo, hi, first, 1L << order, leaf);
            case SECOND_STAGE, MSI ->
                Scope.isOfSecondStage(lo, space) && Scope.isOfPages(lo, hi, first, 1L << order, leaf);
        };
    }
}
