package dev.moat.xen.abstraction;

import dev.moat.iommu.vtd.Descriptors;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import dev.moat.xen.state.Locals;
import dev.moat.xen.state.SubmittedQueue;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/**
 * Submitted invalidations in the vocabulary. A CPU has one under way at a time, for the page or the device that it owes
 * it for; so a token is a CPU with a page under a tag, or with a device, and stands for no more than that, however much
 * the descriptor covers. What hardware removes beyond it, it removes of its own accord.
 */
public final class Invalidations {
    private static final int COVERED = 2;

    private final XenState x;
    private final Abstraction to;
    private final Sort unit;
    private final Sort tokens;
    private final int pages;
    private final int ofPages;
    private final int perCpu;
    private final SubmittedQueue.Covers[] covers;

    Invalidations(XenState x, Abstraction to, Sort unit) {
        this.x = x;
        this.to = to;
        this.unit = unit;
        Sort tags = x.unit.geometry().tags();
        pages = x.unit.geometry().pages().size();
        ofPages = tags.size() * pages;
        perCpu = ofPages + x.devices.size();
        List<String> labels = new ArrayList<>();
        for (String cpu : x.pc.index().get(0).labels()) {
            for (String tag : tags.labels()) {
                x.unit.geometry().pages().labels().forEach(page -> labels.add(cpu + "." + tag + "." + page));
            }
            x.devices.labels().forEach(device -> labels.add(cpu + "." + device));
        }
        tokens = new Sort("Inv", labels);
        covers = new SubmittedQueue.Covers[perCpu];
        for (int i = 0; i < perCpu; i++) {
            int of = i;
            covers[i] = (lo, hi) -> covers(of, lo, hi);
        }
    }

    /** The token of a CPU for a page under a tag. */
    static int ofPage(XenState x, int cpu, int tag, int page) {
        int pages = x.unit.geometry().pages().size();
        return cpu * perCpu(x) + tag * pages + page;
    }

    /** The token of a CPU for a device. */
    static int ofDevice(XenState x, int cpu, int device) {
        return (cpu + 1) * perCpu(x) - x.devices.size() + device;
    }

    private static int perCpu(XenState x) {
        return x.unit.geometry().tags().size() * x.unit.geometry().pages().size() + x.devices.size();
    }

    /** The token of what a CPU owes now, or -1: what a device's domain still has cached after it left is none. */
    static int owed(XenState x, long[] s, int cpu) {
        Locals l = x.locals;
        int phase = (int) l.phase.get(s, cpu);
        if (phase == Locals.DETACHING) {
            return ofDevice(x, cpu, (int) l.device.get(s, cpu));
        }
        return phase > Locals.DETACHING
                ? -1
                : ofPage(x, cpu, x.did((int) l.domain.get(s, cpu)), (int) l.frame.get(s, cpu));
    }

    void declare() {
        to.sort(tokens);
        Sort tags = x.unit.geometry().tags();
        List<Sort> range = List.of(tokens, unit, tags, x.unit.geometry().pages());
        List<Sort> devices = List.of(tokens, unit, x.devices);
        to.relation("covers", range, (s, i, u, t, p, e) -> i % perCpu == t * pages + p, XenAbstraction.NOTHING);
        to.relation("coversQ", devices, (s, i, u, q, d, e) -> i % perCpu == ofPages + q, XenAbstraction.NOTHING);
        to.relation(
                "pays",
                range,
                (s, i, u, t, p, e) -> i % perCpu == t * pages + p && isUnderWay(s, i),
                (f, i, u, t, p, e) -> {
                    if (i % perCpu == t * pages + p) {
                        read(f);
                    }
                });
        to.relation(
                "paysQ",
                devices,
                (s, i, u, q, d, e) -> i % perCpu == ofPages + q && isUnderWay(s, i),
                (f, i, u, q, d, e) -> {
                    if (i % perCpu == ofPages + q) {
                        read(f);
                    }
                });
        Relation.Reads queue = (footprint, i, b, c, d, e) -> {
            read(footprint);
            x.units.queue(0).read(footprint);
        };
        to.relation("queued", List.of(tokens), is(COVERED), queue);
        to.relation("done", List.of(tokens), is(0), queue);
    }

    private void read(Footprint footprint) {
        Locals l = x.locals;
        footprint.all(l.owes).all(l.phase).all(l.domain).all(l.frame).all(l.device);
    }

    private RelationCode is(int found) {
        return (s, i, b, c, d, e) -> isUnderWay(s, i) && finds(s, i) == found;
    }

    private int finds(long[] s, int token) {
        return x.units.queue(0).finds(s, token / perCpu, covers[token % perCpu]);
    }

    private boolean isUnderWay(long[] s, int token) {
        int cpu = token / perCpu;
        return x.locals.owes.get(s, cpu) == Locals.SUBMITTED && owed(x, s, cpu) == token;
    }

    /** Whether a descriptor removes all that a token stands for. */
    private boolean covers(int of, long lo, long hi) {
        int type = (int) Descriptors.TYPE.get(lo);
        int granularity = (int) Descriptors.G.get(lo);
        if (of >= ofPages) {
            return type == Descriptors.CONTEXT_CACHE
                    && (granularity < 3
                            || Descriptors.ContextCache.SID.get(lo)
                                    == x.unit.geometry().sourceIds().get(of - ofPages));
        }
        if (type != Descriptors.IOTLB || (granularity > 1 && Descriptors.DID.get(lo) != of / pages)) {
            return false;
        }
        long span = -1L << Descriptors.Iotlb.AM.get(hi);
        return granularity < 3
                || ((Descriptors.Iotlb.ADDR.get(hi) ^ x.unit.geometry().pageNumber(of % pages)) & span) == 0;
    }
}
