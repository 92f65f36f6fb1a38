package dev.moat.xen.iospace.abstraction;

import dev.moat.iommu.Port;
import dev.moat.iommu.vocabulary.Tokens;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.ArrayList;
import java.util.List;

/**
 * Submitted invalidations in the vocabulary. A token stands for a page of a space, for a group's cached entry, or for the drain of its
 * requests, as a CPU asked for it. {@code @shape} tokens of a CPU: by space and page, then the groups' entries, then their drains,
 * then one that is never under way.
 */
final class SpaceTokens implements Tokens {
    private final SpaceState state;
    private final Call call;
    private final int pages;
    private final int ofPages;
    private final int groups;
    private final int perCpu;

    SpaceTokens(SpaceState state, Call call) {
        this.state = state;
        this.call = call;
        pages = state.setting.pages.size();
        ofPages = state.spaces.size() * pages;
        groups = state.groups();
        perCpu = ofPages + 2 * groups + 1;
    }

    @Override
    public int first(int cpu) {
        return cpu * perCpu;
    }

    @Override
    public int onlyOne(long[] s, int cpu) {
        return -1;
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public int ofPage(int cpu, int lane, int unit, int tag, int page) {
        int space = state.spaceOfTag(tag);
        boolean there = space >= 0 && state.unitOfSpace(space) == unit;
        return there ? ofPage(cpu, space, page) : first(cpu + 1) - 1;
    }

    int ofPage(int cpu, int space, int page) {
        return first(cpu) + space * pages + page;
    }

    private int spaceOf(int token) {
        return token % perCpu / pages;
    }

    private boolean isPage(int token) {
        return token % perCpu < ofPages;
    }

    private boolean isEntry(int token) {
        return !isPage(token) && token % perCpu < ofPages + groups;
    }

    private boolean isDrain(int token) {
        return !isPage(token) && !isEntry(token) && token % perCpu < ofPages + 2 * groups;
    }

    private int groupOf(int token) {
        return (token % perCpu - ofPages) % groups;
    }

    /** Whether a token was submitted and is not acknowledged. */
    boolean isUnderWay(long[] s, int token) {
        int cpu = token / perCpu;
        if (isPage(token)) {
            return state.owed.get(s, spaceOf(token), token % perCpu % pages) == SpaceState.ASKED + cpu;
        }
        if (!isEntry(token) && !isDrain(token)) {
            return false;
        }
        boolean asked = (isEntry(token) ? call.entryAsked : call.drainAsked).get(s, cpu) != 0;
        int requester = call.requester(s, cpu);
        return asked && requester < state.setting.requesters.size() && state.group(requester) == groupOf(token);
    }

    @Override
    public boolean isQueued(long[] s, int token) {
        return isUnderWay(s, token) && finds(s, token) == Port.COVERED;
    }

    private int finds(long[] s, int token) {
        int cpu = token / perCpu;
        if (isPage(token)) {
            int space = spaceOf(token);
            return port(space).finds(s, cpu, state.tag(s, space), token % perCpu % pages);
        }
        int requester = call.requester(s, cpu);
        int space = call.ownSpace(s, cpu);
        return isEntry(token)
                ? port(space).findsEntry(s, cpu, requester)
                : port(space).finds(s, cpu, state.tag(s, space), 0);
    }

    private Port port(int space) {
        return state.iommu.port(state.unitOfSpace(space));
    }

    void declare(Abstraction to) {
        Sort tokens = sort();
        to.sort(tokens);
        Sort tags = state.iommu.tags().sort();
        List<Sort> range = List.of(tokens, state.iommu.units(), tags, state.setting.pages);
        List<Sort> devices = List.of(tokens, state.iommu.units(), state.setting.requesters);
        Relation.Reads nothing = (f, a, b, c, d, e) -> {};
        Relation.Reads asked = (f, i, b, c, d, e) -> read(f);
        to.relation("covers", range, (s, i, u, t, p, e) -> isFor(i, u, t, p), nothing);
        to.relation("coversQ", devices, (s, i, u, q, d, e) -> isEntry(i) && isOf(i, u, q), nothing);
        to.relation("pays", range, (s, i, u, t, p, e) -> isFor(i, u, t, p) && isUnderWay(s, i), asked);
        RelationCode paysQ = (s, i, u, q, d, e) -> isEntry(i) && isOf(i, u, q) && isUnderWay(s, i);
        to.relation("paysQ", devices, paysQ, asked);
        to.relation("drains", devices, (s, i, u, q, d, e) -> isDrain(i) && isOf(i, u, q), nothing);
        RelationCode paysF = (s, i, u, q, d, e) -> isDrain(i) && isOf(i, u, q) && isUnderWay(s, i) && isEmptied(s, q);
        to.relation(
                "paysF",
                devices,
                paysF,
                (f, i, u, q, d, e) -> state.iommu.entries().read(read(f), q));
        Relation.Reads queue = (f, i, b, c, d, e) -> {
            read(f);
            for (int u = 0; u < state.iommu.units().size(); u++) {
                state.iommu.port(u).read(f);
            }
        };
        to.relation("queued", List.of(tokens), (s, i, b, c, d, e) -> isQueued(s, i), queue);
        RelationCode done = (s, i, b, c, d, e) -> isUnderWay(s, i) && finds(s, i) != Port.COVERED;
        to.relation("done", List.of(tokens), done, queue);
    }

    /** Whether a drain that was asked for after the entry was emptied and forgotten leaves nothing that could follow. */
    private boolean isEmptied(long[] s, int requester) {
        return !state.iommu.entries().isPresent(s, requester) && state.entryOwed.get(s, state.group(requester)) == 0;
    }

    private boolean isFor(int token, int unit, int tag, int page) {
        return isPage(token)
                && spaceOf(token) == state.spaceOfTag(tag)
                && state.unitOfSpace(spaceOf(token)) == unit
                && token % perCpu % pages == page;
    }

    private boolean isOf(int token, int unit, int requester) {
        return groupOf(token) == state.group(requester) && state.iommu.unitOf(requester) == unit;
    }

    private Footprint read(Footprint footprint) {
        return footprint
                .all(state.owed)
                .all(state.entryOwed)
                .all(call.entryAsked)
                .all(call.drainAsked)
                .all(call.requester)
                .all(call.domain);
    }

    private Sort sort() {
        List<String> labels = new ArrayList<>();
        for (String cpu : state.setting.cpus.labels()) {
            for (int i = 0; i < ofPages; i++) {
                labels.add(cpu + "." + state.spaces.label(i / pages) + "." + state.setting.pages.label(i % pages));
            }
            for (int g = 0; g < groups; g++) {
                labels.add(cpu + ".g" + g + ".entry");
            }
            for (int g = 0; g < groups; g++) {
                labels.add(cpu + ".g" + g + ".requests");
            }
            labels.add(cpu + ".none");
        }
        return new Sort("Inv", labels);
    }
}
