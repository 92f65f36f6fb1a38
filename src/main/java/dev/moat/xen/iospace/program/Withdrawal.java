package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Rights;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.iospace.state.Addresses;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.ArrayList;
import java.util.List;

/**
 * What a frame's way out of a domain does to its tables: each entry that gives more than the domain is left with is cleared or
 * demoted, its line written back, everything owed is forgotten, and only then are the addresses free and the frame may go.
 */
final class Withdrawal {
    private final SpaceState state;
    private final Call call;
    private final Addresses addresses;
    private final Forgetting forgetting;
    /** {@code withdraw.left}: (rights that the domain has to the frame otherwise, rights of the entry) to those that it keeps. */
    private final Decision left;

    Withdrawal(SpaceState state, Call call, Addresses addresses, Forgetting forgetting, ModelBuilder model) {
        this.state = state;
        this.call = call;
        this.addresses = addresses;
        this.forgetting = forgetting;
        left = model.decision("withdraw.left", (s, entitled, rights, c) -> entitled & rights);
    }

    /** The steps; the call's domain and frame say what is withdrawn, and the domain's lock is held. */
    List<Step> steps() {
        List<Step> both = new ArrayList<>(entries("ask-withdrawn"));
        both.addAll(forgotten());
        return both;
    }

    /** The first part of the steps, for one frame; where it goes on when no entry leads there any more. */
    List<Step> entries(String then) {
        return new OperationPlan()
                .step(Step.of("find-entry", this::find)
                        .asking("withdraw.left")
                        .quietly()
                        .on(DONE, then))
                .step(Step.of("clear-entry", this::clear)
                        .claiming("clear-entry")
                        .asking("withdraw.left")
                        .asking(state.iommu.tables().tableDecisions())
                        .on(NEXT, state.can.stores().snooped() ? "find-entry" : "write-back"))
                .stepIf(
                        !state.can.stores().snooped(),
                        () -> Step.of("write-back", this::writeBack).on(NEXT, "find-entry"))
                .part();
    }

    /** The second part, for all frames of the call at once. */
    List<Step> forgotten() {
        return new OperationPlan()
                .at("forget", forgetting.owed("withdrawn"))
                .step(Step.of("free-addresses", this::free).quietly())
                .part();
    }

    private int left(long[] s, int cpu, int space, int page) {
        int entitled = state.entitlement(s, call.domain(s, cpu), call.frame(s, cpu));
        return left.decide(s, entitled, state.iommu.tables().rights(s, space, page), 0);
    }

    /** Each entry is looked at once: the local {@code count} says whether the one at space and page has been. */
    private int find(long[] s, int cpu) {
        int domain = call.domain(s, cpu);
        int from = call.page(s, cpu) + (int) call.count.get(s, cpu);
        for (int space = (int) call.space.get(s, cpu); space < state.spaces.size(); space++) {
            for (int p = from; p < state.setting.pages.size() && state.domainOf(space) == domain; p++) {
                if (isTooMuch(s, cpu, space, p)) {
                    return at(s, cpu, space, p, NEXT);
                }
            }
            from = 0;
        }
        return at(s, cpu, 0, 0, DONE);
    }

    private int at(long[] s, int cpu, int space, int page, int outcome) {
        call.space.set(s, cpu, space);
        call.page.set(s, cpu, page);
        call.count.set(s, cpu, 0);
        return outcome;
    }

    private boolean isTooMuch(long[] s, int cpu, int space, int page) {
        int rights = state.iommu.tables().rights(s, space, page);
        boolean leads = rights != Rights.NONE && state.iommu.tables().frame(s, space, page) == call.frame(s, cpu);
        return leads && (rights & ~left(s, cpu, space, page)) != 0;
    }

    private int clear(long[] s, int cpu) {
        int space = (int) call.space.get(s, cpu);
        int page = call.page(s, cpu);
        int kept = left(s, cpu, space, page);
        state.store(s, space, page, kept == Rights.NONE ? 0 : call.frame(s, cpu), kept);
        state.phase.set(s, space, page, SpaceState.CLOSING);
        state.rights.set(s, space, page, kept);
        call.count.set(s, cpu, 1);
        return NEXT;
    }

    private int writeBack(long[] s, int cpu) {
        state.writeBack(s, (int) call.space.get(s, cpu), call.page(s, cpu));
        return NEXT;
    }

    private int free(long[] s, int cpu) {
        for (int space = 0; space < state.spaces.size(); space++) {
            for (int p = 0; p < state.setting.pages.size() && state.domainOf(space) == call.domain(s, cpu); p++) {
                if (state.phase.get(s, space, p) == SpaceState.CLOSING) {
                    free(s, space, p);
                }
            }
        }
        return NEXT;
    }

    /** What was demoted only stays mapped. */
    private void free(long[] s, int space, int page) {
        boolean kept = state.rights.get(s, space, page) != Rights.NONE;
        state.phase.set(s, space, page, kept ? SpaceState.LIVE : SpaceState.NONE);
        if (!kept) {
            addresses.free(s, space, page);
        }
    }
}
