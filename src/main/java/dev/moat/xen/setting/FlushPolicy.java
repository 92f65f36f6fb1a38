package dev.moat.xen.setting;

import java.util.Arrays;

/** When map and unmap pay the invalidations that their changes owe; the values of the policy {@code flush}. */
public enum FlushPolicy {
    /** After each element: a descriptor and a wait for every changed entry, as Xen 4.17 does. */
    STRICT("strict"),
    /** When all elements have changed their entries: a descriptor for each changed page, one wait. */
    BATCH_END("batch-end"),
    /**
     * When all elements have changed their entries: one page-selective descriptor for the smallest aligned range that has
     * all changed pages, a domain-selective one where that is larger than the unit takes; one wait.
     */
    BATCH_RANGE("batch-range"),
    /** When all elements have changed their entries: one domain-selective descriptor, one wait. */
    DOMAIN_WIDE("domain-wide"),
    /** A descriptor as soon as an entry is changed, without a wait; one wait when all elements are done. */
    QUEUED("queued"),
    /** After the operation has returned; the mappings keep their pins until then. */
    DEFERRED("deferred"),
    /**
     * After the operation has returned and dropped pins and status bits; only Xen's references stay, until the mapper
     * acknowledges. The granter has agreed not to put anything else into the frame until then.
     */
    AGREED("agreed");

    private final String word;

    FlushPolicy(String word) {
        this.word = word;
    }

    /** The words of the policy, the default first. */
    static String[] words() {
        return Arrays.stream(values()).map(p -> p.word).toArray(String[]::new);
    }

    /** The policy that a word of {@link #words} names. */
    public static FlushPolicy of(String word) {
        return Arrays.stream(values())
                .filter(p -> p.word.equals(word))
                .findFirst()
                .orElseThrow();
    }

    /** Whether an unmap returns before its invalidation. */
    public boolean isLate() {
        return this == DEFERRED || this == AGREED;
    }

    /** Whether a batch pays at its end, so that its changes are owed together. */
    public boolean isAtBatchEnd() {
        return this == BATCH_END || this == BATCH_RANGE || this == DOMAIN_WIDE || this == QUEUED;
    }
}
