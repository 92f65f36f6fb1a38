package dev.moat.iommu.vtd.format;

/**
 * The outcome of a page request. Software finds it in the queue, or the unit answers the device at once, or there is
 * no answer.
 *
 * <p>{@code @shape} {@link #QUEUED} to {@link #UNWRITABLE}, or {@link #FIRST_CONDITION} plus the number of a {@link
 * FaultCondition}.
 */
public final class PageAnswer {
    private PageAnswer() {}

    /** Software finds it; a page group response is for it to send. */
    public static final int QUEUED = 0;
    /** Lost: others of its group follow. */
    public static final int DISCARDED = 1;
    /** The queue has no room; the unit says success, and the device finds the page still absent and asks again. */
    public static final int SUCCESS = 2;
    /** Translation is off. */
    public static final int OFF = 3;
    /** The queue is not in memory that the unit may write. */
    public static final int UNWRITABLE = 4;
    /** Refused for a condition, which is recorded. */
    public static final int FIRST_CONDITION = 5;

    public static int refused(FaultCondition condition) {
        return FIRST_CONDITION + condition.number();
    }

    /** The condition of a request that was refused for one, or {@link FaultCondition#NONE}. */
    public static FaultCondition condition(int answer) {
        return FaultCondition.of(Math.max(0, answer - FIRST_CONDITION));
    }
}
