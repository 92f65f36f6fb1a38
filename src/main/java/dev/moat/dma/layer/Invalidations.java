package dev.moat.dma.layer;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.DriverSteps;
import dev.moat.iommu.Port;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import java.util.ArrayList;
import java.util.List;

/** Invalidations of a call: asked of one unit after the other that the domain uses, driven, announced and awaited. */
final class Invalidations {
    /** What is forgotten: the call's page, its list, everything of its domain, what was found while there was no entry. */
    private static final int PAGE = 0;

    private static final int LIST = 1;
    private static final int SPACE = 2;
    private static final int ABSENCE = 3;
    private static final String FIRST = "invalidation.first";

    private final LayerState layer;
    /** {@code invalidation.first}: (page, whether a call is unmapping it) to the first page that is asked to be forgotten. */
    private final Decision first;
    /** {@code invalidation.last}: (first page, last page of a list) to the last one that is asked to be forgotten. */
    private final Decision last;
    /** {@code invalidation.unit}: (domain, unit) to 1 when the unit may have something of the domain cached. */
    private final Decision needsUnit;

    Invalidations(LayerState layer, ModelBuilder model) {
        this.layer = layer;
        last = layer.setting.lists
                ? model.decision("invalidation.last", (s, from, to, c) -> to)
                : (s, from, to, c) -> to;
        Decision own = (s, page, unmapped, c) -> page;
        first = layer.can.caching().absence() ? model.decision(FIRST, own) : own;
        needsUnit = model.decision("invalidation.unit", (s, domain, unit, c) -> layer.uses(domain, unit) ? 1 : 0);
    }

    /** The steps that have everything of the call's domain forgotten. */
    List<Step> ofDomain(String what) {
        return steps(what, SPACE);
    }

    /** The steps that have forgotten what requests found while their device's entry was absent. */
    List<Step> ofAbsence(String what) {
        return steps(what, ABSENCE);
    }

    /** The steps that have the pages of the call's list forgotten. */
    List<Step> ofList(String what) {
        return steps(what, LIST);
    }

    /** The steps that have the call's page forgotten. */
    List<Step> ofPage(String what) {
        return steps(what, PAGE);
    }

    /** Everything is forgotten, under the lock, if a search has come to the end since that was last so. */
    List<Step> beforeReturn(Iovas iovas) {
        return new OperationPlan()
                .step(iovas.locking("lock-flush"))
                .step(Step.of("check-flush", iovas::needsFlush).quietly().on(DONE, "unlock-flush"))
                .at("wrap", ofDomain("wrap"))
                .step(Step.of("flushed", iovas::flushed).quietly())
                .step(iovas.unlocking("unlock-flush"))
                .part();
    }

    /** What a call does that has found no address: a GART's flushes then, too. */
    Step unlockEmpty(Iovas iovas) {
        Step unlock = iovas.unlocking("unlock-empty");
        return layer.setting.flush.flushesAtReturn() ? unlock.on(NEXT, "lock-flush") : unlock;
    }

    /** @param what names the steps, "" for a call's only ones */
    private List<Step> steps(String what, int forgotten) {
        String ask = named("ask", what);
        String announce = named("announce", what);
        String await = named("await", what);
        Port any = layer.iommu.port(0);
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of(ask, (s, cpu) -> ask(s, cpu, forgotten))
                .asking("invalidation.unit")
                .asking(forgotten == LIST ? List.of("invalidation.last") : List.of())
                .asking(layer.can.caching().absence() ? List.of(FIRST) : List.of())
                .asking(any.decisions())
                .on(DONE, named("settled", what)));
        Step tell = Step.of(announce, (s, cpu) -> port(s, cpu).announce(s, cpu) ? NEXT : BLOCKED)
                .asking(any.announcing());
        steps.addAll(DriverSteps.before(
                layer.can.asking().queued() ? tell : tell.quietly(), any, this::port, step -> named(step, what)));
        steps.add(Step.of(await, this::await).asking("invalidation.unit").on(LOOP, ask));
        steps.add(Step.of(named("settled", what), this::settle).quietly());
        return steps;
    }

    static String named(String step, String what) {
        return what.isEmpty() ? step : step + "-" + what;
    }

    private Port port(long[] s, int cpu) {
        return layer.iommu.port((int) layer.unit.get(s, cpu));
    }

    private int unitFrom(long[] s, int domain, int from) {
        for (int u = from; u < layer.iommu.units().size(); u++) {
            if (needsUnit.decide(s, domain, u, 0) != 0) {
                return u;
            }
        }
        return -1;
    }

    private int ask(long[] s, int cpu, int forgotten) {
        int domain = layer.space(s, cpu);
        int from = (int) layer.unit.get(s, cpu);
        int unit = unitFrom(s, domain, from);
        if (unit < 0) {
            return DONE;
        }
        int page = forgotten <= LIST ? firstPage(s, cpu) : Port.ALL_PAGES;
        boolean list = forgotten == LIST && page == layer.page(s, cpu);
        int end = list ? last.decide(s, page, page + layer.pieces(s, cpu) - 1, 0) : page;
        int own = layer.tag(s, domain, unit);
        int tag = forgotten == ABSENCE ? layer.iommu.duty().tagOfAbsence(own) : own;
        // A flush of the domain pays for tables that other calls have unlinked.
        boolean tables = layer.table.get(s, cpu) != 0 || (forgotten == SPACE && layer.setting.tableFrames > 0);
        int changed = tables ? Port.TABLES : Port.LEAVES;
        if (!layer.iommu.port(unit).askTranslations(s, cpu, tag, page, end, changed)) {
            return BLOCKED;
        }
        if (from == 0 && forgotten != ABSENCE) {
            cover(s, cpu, domain, forgotten);
        }
        layer.unit.set(s, cpu, unit);
        return NEXT;
    }

    private int firstPage(long[] s, int cpu) {
        int page = layer.page(s, cpu);
        boolean closing = layer.phase.get(s, layer.space(s, cpu), page) == LayerState.CLOSING;
        return first.decide(s, page, closing ? 1 : 0, 0);
    }

    /** Notes what the invalidation covers: of the call's own page everything, of others what was seen before the first unit was asked. */
    private void cover(long[] s, int cpu, int space, int forgotten) {
        int first = layer.page(s, cpu);
        int end = forgotten == LIST ? first + layer.pieces(s, cpu) - 1 : first;
        for (int p = 0; p < layer.pages.size(); p++) {
            long owes = layer.owed.get(s, space, p);
            boolean own = forgotten != SPACE && p >= first && p <= end;
            if ((own && owes == LayerState.UNSEEN) || ((own || forgotten == SPACE) && owes == LayerState.OWED)) {
                layer.owed.set(s, space, p, LayerState.ASKED + cpu);
            }
        }
    }

    private int await(long[] s, int cpu) {
        if (!port(s, cpu).isDone(s, cpu)) {
            return BLOCKED;
        }
        int next = unitFrom(s, layer.space(s, cpu), (int) layer.unit.get(s, cpu) + 1);
        if (next < 0) {
            return NEXT;
        }
        layer.unit.set(s, cpu, next);
        return LOOP;
    }

    private int settle(long[] s, int cpu) {
        layer.unit.set(s, cpu, 0);
        for (int p = 0; p < layer.pages.size(); p++) {
            if (layer.owed.get(s, layer.space(s, cpu), p) == LayerState.ASKED + cpu) {
                layer.owed.set(s, layer.space(s, cpu), p, LayerState.SETTLED);
            }
        }
        return NEXT;
    }
}
