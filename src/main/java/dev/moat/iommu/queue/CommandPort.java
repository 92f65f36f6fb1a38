package dev.moat.iommu.queue;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import java.util.List;

/** How software makes a unit forget: commands, and a fence behind which it waits for the head. */
public final class CommandPort implements Port {
    /** What has to be forgotten, as {@link Port#askTranslations} has it. */
    public record Change(int tag, int first, int last, int what) {}

    /** The commands of a family's driver. */
    public interface Driver {
        /** The decisions that the words of invalidations ask. */
        List<String> decisions();

        /** The first word of a command for everything; the second one is 0. */
        long everything();

        /** Commands that it takes. */
        int count(long[] s, Change change);

        /** The first word of each of them. */
        long lo(long[] s, Change change);

        /** The second word of the n-th, counted from 0, behind the first word. */
        long hi(long[] s, Change change, long lo, int n);

        /** The first word of a command for a requester's entry. */
        long entryLo(int requester);

        /** Its second word. */
        long entryHi();

        /** The first word of a fence; the second one is 0. */
        long fence();
    }

    private final SubmittedCommands commands;
    private final Driver driver;
    private final Waits waits;

    /** The port of one unit. */
    public CommandPort(SubmittedCommands commands, Driver driver, Waits waits) {
        this.commands = commands;
        this.driver = driver;
        this.waits = waits;
    }

    /** How the driver waits, at any unit. */
    public static final class Waits {
        private static final String LEFT = "wait.left-to-others";

        /** Whether units fetch commands before they execute them. */
        public final boolean fetches;
        /** To 1 when a fence is submitted; the head is waited for in any case. */
        private final Decision fenced;
        /** {@code wait.left-to-others}: (whether the last command is a fence) to 1 when no other is submitted, nor waited for. */
        private final Decision leaves;
        /** To 1 when the unit's fence waits for what is fetched and not executed. */
        private final Decision unitWaits;

        private final List<String> announcing;

        /**
         * @param fences name of the decision whether a fence is submitted
         * @param unitWaits name of the decision whether a unit's fence waits
         * @param fetches whether units fetch commands before they execute them
         */
        public Waits(ModelBuilder model, Sizes sizes, String fences, String unitWaits, boolean fetches) {
            this.fetches = fetches;
            Decision yes = (s, a, b, c) -> 1;
            Decision no = (s, a, b, c) -> 0;
            fenced = model.decision(fences, yes);
            boolean shared =
                    sizes.needs(Sizes.Need.SHARED_WAITS) && sizes.cpus().sort().size() > 1;
            leaves = shared ? model.decision(LEFT, no) : no;
            announcing = shared ? List.of(fences, LEFT) : List.of(fences);
            this.unitWaits = fetches ? model.decision(unitWaits, yes) : yes;
        }

        /** Whether a fence of a unit waits now. */
        public boolean unitWaits(long[] s) {
            return unitWaits.decide(s, 0, 0, 0) != 0;
        }
    }

    @Override
    public boolean askTranslations(long[] s, int cpu, int tag, int first, int last, int changed) {
        if (tag == ALL_TAGS) {
            return commands.submit(s, cpu, driver.everything(), 0);
        }
        Change change = new Change(tag, first, last, changed);
        int count = driver.count(s, change);
        if (commands.free(s) < count) {
            return false;
        }
        long lo = driver.lo(s, change);
        for (int n = 0; n < count; n++) {
            commands.submit(s, cpu, lo, driver.hi(s, change, lo, n));
        }
        return true;
    }

    @Override
    public List<String> decisions() {
        return driver.decisions();
    }

    @Override
    public boolean askEntry(long[] s, int cpu, int tag, int requester) {
        return commands.submit(s, cpu, driver.entryLo(requester), driver.entryHi());
    }

    @Override
    public boolean announce(long[] s, int cpu) {
        if (waits.leaves.decide(s, commands.endsWithFence(s) ? 1 : 0, 0, 0) != 0) {
            commands.awaitNothing(s, cpu);
            return true;
        }
        if (waits.fenced.decide(s, 0, 0, 0) != 0 && !commands.submit(s, cpu, driver.fence(), 0)) {
            return false;
        }
        commands.awaitNewest(s, cpu);
        return true;
    }

    @Override
    public List<String> announcing() {
        return waits.announcing;
    }

    @Override
    public boolean isDone(long[] s, int cpu) {
        return commands.isPassed(s, cpu);
    }

    @Override
    public boolean serve(long[] s) {
        return commands.consume(s, 0) || (waits.fetches && commands.fetch(s, waits.unitWaits(s)));
    }

    @Override
    public int finds(long[] s, int cpu, int tag, int page) {
        return commands.findsPage(s, cpu, tag, page);
    }

    @Override
    public int findsFromEnd(long[] s, int cpu, int fromEnd, int tag, int page) {
        return commands.findsFromEnd(s, cpu, fromEnd, tag, page);
    }

    @Override
    public int findsEntry(long[] s, int cpu, int requester) {
        return commands.findsEntry(s, cpu, requester);
    }

    @Override
    public int nextSubmitter(long[] s) {
        return commands.nextSubmitter(s);
    }

    @Override
    public void read(Footprint footprint) {
        commands.read(footprint);
    }
}
