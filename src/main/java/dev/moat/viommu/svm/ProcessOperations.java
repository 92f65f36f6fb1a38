package dev.moat.viommu.svm;

import dev.moat.iommu.Rights;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.List;

/**
 * A guest binds a process to the device, changes its first-level table, has that invalidated, and unbinds it. Xen has a PASID entry
 * for each bound process, under a PASID that no other guest has; when a process is unbound everything is forgotten before the PASID is
 * anybody's again: the cached entry, then translations, then the device's, then page requests. {@code @source} VT-d specification
 * 3.x, chapters 6.5.2 and 6.5.3.3.
 */
final class ProcessOperations {
    static final String UNLOCK = "unlock";
    private static final String LOCK = "lock.pasids";
    private static final List<String> NAMES = List.of("none", "r", "w", "rw");

    private final SvmState state;
    private final SvmSetting setting;
    private final ModelBuilder model;
    /** {@code pasid.gives}: (the PASID as the guest numbers it, the first that is free or -1) to the PASID that Xen gives. */
    private final Decision gives;
    /** {@code drain.takes}: (1 when Xen has delivered a page request of the process) to 1 when it is answered with a failure. */
    private final Decision drains;
    /** {@code pasids.lock}: to 1 when the lock is taken. */
    private final Decision locks;

    ProcessOperations(SvmState state, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        this.model = model;
        gives = model.decision("pasid.gives", (s, number, free, c) -> free);
        drains = model.decision("drain.takes", (s, delivered, b, c) -> 1);
        locks = model.decision("pasids.lock", (s, a, b, c) -> 1);
    }

    void declare() {
        Argument process = new Argument("process", setting.processes);
        Argument page = new Argument("page", setting.pages);
        Sort modes = new Sort("Mode", setting.modes.stream().map(NAMES::get).toList());
        model.action(
                "process_maps",
                Actor.GUEST,
                List.of(process, page, new Argument("gfn", setting.gfns), new Argument("mode", modes)),
                (s, x, p, gfn, mode, e) -> map(s, x, p, gfn + 1, setting.modes.get(mode)));
        model.action(
                "process_unmaps",
                Actor.GUEST,
                List.of(process, page),
                (s, x, p, c, d, e) -> map(s, x, p, 0, Rights.NONE));
        bind(process);
        unbind(process);
        OperationPlan plan = lock(new OperationPlan().step(Step.of("submit", this::submit)));
        forget(plan, "translations", state.askedTlb);
        if (setting.deviceTlb) {
            forget(plan, "device-tlb", state.askedDevice);
        }
        plan.step(Step.of("complete", this::complete));
        operation("invalidate_process", process, this::beginInvalidation, unlock(plan));
    }

    private void bind(Argument process) {
        OperationPlan plan = lock(new OperationPlan().step(Step.of("write-own", this::writeOwn)));
        plan.step(Step.of("give", this::give).asking("pasid.gives").on(Outcome.FAIL, UNLOCK));
        plan.step(Step.of("write-entry", this::writeEntry));
        operation("bind_process", process, (s, cpu, x) -> begin(s, cpu, x, false), unlock(plan));
    }

    private void unbind(Argument process) {
        OperationPlan plan = lock(new OperationPlan().step(Step.of("clear-own", this::clearOwn)));
        plan.step(Step.of("clear-entry", this::clearEntry));
        forget(plan, "pasid", state.askedEntry);
        forget(plan, "translations", state.askedTlb);
        if (setting.deviceTlb) {
            forget(plan, "device-tlb", state.askedDevice);
        }
        if (setting.requests) {
            plan.step(Step.of("drain", this::drain).asking("drain.takes"));
        }
        plan.step(Step.of("free", this::free)).step(Step.of("complete", this::complete));
        operation("unbind_process", process, (s, cpu, x) -> begin(s, cpu, x, true), unlock(plan));
    }

    /** How an operation about a process begins. */
    @FunctionalInterface
    private interface Beginning {
        boolean begin(long[] s, int cpu, int process);
    }

    private void operation(String name, Argument process, Beginning beginning, OperationPlan plan) {
        Operation.Start start = (s, cpu, x, b, c, d, e) -> beginning.begin(s, cpu, x);
        List<Argument> arguments = List.of(process);
        model.operation(new Operation(name, Actor.GUEST, arguments, ModelBuilder.all(), start, plan.steps(), null));
    }

    OperationPlan lock(OperationPlan plan) {
        return plan.step(Step.of("lock", this::lock).taking(LOCK).asking("pasids.lock"));
    }

    OperationPlan unlock(OperationPlan plan) {
        return plan.step(Step.of(UNLOCK, this::unlock).dropping(LOCK).asking("pasids.lock"));
    }

    /** Asks for what is cached under the PASID to be forgotten, and waits for it. */
    private void forget(OperationPlan plan, String what, Slots asked) {
        plan.step(Step.of("ask-" + what, (s, cpu) -> {
                    asked.set(s, (int) state.pasid.get(s, cpu), 1);
                    return Outcome.NEXT;
                }))
                .step(Step.of(
                        "await-" + what,
                        (s, cpu) -> asked.get(s, (int) state.pasid.get(s, cpu)) == 0 ? Outcome.NEXT : Outcome.BLOCKED));
    }

    private int lock(long[] s, int cpu) {
        boolean goesOn = locks.decide(s, 0, 0, 0) == 0 || state.lock.take(s, cpu, 0);
        return goesOn ? Outcome.NEXT : Outcome.BLOCKED;
    }

    private int unlock(long[] s, int cpu) {
        if (locks.decide(s, 0, 0, 0) != 0) {
            state.lock.drop(s, cpu, 0);
        }
        return Outcome.DONE;
    }

    /** A first level need not be invalidated for what was not there. */
    private boolean map(long[] s, int process, int page, int leaf, int rights) {
        long had = state.leaf.get(s, process, page);
        boolean wrote = had != 0 && state.leafWrite.get(s, process, page) != 0;
        boolean writes = (rights & Rights.WRITE) != 0;
        if (had == leaf && (leaf == 0 || wrote == writes)) {
            return false;
        }
        state.leaf.set(s, process, page, leaf);
        state.leafWrite.set(s, process, page, writes ? 1 : 0);
        boolean takes = had != 0 && (had != leaf || (wrote && !writes));
        if (takes && state.bound.get(s, process) != 0) {
            long is = state.staleTable.get(s, process, page);
            boolean underWay = is == SvmState.BEING_PAID || is == SvmState.CHANGED_AGAIN;
            state.staleTable.set(s, process, page, underWay ? SvmState.CHANGED_AGAIN : SvmState.CHANGED);
        }
        return true;
    }

    private int process(long[] s, int cpu) {
        return (int) state.process.get(s, cpu);
    }

    private int pasid(long[] s, int cpu) {
        return (int) state.pasid.get(s, cpu);
    }

    private boolean begin(long[] s, int cpu, int process, boolean isBound) {
        if (state.isBusy(s, process) || (state.index.get(s, process) != 0) != isBound) {
            return false;
        }
        state.begin(s, cpu, process, isBound ? (int) state.index.get(s, process) - 1 : 0, 0);
        return true;
    }

    private boolean beginInvalidation(long[] s, int cpu, int process) {
        boolean owes = false;
        for (int p = 0; p < setting.pages.size(); p++) {
            owes |= state.staleTable.get(s, process, p) == SvmState.CHANGED;
        }
        return owes && begin(s, cpu, process, true);
    }

    private int writeOwn(long[] s, int cpu) {
        state.bound.set(s, process(s, cpu), 1);
        return Outcome.NEXT;
    }

    private int clearOwn(long[] s, int cpu) {
        state.bound.set(s, process(s, cpu), 0);
        state.staleEntry.set(s, process(s, cpu), SvmState.ENTRY_OWED);
        return Outcome.NEXT;
    }

    /** The guest's numbers are its own: Xen gives a PASID that nobody has. */
    private int give(long[] s, int cpu) {
        int process = process(s, cpu);
        int given = gives.decide(s, setting.numberOf(process), firstFree(s), 0);
        if (given < 0 || given >= setting.pasids.size()) {
            state.bound.set(s, process, 0);
            for (int p = 0; p < setting.pages.size(); p++) {
                state.staleTable.set(s, process, p, SvmState.PAID);
            }
            return Outcome.FAIL;
        }
        state.index.set(s, process, given + 1L);
        state.pasid.set(s, cpu, given);
        return Outcome.NEXT;
    }

    private int firstFree(long[] s) {
        for (int h = 0; h < setting.pasids.size(); h++) {
            if (state.processOf(s, h) < 0) {
                return h;
            }
        }
        return -1;
    }

    private int writeEntry(long[] s, int cpu) {
        state.entry.set(s, pasid(s, cpu), process(s, cpu) + 1L);
        return Outcome.NEXT;
    }

    private int clearEntry(long[] s, int cpu) {
        state.entry.set(s, pasid(s, cpu), 0);
        return Outcome.NEXT;
    }

    /** Page requests of the process are answered with a failure, and taken out of the guest's queue. */
    private int drain(long[] s, int cpu) {
        for (int p = 0; p < setting.pages.size(); p++) {
            long is = state.request.get(s, pasid(s, cpu), p);
            if (drains.decide(s, is == SvmState.DELIVERED ? 1 : 0, 0, 0) != 0) {
                state.request.set(s, pasid(s, cpu), p, SvmState.NONE);
            }
            state.inbox.set(s, process(s, cpu), p, 0);
        }
        return Outcome.NEXT;
    }

    private int free(long[] s, int cpu) {
        state.index.set(s, process(s, cpu), 0);
        return Outcome.NEXT;
    }

    private int submit(long[] s, int cpu) {
        for (int p = 0; p < setting.pages.size(); p++) {
            if (state.staleTable.get(s, process(s, cpu), p) == SvmState.CHANGED) {
                state.staleTable.set(s, process(s, cpu), p, SvmState.BEING_PAID);
            }
        }
        return Outcome.NEXT;
    }

    /** The guest sees its wait done. Of a process that is not bound nothing is owed. */
    private int complete(long[] s, int cpu) {
        int process = process(s, cpu);
        state.staleEntry.set(s, process, SvmState.PAID);
        for (int p = 0; p < setting.pages.size(); p++) {
            long is = state.staleTable.get(s, process, p);
            boolean again = is == SvmState.CHANGED_AGAIN || is == SvmState.CHANGED;
            state.staleTable.set(
                    s, process, p, again && state.bound.get(s, process) != 0 ? SvmState.CHANGED : SvmState.PAID);
        }
        return Outcome.NEXT;
    }
}
