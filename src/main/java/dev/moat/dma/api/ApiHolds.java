package dev.moat.dma.api;

import dev.moat.iommu.Rights;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.util.List;

/**
 * With directions nobody owns a frame; what a kernel mapped are holds. One for each domain and page is live while the page is
 * mapped; one for each domain and frame is closing while the domain may still use the frame that was mapped for it last.
 */
final class ApiHolds {
    private final ApiState api;
    private final Abstraction to;
    private final int frames;
    private final int pages;
    private final int closing;

    ApiHolds(ApiState api, Abstraction to) {
        this.api = api;
        this.to = to;
        frames = api.frames.size();
        pages = api.pages.size();
        closing = api.domains.size() * frames;
    }

    void declare() {
        Sort holds = Sort.numbered("Hold", "h", closing + api.domains.size() * pages);
        to.sort(holds);
        Relation.Reads reads =
                (footprint, k, b, c, d, e) -> footprint.all(api.entitled).all(api.mapped);
        to.relation(
                "hold",
                List.of(holds, api.domains, api.frames),
                (s, k, d, f, e, g) -> d == domain(k) && f == frame(s, k),
                reads);
        to.relation("holdW", List.of(holds), (s, k, b, c, d, e) -> allowsWriting(s, k), reads);
        to.never("opening", List.of(holds));
        to.relation("live", List.of(holds), (s, k, b, c, d, e) -> k >= closing && frame(s, k) >= 0, reads);
        to.relation("closing", List.of(holds), (s, k, b, c, d, e) -> k < closing && frame(s, k) >= 0, reads);
        to.relation(
                "names",
                List.of(api.domains, api.pages, api.frames),
                (s, d, p, f, e, g) -> api.mappedFrame(s, d, p) == f,
                (footprint, d, p, f, e, g) -> footprint.all(api.mapped));
    }

    private int domain(int hold) {
        return hold < closing ? hold / frames : (hold - closing) / pages;
    }

    private int frame(long[] s, int hold) {
        if (hold >= closing) {
            return api.mappedFrame(s, domain(hold), (hold - closing) % pages);
        }
        return api.entitled.get(s, domain(hold), hold % frames) == 0 ? -1 : hold % frames;
    }

    /** A live one does where the domain has every page of the frame mapped for writing: no relation tells its pages apart. */
    private boolean allowsWriting(long[] s, int hold) {
        int domain = domain(hold);
        int frame = frame(s, hold);
        if (hold < closing) {
            return frame >= 0 && api.entitled.get(s, domain, frame) == Rights.ALL;
        }
        for (int p = 0; p < pages; p++) {
            if (api.mappedFrame(s, domain, p) == frame && (api.mapped.get(s, domain, p) & 1) == 0) {
                return false;
            }
        }
        return true;
    }
}
