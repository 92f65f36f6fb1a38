package dev.moat.iommu;

import dev.moat.iommu.DefaultDomain.Kind;
import dev.moat.iommu.DefaultDomain.Region;
import dev.moat.iommu.DefaultDomain.Wish;
import dev.moat.model.BadSettingException;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * The units of a machine and their driver, declared for one run. Software uses {@link #tables}, {@link #entries},
 * {@link #tags}, {@link #visibility} and {@link #port}. Hardware has actions of its own. The meaning of states is in
 * {@link #meaning}.
 *
 * <p>{@code @shape} requesters, spaces, pages, frames, units and tags are elements of the sorts of {@link #sizes} and
 * of {@link Tags#sort}. Everything that takes a state is a step or a look: ints, longs, no allocation.
 */
public interface Iommu {
    /** What it was declared for. */
    Sizes sizes();

    /** What the units can do, as asked before. */
    Capabilities capabilities();

    /**
     * The default domain of a device. Here each group has its own; a driver whose devices share a space says so. Its regions are what
     * firmware has the device use, as DIRECT ones that lock nothing, and the ranges that are never translated, as RESERVED ones.
     *
     * @param group the one that software counts the device to; there are as many spaces as groups, or one
     */
    default DefaultDomain defaultDomain(int requester, int group) {
        List<Region> regions = new ArrayList<>();
        for (Sizes.UnityRange range : sizes().requesters().unity()) {
            regions.add(new Region(range.first(), range.last(), Kind.DIRECT, false));
        }
        for (Capabilities.Range range : capabilities().aperture().reserved()) {
            regions.add(new Region(range.first(), range.last(), Kind.RESERVED, false));
        }
        return new DefaultDomain(group, capabilities().aperture(), Wish.NONE, regions);
    }

    /** The tables of spaces. */
    Tables tables();

    /** The entries of devices. */
    Entries entries();

    /** The tags under which spaces are cached. */
    Tags tags();

    /** What makes units see a store. */
    default Visibility visibility() {
        return Visibility.AT_ONCE;
    }

    /** What a change owes. */
    default Duty duty() {
        return Duty.of(capabilities(), Duty.NO_TAG);
    }

    /** Whether every slot in which the units name a CPU says so, so that CPUs can change places. */
    default boolean namesCpus() {
        return false;
    }

    /** How a unit is asked to forget. */
    Port port(int unit);

    /** What the state means. */
    Meaning meaning();

    /** Sets up what a running system has before anything is attached: registers on, tables linked, nothing in them. */
    default void connect(long[] s) {}

    /**
     * Leaves a unit as it is where nobody sets it up, for initial states: requests reach memory at their own addresses.
     *
     * @throws BadSettingException where units are modelled only as translating
     */
    default void leaveUntranslated(long[] s, int unit) {
        throw new BadSettingException("untranslated", "units of this IOMMU are modelled only as translating");
    }

    /** Whether {@link #forgetEverything} is modelled. */
    default boolean forgetsByItself() {
        return false;
    }

    /**
     * A unit forgets everything that it caches, of its own accord and at once, as VT-d's with ESRTPS does when it gets another root table.
     *
     * @throws UnsupportedOperationException where units are modelled only as they are asked
     */
    default void forgetEverything(long[] s, int unit) {
        throw new UnsupportedOperationException("units of this IOMMU forget only what they are asked to");
    }

    /** Ends an initial state: everything stored until now has been seen, and the units are asked as they will be. */
    default void settle(long[] s) {}

    /**
     * A device's request misses, is translated, and its answer is cached, all at once; for software that is modelled call by
     * call. With walks in flight this takes two actions of {@link #declareActions}.
     *
     * @return false when the request hits, or finds nothing that can be cached
     */
    boolean request(long[] s, int requester, int page, boolean write);

    /** Declares what devices and units do of their own accord, each in one action, with its claim. */
    void declareActions(ModelBuilder model);

    /** The units. */
    default Sort units() {
        return sizes().requesters().units();
    }

    /** The unit that a requester is behind. */
    default int unitOf(int requester) {
        return sizes().requesters().unitOf().get(requester);
    }
}
