package dev.moat.dma;

import dev.moat.iommu.Port;
import dev.moat.model.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * An invalidation as one operation: asked for, driven, announced and awaited before anything else happens. The unit does what it
 * is asked, as often as the driver has to wait for it.
 */
public final class FlushAtOnce {
    /** The kernel is on it, and on no other. */
    private static final int CPU = 0;

    private FlushAtOnce() {}

    /** The decisions that a driver may ask in it. */
    public static List<String> decisions(Port port) {
        List<String> all = new ArrayList<>(port.decisions());
        for (int step = 0; step < port.driverSteps().size(); step++) {
            all.addAll(port.decisions(step));
        }
        all.addAll(port.announcing());
        return all;
    }

    /**
     * Has a unit forget the translations of some pages, as leaves of tables.
     *
     * <p>A driver that gives up returns as if it had not: what is cached then, properties judge.
     *
     * @param tag a tag, or {@link Port#ALL_TAGS}
     * @param first the first page, and {@code last} the last one; both may be {@link Port#ALL_PAGES}
     * @throws IllegalStateException when the driver waits for something that no unit does of its own accord, so that the call
     *     would never return
     */
    public static void translations(long[] s, Port port, int tag, int first, int last) {
        while (!port.askTranslations(s, CPU, tag, first, last, Port.LEAVES)) {
            requireService(s, port, "has no room");
        }
        await(s, port);
    }

    /**
     * Has a unit forget a requester's device entry, as it was cached under a tag.
     *
     * @throws IllegalStateException as {@link #translations}
     */
    public static void entry(long[] s, Port port, int tag, int requester) {
        while (!port.askEntry(s, CPU, tag, requester)) {
            requireService(s, port, "has no room");
        }
        await(s, port);
    }

    private static void await(long[] s, Port port) {
        drive(s, port);
        while (!port.announce(s, CPU)) {
            requireService(s, port, "cannot be asked to tell");
        }
        while (!port.isDone(s, CPU)) {
            requireService(s, port, "is not done");
        }
        while (port.serve(s)) {
            // what was asked for and is not awaited
        }
    }

    private static void drive(long[] s, Port port) {
        for (int step = 0; step < port.driverSteps().size(); step++) {
            int outcome = port.drive(s, CPU, step);
            while (outcome == Outcome.LOOP || outcome == Outcome.BLOCKED) {
                if (outcome == Outcome.BLOCKED) {
                    requireService(s, port, "blocks " + port.driverSteps().get(step));
                }
                outcome = port.drive(s, CPU, step);
            }
            if (outcome == Outcome.FAIL) {
                return;
            }
        }
    }

    private static void requireService(long[] s, Port port, String why) {
        if (!port.serve(s)) {
            throw new IllegalStateException("the call never returns: the unit " + why);
        }
    }
}
