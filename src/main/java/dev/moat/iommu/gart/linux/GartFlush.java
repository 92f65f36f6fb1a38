package dev.moat.iommu.gart.linux;

import dev.moat.iommu.gart.NodeRegisters;
import dev.moat.iommu.gart.NodeRegisters.CacheControl;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Empties the TLBs of all northbridges, in steps between which devices and northbridges act: first each is asked, then each is polled
 * until it is done; the polling has no end of its own. {@code @source} LINUX-GART.
 */
public final class GartFlush {
    /** No flush is under way. */
    public static final int IDLE = 0;
    /** Ask one northbridge. */
    public static final int ASK = 1;
    /** Poll one northbridge once; comes back while it is not done. */
    public static final int POLL = 2;

    private static final Sort NAMES = new Sort("FlushStep", List.of("IDLE", "ASK", "POLL"));

    private final GartSpace space;
    private final GartPlatform platform;

    /** What comes next: {@link #IDLE}, {@link #ASK} or {@link #POLL}. */
    public final Slots next;
    /** The northbridge that it is about; dead when no flush is under way. */
    public final Slots node;
    /** What each northbridge's register held at first; written with INVGART to ask. */
    final Slots flushWord;

    /** Declares the sequence's locals. */
    public GartFlush(SchemaBuilder schema, GartSpace space) {
        this.space = space;
        platform = space.platform();
        Liveness running = (s, i) -> next().get(s) != IDLE;
        next = slots(schema, "gart.flush.next").of(NAMES);
        node = slots(schema, "gart.flush.node").live(running).bits(SlotsBuilder.bitsFor(platform.nodes()));
        Sort nodes = Sort.numbered("FlushedNode", "n", platform.nodes());
        flushWord = schema.slots("gart.flushWord", Role.HYPERVISOR, Writer.HYPERVISOR, nodes)
                .word(CacheControl.FIELDS, 0);
    }

    private static SlotsBuilder slots(SchemaBuilder schema, String name) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR);
    }

    private Slots next() {
        return next;
    }

    /** Keeps what the registers hold, before anything else is done to them. */
    public void remember(long[] s) {
        for (int n = 0; n < platform.nodes(); n++) {
            flushWord.set(s, n, platform.access().read(s, n, NodeRegisters.CACHE_CONTROL));
        }
    }

    /** Begins. Throws {@link IllegalStateException} when one is under way. */
    public void start(long[] s) {
        if (next.get(s) != IDLE) {
            throw new IllegalStateException("two flushes of the GART at once");
        }
        next.set(s, ASK);
    }

    /** Runs the next step: false when a northbridge is not done, so that it comes again. Nothing happens when none is under way. */
    public boolean step(long[] s) {
        int n = (int) node.get(s);
        if (next.get(s) == ASK) {
            long value = flushWord.get(s, n) | CacheControl.INVGART.mask();
            platform.access().write(s, n, NodeRegisters.CACHE_CONTROL, value);
            advance(s, n, POLL);
        } else if (next.get(s) == POLL) {
            if (CacheControl.INVGART.isSet(platform.access().read(s, n, NodeRegisters.CACHE_CONTROL))) {
                return false;
            }
            advance(s, n, IDLE);
        }
        return true;
    }

    private void advance(long[] s, int n, int then) {
        boolean last = n + 1 == platform.nodes();
        node.set(s, last ? 0 : n + 1);
        next.set(s, last ? then : next.get(s));
    }

    /** Runs the whole sequence; needs northbridges that get done while they are polled. */
    public void run(long[] s) {
        start(s);
        while (next.get(s) != IDLE) {
            step(s);
        }
    }

    /** Runs it where a flush is needed, after which none is. */
    void runIfNeeded(long[] s) {
        if (space.needFlush.get(s) != 0) {
            run(s);
            space.needFlush.set(s, 0);
        }
    }
}
