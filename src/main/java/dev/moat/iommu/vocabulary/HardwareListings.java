package dev.moat.iommu.vocabulary;

import dev.moat.iommu.Iommu;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Listing;
import java.util.function.Consumer;

/** The true tuples of {@link HardwareRelations}' relations of tables, caches and walks: many at real sizes, few true. */
public final class HardwareListings {
    private final Iommu iommu;
    private final Meaning meaning;
    private final KeptByDevices keptToRead;
    private final KeptByDevices keptToWrite;
    private final int units;
    private final int requesters;
    private final int spaces;
    private final int pages;
    private final int tags;
    private final int frames;

    public HardwareListings(Iommu iommu) {
        this.iommu = iommu;
        meaning = iommu.meaning();
        keptToRead = new KeptByDevices(iommu, Rights.READ);
        keptToWrite = new KeptByDevices(iommu, Rights.WRITE);
        Sizes sizes = iommu.sizes();
        units = sizes.requesters().units().size();
        requesters = sizes.requesters().sort().size();
        spaces = sizes.spaces().sort().size();
        pages = sizes.addresses().pages().size();
        frames = sizes.addresses().frames().size();
        tags = iommu.tags().sort().size();
    }

    /** Declares them; the relations have to be declared before. */
    public void declare(Abstraction to) {
        Consumer<Footprint> tables = p -> iommu.tables().read(p);
        to.listed("mapR", tables, (s, sink) -> mapped(s, false, sink));
        to.listed("mapW", tables, (s, sink) -> mapped(s, true, sink));
        to.listed("mayR", this::readCached, (s, sink) -> cached(s, Rights.READ, sink));
        to.listed("mayW", this::readCached, (s, sink) -> cached(s, Rights.WRITE, sink));
        to.listed("flyR", this::readFlights, (s, sink) -> inFlight(s, Rights.READ, sink));
        to.listed("flyW", this::readFlights, (s, sink) -> inFlight(s, Rights.WRITE, sink));
    }

    private void readCached(Footprint p) {
        for (int u = 0; u < units; u++) {
            for (int tag = 0; tag < tags; tag++) {
                for (int page = 0; page < pages; page++) {
                    meaning.readCached(p, u, tag, page);
                }
            }
        }
        for (int page = 0; page < pages; page++) {
            keptToRead.read(p, page);
        }
    }

    private void readFlights(Footprint p) {
        for (int u = 0; u < units; u++) {
            for (int q = 0; q < requesters; q++) {
                meaning.readFlight(p, u, q);
            }
        }
    }

    private void mapped(long[] s, boolean write, Listing.Sink sink) {
        for (int space = 0; space < spaces; space++) {
            for (int page = 0; page < pages; page++) {
                int frame = iommu.tables().walk(s, space, page, write);
                if (frame >= 0) {
                    sink.add(space, page, frame, 0, 0);
                }
            }
        }
    }

    private void cached(long[] s, int right, Listing.Sink sink) {
        KeptByDevices kept = right == Rights.READ ? keptToRead : keptToWrite;
        for (int u = 0; u < units; u++) {
            for (int tag = 0; tag < tags; tag++) {
                for (int page = 0; page < pages; page++) {
                    boolean has = (meaning.cachedRights(s, u, tag, page) & right) != 0;
                    int frame = has ? meaning.cachedFrame(s, u, tag, page) : Meaning.BLOCKED;
                    if (isFrame(frame)) {
                        sink.add(u, tag, page, frame, 0);
                    }
                    for (int f = 0; kept.isAny() && f < frames; f++) {
                        if (f != frame && kept.underTag(s, u, tag, page, f)) {
                            sink.add(u, tag, page, f, 0);
                        }
                    }
                }
            }
        }
    }

    private void inFlight(long[] s, int right, Listing.Sink sink) {
        for (int u = 0; meaning.hasFlights() && u < units; u++) {
            for (int q = 0; q < requesters; q++) {
                if ((meaning.flightRights(s, u, q) & right) != 0 && isFrame(meaning.flightFrame(s, u, q))) {
                    int frame = meaning.flightFrame(s, u, q);
                    sink.add(u, q, meaning.flightTag(s, u, q), meaning.flightPage(s, u, q), frame);
                }
            }
        }
    }

    /** Neither elsewhere nor the scratch page. */
    private boolean isFrame(int frame) {
        return frame >= 0 && frame < frames;
    }
}
