package dev.moat.xen.upkeep;

import dev.moat.model.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an operation pays what the change of an entry owes.
 *
 * @param what names the steps, "" for an operation's only ones
 * @param done the step that goes on when it is paid, or nothing is owed
 * @param removal whether the entry lost rights, so that an invalidation follows wherever a walker could miss the store
 * @param first steps after the store is seen and before the invalidation is asked for
 * @param refused the step that goes on when the queue is full while the IOMMU code fails, or null to wait
 * @param gaveUp the step that goes on when the wait is given up, or null to wait for ever
 */
public record Payment(
        String what,
        String done,
        boolean removal,
        List<Step> first,
        @Nullable String refused,
        @Nullable String gaveUp) {
    /** The plain one, for an entry that became present or gained rights. */
    public static Payment of(String what, String done) {
        return new Payment(what, done, false, List.of(), null, null);
    }

    /** The plain one, for an entry that lost rights. */
    public static Payment ofRemoval(String what, String done) {
        return new Payment(what, done, true, List.of(), null, null);
    }

    /** The same with something to be done first. */
    public Payment after(List<Step> steps) {
        return new Payment(what, done, removal, steps, refused, gaveUp);
    }

    /** The same, going on elsewhere when the queue is full while the IOMMU code fails. */
    public Payment orRefused(@Nullable String step) {
        return new Payment(what, done, removal, first, step, gaveUp);
    }

    /** The same, going on elsewhere when the wait is given up; where waits are. */
    public Payment orGivenUp(@Nullable String step) {
        return new Payment(what, done, removal, first, refused, step);
    }

    /** The same with another end. */
    Payment to(String step) {
        return new Payment(what, step, removal, first, refused, gaveUp);
    }
}
