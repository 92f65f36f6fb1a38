package dev.moat.dma.release;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A release of Linux, and what its DMA layers do otherwise than those before. {@code @source} LINUX-IOVA, LINUX-SWIOTLB, LINUX-GART and
 * LINUX-XEN-SWIOTLB of each; recorded rows of each.
 */
public enum LinuxRelease {
    /** Debian's 6.1.192. */
    LINUX_6_1("linux-6.1"),
    /** Those from 6.3 to 6.8, of their bounce slots alone: 6.6, of which nothing was recorded. */
    LINUX_6_6("linux-6.6", false),
    /** Debian's 6.12.117. */
    LINUX_6_12("linux-6.12"),
    /** Debian's 7.3.4. */
    LINUX_7_3("linux-7.3");

    private final String label;
    private final boolean isRecorded;

    LinuxRelease(String label) {
        this(label, true);
    }

    LinuxRelease(String label, boolean isRecorded) {
        this.label = label;
        this.isRecorded = isRecorded;
    }

    /** As the command line spells it, for example {@code linux-6.12}. */
    public String label() {
        return label;
    }

    /** The labels of those of which rows were recorded. */
    public static List<String> labels() {
        return Arrays.stream(values())
                .filter(r -> r.isRecorded)
                .map(LinuxRelease::label)
                .toList();
    }

    /** The release with this label. */
    public static Optional<LinuxRelease> of(String label) {
        return Arrays.stream(values()).filter(r -> r.label.equals(label)).findFirst();
    }

    private boolean isSince(LinuxRelease other) {
        return compareTo(other) >= 0;
    }

    /**
     * Whether a depot keeps every magazine that is full, and a worker gives back, newest first, what is beyond the number of CPUs. Before,
     * it had 32, and what was beyond went back at once.
     */
    public boolean keepsAllMagazines() {
        return isSince(LINUX_6_12);
    }

    /**
     * Whether the addresses of slots are aligned, with slots before the buffer where the allocation begins earlier than the buffer may; before,
     * the numbers of slots were, and searches began at a rounded hint. With it came that a search ends, that a copy may begin before its
     * slot's share of the buffer, that its end alone is checked, and that calls outside of the pool do nothing.
     */
    public boolean alignsSlots() {
        return isSince(LINUX_6_12);
    }

    /**
     * Whether a search for slots begins at the hint, rounded up to its stride, and goes on until that place comes again. From 6.3 on
     * (0eee5ae10256, bbb73a103fbb) it begins at the hint and looks at as many slots as an area has.
     */
    public boolean roundsHint() {
        return this == LINUX_6_1;
    }

    /** Whether a pool that is halved at boot has fewer areas, if less than a segment would be left for each. */
    public boolean reducesAreas() {
        return isSince(LINUX_6_6);
    }

    /** Whether the last word of {@code swiotlb=} may go on: more options follow it. */
    public boolean takesMoreOptions() {
        return this == LINUX_7_3;
    }

    /** Whether the search of a bitmap answers its size when there is no run; before, where a run would have ended. */
    public boolean answersSizeForNone() {
        return this == LINUX_7_3;
    }

    /** Whether a mapping can say that it is of device memory or must be coherent, and therefore never bounces. */
    public boolean knowsMappingsThatStay() {
        return this == LINUX_7_3;
    }
}
