package dev.moat.xen.abstraction;

import dev.moat.grant.Pins;
import dev.moat.iommu.vocabulary.HardwareListings;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Listing;
import dev.moat.state.Slots;
import dev.moat.xen.state.XenState;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * The true tuples of those relations that have many tuples at real sizes, of which few are true: what tables, caches and walks
 * in flight lead to, what holds, counters and their units are.
 */
final class Listings {
    private final XenState xen;
    private final Abstraction to;
    private final GrantAbstraction h;
    private final BalanceAbstraction balance;
    private final int frames;
    private final int counts;

    /** @param counts numbers of the vocabulary's sort Nat */
    Listings(XenState xen, Abstraction to, GrantAbstraction h, BalanceAbstraction balance, int counts) {
        this.xen = xen;
        this.to = to;
        this.h = h;
        this.balance = balance;
        this.counts = counts;
        frames = xen.memory.frames.size();
    }

    void declare() {
        new HardwareListings(xen.iommu).declare(to);
        to.listed("names", p -> {}, this::names);
        to.listed("hold", this::readHolds, this::holds);
        to.listed("pins", p -> p.all(xen.grants.pin), this::pins);
        to.listed("unit", this::readHolds, this::units);
        numbers("refs", p -> p.all(xen.memory.references), xen.memory.references);
        Consumer<Footprint> types = this::readFrames;
        to.listed("uses", types, (s, sink) -> {
            for (int f = 0; xen.types.on() && f < frames; f++) {
                upTo((int) xen.types.count.get(s, f), f, sink);
            }
        });
        to.listed("ownRef", types, (s, sink) -> own(f -> balance.ownersReferences(s, f), sink));
        to.listed("ownUse", types, (s, sink) -> own(f -> balance.ownersUses(s, f), sink));
        Consumer<Footprint> all = p -> {
            readHolds(p);
            readFrames(p);
        };
        to.listed("refUnit", all, (s, sink) -> shares(s, false, sink));
        to.listed("useUnit", all, (s, sink) -> shares(s, true, sink));
    }

    private void readHolds(Footprint p) {
        for (int k = 0; k < h.count(); k++) {
            h.readHold(p, k);
        }
        p.all(xen.grants.activeFrame).all(xen.grants.pin);
    }

    private void readFrames(Footprint p) {
        for (int f = 0; f < frames; f++) {
            balance.readOwnersUses(p, f);
        }
    }

    private void names(long[] s, Listing.Sink sink) {
        for (int d = 0; d < xen.domains.size(); d++) {
            for (int f = 0; f < frames; f++) {
                sink.add(d, f, f, 0, 0);
            }
        }
    }

    private void holds(long[] s, Listing.Sink sink) {
        for (int k = 0; k < h.count(); k++) {
            if (h.isUnfinished(s, k) && xen.grants.pin.get(s, h.entry(s, k)) != 0) {
                sink.add(k, h.mapper(s, k), (int) xen.grants.activeFrame.get(s, h.entry(s, k)), 0, 0);
            }
        }
    }

    private void pins(long[] s, Listing.Sink sink) {
        for (int g = 0; g < h.entryCount(); g++) {
            long word = xen.grants.pin.get(s, h.entryIndex(g));
            for (int kind = 0; word != 0 && kind < Pins.KINDS; kind++) {
                int n = Math.min(xen.grants.pins.count(word, kind), counts);
                for (int i = 0; i < n; i++) {
                    sink.add(g, kind, i, 0, 0);
                }
            }
        }
    }

    private void units(long[] s, Listing.Sink sink) {
        for (int k = 0; k < h.count(); k++) {
            int sides = h.sides(s, k);
            for (int kind = 0; sides != 0 && kind < Pins.KINDS; kind++) {
                int entry = h.entry(s, k);
                int gref = h.grefOf(entry);
                if (gref >= 0 && h.isUnit(s, k, entry, kind)) {
                    int n = h.rank(s, k, entry, kind);
                    if (n < counts) {
                        sink.add(k, gref, kind, n, 0);
                    }
                }
            }
        }
    }

    private void numbers(String relation, Consumer<Footprint> reads, Slots of) {
        to.listed(relation, reads, (s, sink) -> own(f -> (int) of.get(s, f), sink));
    }

    private void own(IntUnaryOperator of, Listing.Sink sink) {
        for (int f = 0; f < frames; f++) {
            upTo(of.applyAsInt(f), f, sink);
        }
    }

    private void upTo(int number, int frame, Listing.Sink sink) {
        for (int n = 0; n < Math.min(number, counts); n++) {
            sink.add(frame, n, 0, 0, 0);
        }
    }

    /** What each hold has of a frame's references, or of the uses of its type, behind its owner's and those of earlier holds. */
    private void shares(long[] s, boolean uses, Listing.Sink sink) {
        int[] referring = referring(s);
        for (int f = 0; f < frames; f++) {
            int n = uses ? balance.ownersUses(s, f) : balance.ownersReferences(s, f);
            for (int k : referring) {
                int of = uses ? balance.uses(s, k, f) : balance.references(s, k, f);
                for (int i = 0; i < of; i++, n++) {
                    if (n < counts) {
                        sink.add(k, f, n, 0, 0);
                    }
                }
            }
        }
    }

    /** The holds that may refer to a frame: few, but there are many names of holds. */
    private int[] referring(long[] s) {
        int[] found = new int[h.count()];
        int n = 0;
        for (int k = 0; k < found.length; k++) {
            if (h.isCopy(k) || h.isListed(k) || h.sides(s, k) != 0) {
                found[n++] = k;
            }
        }
        return Arrays.copyOf(found, n);
    }
}
