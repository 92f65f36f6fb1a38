package dev.moat.iommu.calgary.linux;

import dev.moat.bits.BitField;
import dev.moat.iommu.calgary.Generation;
import dev.moat.iommu.calgary.Registers;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.Registers.PageMigration;
import dev.moat.iommu.calgary.Registers.SplitQueue;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Empties the chip's cache for a bus, in steps between which devices and the chip act: stop the traffic, wait until
 * accepted requests are done, write TAR, let the traffic go on.
 *
 * <p>The waiting gives up after {@link #MOST_POLLS}. A Calgary then writes TAR anyway, while outstanding transactions
 * may bring old entries back. A CalIOC2 whose stop fails tries again, and after {@link #MOST_ROUNDS} leaves without
 * writing TAR and with the stop set; its polls are counted over all rounds, so that later ones ask once. Neither tells
 * its caller. {@code @source} LINUX-CALGARY.
 */
public final class TceBlast {
    /** Polls of the split queue. */
    public static final int MOST_POLLS = 100;
    /** Attempts of a CalIOC2 to stop the traffic. */
    public static final int MOST_ROUNDS = 99;

    /** Steps, in the order of both sequences; each chip has its own. */
    public enum Step {
        /** None is under way. */
        IDLE,
        /** Calgary: keep AER, write 0 to it, and read PLSSR so that it has arrived. */
        STOP_ARBITRATION,
        /** CalIOC2: set SOFTSTOP. */
        SOFT_STOP,
        /** Read the split queue once; comes back while it is busy. */
        POLL_SPLIT_QUEUE,
        /** CalIOC2: look whether the stop has failed. */
        CHECK_STOP,
        /** CalIOC2: read PAGE_MIG_CTRL, which makes the stop a hard one. */
        HARD_STOP,
        /** Write TAR. */
        INVALIDATE,
        /** Calgary: write AER back. */
        RESTART_ARBITRATION,
        /** CalIOC2: write 0 to PAGE_MIG_CTRL. */
        RELEASE
    }

    private static final List<Step> STEPS = List.of(Step.values());
    private static final Sort NAMES =
            new Sort("BlastStep", STEPS.stream().map(Enum::name).toList());

    private final BusTable table;
    private final Platform platform;
    private final int bridge;
    private final boolean soft;

    /** The {@link Step} that comes next; 0 when none is under way. */
    public final Slots next;
    /** Polls so far; dead, as the next two, when none is under way. */
    private final Slots polls;
    /** Rounds so far (CalIOC2). */
    private final Slots rounds;
    /** AER before it was set to 0 (Calgary). */
    private final Slots savedAer;

    /** Declares the sequence's locals. */
    public TceBlast(SchemaBuilder schema, BusTable table) {
        this.table = table;
        platform = table.platform();
        bridge = table.bus().bridge();
        soft = table.bus().generation() == Generation.CALIOC2;
        String prefix = "bus" + table.bus().number() + ".blast.";
        Liveness running = (s, i) -> next().get(s) != 0;
        next = slots(schema, prefix + "next").of(NAMES);
        polls = slots(schema, prefix + "polls").live(running).bits(SlotsBuilder.bitsFor(MOST_POLLS));
        rounds = slots(schema, prefix + "rounds").live(running).bits(SlotsBuilder.bitsFor(MOST_ROUNDS));
        savedAer = slots(schema, prefix + "savedAer")
                .live(running)
                .word(List.of(new BitField("AER", Integer.SIZE - 1, 0)), 0xffff_ffffL);
    }

    private static SlotsBuilder slots(SchemaBuilder schema, String name) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR);
    }

    private Slots next() {
        return next;
    }

    /** Begins. Throws {@link IllegalStateException} when one is under way. */
    public void start(long[] s) {
        if (next.get(s) != 0) {
            throw new IllegalStateException(
                    "two invalidations of bus " + table.bus().number() + " at once");
        }
        go(s, soft ? Step.SOFT_STOP : Step.STOP_ARBITRATION);
    }

    /** The step that comes next. */
    public Step at(long[] s) {
        return STEPS.get((int) next.get(s));
    }

    private void go(long[] s, Step step) {
        next.set(s, STEPS.indexOf(step));
    }

    /** Runs the next step. Nothing happens when none is under way. */
    public void step(long[] s) {
        switch (at(s)) {
            case IDLE -> {}
            case STOP_ARBITRATION -> {
                savedAer.set(s, platform.read(s, bridge, Bridge.AER));
                platform.write(s, bridge, Bridge.AER, 0);
                platform.read(s, bridge, Bridge.PLSSR);
                go(s, Step.POLL_SPLIT_QUEUE);
            }
            case SOFT_STOP -> {
                long control = platform.read(s, bridge, Bridge.PAGE_MIG_CTRL);
                platform.write(s, bridge, Bridge.PAGE_MIG_CTRL, control | PageMigration.SOFTSTOP.mask());
                go(s, Step.POLL_SPLIT_QUEUE);
            }
            case POLL_SPLIT_QUEUE -> poll(s);
            case CHECK_STOP -> checkStop(s);
            case HARD_STOP -> {
                platform.read(s, bridge, Bridge.PAGE_MIG_CTRL);
                platform.read(s, bridge, Bridge.PAGE_MIG_DEBUG);
                go(s, Step.INVALIDATE);
            }
            case INVALIDATE -> {
                platform.chip().write(s, Registers.tar(bridge), Long.BYTES, table.tar.get(s));
                go(s, soft ? Step.RELEASE : Step.RESTART_ARBITRATION);
            }
            case RESTART_ARBITRATION -> {
                platform.writeThrough(s, bridge, Bridge.AER, savedAer.get(s));
                end(s);
            }
            case RELEASE -> {
                platform.read(s, bridge, Bridge.PAGE_MIG_CTRL);
                platform.writeThrough(s, bridge, Bridge.PAGE_MIG_CTRL, 0);
                end(s);
            }
        }
    }

    private void poll(long[] s) {
        boolean idle = SplitQueue.isIdle(platform.chip().read(s, Registers.splitQueue(bridge), Long.BYTES));
        polls.set(s, Math.min(MOST_POLLS, polls.get(s) + 1));
        if (idle || polls.get(s) == MOST_POLLS) {
            go(s, soft ? Step.CHECK_STOP : Step.INVALIDATE);
        }
    }

    private void checkStop(long[] s) {
        if (!PageMigration.SOFTSTOPFAULT.isSet(platform.read(s, bridge, Bridge.PAGE_MIG_DEBUG))) {
            go(s, Step.HARD_STOP);
            return;
        }
        rounds.set(s, rounds.get(s) + 1);
        if (rounds.get(s) == MOST_ROUNDS) {
            end(s);
        } else {
            go(s, Step.SOFT_STOP);
        }
    }

    private void end(long[] s) {
        next.set(s, 0);
        polls.set(s, 0);
        rounds.set(s, 0);
        savedAer.set(s, 0);
    }

    /** Runs the whole sequence. */
    public void run(long[] s) {
        start(s);
        while (next.get(s) != 0) {
            step(s);
        }
    }
}
