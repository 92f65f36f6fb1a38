package dev.moat.viommu.svm;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import java.util.List;

/**
 * Page requests on their way from the device to a guest, and a guest's responses on theirs to the device. A guest responds to whatever
 * it likes; Xen lets through what a request waits for. {@code @source} VT-d specification 3.x, chapter 7.4.
 */
final class PageRequests {
    private final SvmState state;
    private final SvmSetting setting;
    private final ProcessOperations processes;
    private final ModelBuilder model;
    /** {@code response.is-awaited}: (1 when the guest has such a request) to 1 when the response goes to the device. */
    private final Decision awaited;

    PageRequests(SvmState state, ProcessOperations processes, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        this.processes = processes;
        this.model = model;
        awaited = model.decision("response.is-awaited", (s, has, b, c) -> has);
    }

    void declare() {
        OperationPlan deliver = processes
                .lock(new OperationPlan())
                .step(Step.of("look-up", this::lookUp).on(Outcome.FAIL, ProcessOperations.UNLOCK))
                .step(Step.of("put", this::put));
        Argument page = new Argument("page", setting.pages);
        model.operation(new Operation(
                "deliver_request",
                Actor.HYPERVISOR,
                List.of(new Argument("pasid", setting.pasids), page),
                ModelBuilder.all(),
                (s, cpu, h, p, c, d, e) -> beginDelivery(s, cpu, h, p),
                processes.unlock(deliver).steps(),
                null));
        OperationPlan respond = processes
                .lock(new OperationPlan())
                .step(Step.of("check", this::check)
                        .asking("response.is-awaited")
                        .on(Outcome.FAIL, ProcessOperations.UNLOCK))
                .step(Step.of("respond", this::respond));
        model.operation(new Operation(
                "respond",
                Actor.GUEST,
                List.of(new Argument("process", setting.processes), page),
                ModelBuilder.all(),
                (s, cpu, x, p, c, d, e) -> beginResponse(s, cpu, x, p),
                processes.unlock(respond).steps(),
                null));
    }

    private boolean beginDelivery(long[] s, int cpu, int pasid, int page) {
        if (state.request.get(s, pasid, page) != SvmState.SENT) {
            return false;
        }
        state.begin(s, cpu, 0, pasid, page);
        return true;
    }

    private boolean beginResponse(long[] s, int cpu, int process, int page) {
        state.begin(s, cpu, process, 0, page);
        return true;
    }

    private int page(long[] s, int cpu) {
        return (int) state.page.get(s, cpu);
    }

    private int pasid(long[] s, int cpu) {
        return (int) state.pasid.get(s, cpu);
    }

    private int process(long[] s, int cpu) {
        return (int) state.process.get(s, cpu);
    }

    /** Whose PASID it is; a request of nobody's is answered with a failure. It may have been answered meanwhile. */
    private int lookUp(long[] s, int cpu) {
        if (state.request.get(s, pasid(s, cpu), page(s, cpu)) != SvmState.SENT) {
            return Outcome.FAIL;
        }
        int to = state.processOf(s, pasid(s, cpu));
        if (to >= 0) {
            state.process.set(s, cpu, to);
            return Outcome.NEXT;
        }
        state.request.set(s, pasid(s, cpu), page(s, cpu), SvmState.NONE);
        return Outcome.FAIL;
    }

    private int put(long[] s, int cpu) {
        state.inbox.set(s, process(s, cpu), page(s, cpu), 1);
        state.request.set(s, pasid(s, cpu), page(s, cpu), SvmState.DELIVERED);
        return Outcome.NEXT;
    }

    private int check(long[] s, int cpu) {
        int given = (int) state.index.get(s, process(s, cpu)) - 1;
        boolean has = given >= 0 && state.inbox.get(s, process(s, cpu), page(s, cpu)) != 0;
        if (given < 0 || awaited.decide(s, has ? 1 : 0, 0, 0) == 0) {
            return Outcome.FAIL;
        }
        state.pasid.set(s, cpu, given);
        return Outcome.NEXT;
    }

    /** The device hears of it, and tries again. */
    private int respond(long[] s, int cpu) {
        if (state.request.get(s, pasid(s, cpu), page(s, cpu)) != SvmState.DELIVERED) {
            state.unasked.set(s, pasid(s, cpu), 1);
        }
        state.request.set(s, pasid(s, cpu), page(s, cpu), SvmState.NONE);
        state.inbox.set(s, process(s, cpu), page(s, cpu), 0);
        return Outcome.NEXT;
    }
}
