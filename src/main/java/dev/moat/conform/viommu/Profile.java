package dev.moat.conform.viommu;

import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.register.CachePolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whose answers are judged, and what the unit does like that one. Where the specification leaves a choice, the specification's own
 * profile does as the recorded units do; so its column is filled.
 */
public enum Profile {
    /**
     * The specification, as the recordings have it: the list of codes that comes with them is of all their rows, and has none for seven
     * answers of QEMU's of which the text says otherwise. A unit without deviations is the text's.
     */
    SPECIFICATION("vtd", "vtd"),
    QEMU_7_2("qemu-7.2", "qemu_7_2"),
    QEMU_10_0("qemu-10.0", "qemu_10_0"),
    QEMU_11_1("qemu-11.1", "qemu_11_1");

    /** What the versions have in common, and more. */
    private static final class Sets {
        /** Of these the list says nothing. */
        static final Deviations UNLISTED = Deviations.of(
                Deviation.SNOOP_WITH_SCALABLE_MODE,
                Deviation.INTERRUPT_REASON_BY_UNIT,
                Deviation.DESCRIPTORS_IN_ANY_MODE,
                Deviation.EMPTY_WAIT_IS_ERROR,
                Deviation.CONTEXT_CONTROLS_UNCHECKED,
                Deviation.STATUS_ADDRESS_WHOLE,
                Deviation.CONTEXT_RESERVED_RECORDED);

        static final Deviations COMMON = UNLISTED.with(
                Deviation.LEGACY_REASONS,
                Deviation.PASID_TYPE_BEFORE_PRESENT,
                Deviation.CANONICAL_BY_ADDRESS_WIDTH,
                Deviation.DIRTY_ONLY_WITH_ACCESSED,
                Deviation.GIGABYTE_PAGES_ALWAYS,
                Deviation.BOTH_ROOT_HALVES,
                Deviation.PASID_RESERVED_IGNORED,
                Deviation.COMPATIBILITY_PASSES,
                Deviation.RESERVED_DATA_LAST,
                Deviation.INDEX_WRAPS,
                Deviation.POSTED_AS_REMAPPED,
                Deviation.DELIVERY_MODE_UNCHECKED,
                Deviation.DESTINATION_UNCHECKED,
                Deviation.VERIFICATION_TYPE_AS_FAILURE,
                Deviation.BUS_RANGE_SWAPPED,
                Deviation.EXTENDED_MODE_ALWAYS,
                Deviation.CONTEXT_POINTER_RESERVED,
                Deviation.PASS_THROUGH_ANY_WIDTH,
                Deviation.INTERRUPTS_BY_PAGE,
                Deviation.PAGES_WITHOUT_TRANSLATIONS,
                Deviation.MODE_BY_LOW_BIT,
                Deviation.ALL_ONES_UNREADABLE,
                Deviation.QUEUE_ENDS_WITH_WAIT,
                Deviation.QUEUE_WAITS_FOR_TAIL,
                Deviation.INTERRUPT_TABLE_ALWAYS,
                Deviation.COMMAND_REGISTERS_IN_ANY_MODE,
                Deviation.WIDE_QUEUE_IGNORED,
                Deviation.CACHED_CONTEXT_SKIPS_CHECKS);
        static final Deviations FIRST_LEVEL = COMMON.with(
                Deviation.RID_PASID_ALWAYS,
                Deviation.PASID_RECORDED,
                Deviation.PASID_RECORDED_SHORT,
                Deviation.FENCE_IS_ERROR);
        static final Deviations MIDDLE =
                FIRST_LEVEL.with(Deviation.PASID_PAGE_MASK_CHECKED, Deviation.TRANSIENT_MAPPING_RESERVED);
        static final Deviations OLDEST = FIRST_LEVEL.with(
                Deviation.INTERRUPT_FAULTS_UNRECORDED,
                Deviation.ENTRY_CACHE_RESERVED_IGNORED,
                Deviation.PASID_DESCRIPTORS_IGNORED,
                Deviation.PAGE_MASK_OF_8_BITS,
                Deviation.PASID_ENTRY_UNREADABLE,
                Deviation.SECOND_HALF_IGNORED);
        static final Deviations NEWEST = COMMON.with(
                Deviation.PASID_CACHE_CHECKED,
                Deviation.PASID_CACHE_REPLAYS,
                Deviation.PASID_PAGE_MASK_CHECKED,
                Deviation.PAGE_RESPONSE_ALWAYS,
                Deviation.LEGACY_HAS_PASID,
                Deviation.TRANSIENT_MAPPING_RESERVED,
                Deviation.PAGE_EVENT_UNMASKED,
                Deviation.SHADOW_KEEPS_ERRONEOUS_CONTEXT,
                Deviation.SHADOW_SKIPS_ERRONEOUS_ENTRY,
                Deviation.SHADOW_READS_WRITE_ONLY,
                Deviation.SHADOW_RANGE_UNALIGNED);

        private Sets() {}
    }

    private final String label;
    private final String column;

    Profile(String label, String column) {
        this.label = label;
        this.column = column;
    }

    /** How it is named on the command line. */
    public String label() {
        return label;
    }

    /** The column of expectations. */
    public String column() {
        return column;
    }

    /** What the unit departs in, with options that do not tell otherwise. */
    public Deviations deviations() {
        return switch (this) {
            case SPECIFICATION -> Sets.UNLISTED;
            case QEMU_7_2 -> Sets.OLDEST;
            case QEMU_10_0 -> Sets.MIDDLE;
            case QEMU_11_1 -> Sets.NEWEST;
        };
    }

    /** What the unit's caches do. */
    public CachePolicy policy() {
        CachePolicy recorded = CachePolicy.recorded();
        return this == QEMU_11_1 ? recorded.ordered(CachePolicy.Order.TRANSLATIONS_FIRST) : recorded;
    }

    /** How all are named. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(Profile::label).toList();
    }

    /** The profile of that name. */
    public static Optional<Profile> of(String label) {
        for (Profile profile : values()) {
            if (profile.label.equals(label)) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }
}
