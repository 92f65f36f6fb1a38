package dev.moat.xen.grant;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.iommu.Rights;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.xen.call.Phase;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.CpuTlbs;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.Completion;
import dev.moat.xen.upkeep.CurrentMapping;
import dev.moat.xen.upkeep.FrameRelease;
import java.util.List;

/** The steps that roll a map back which failed, from wherever it got to; and what stays of one whose wait was given up. */
final class FailedMap {
    /** Name of the step of {@link #keeping}. */
    static final String KEEP = "keep-mapping";

    private final XenState xen;
    private final CurrentMapping current;
    private final FrameRelease release;
    private final Completion completion;
    /** {@code undo.releases-references}: 1 when the roll-back of a map that has references releases them too. */
    private final Decision releasesReferences;
    /** {@code map.stays-after-timeout}: 1 when a map whose wait is given up keeps what it holds. */
    private final Decision staysAfterTimeout;

    FailedMap(XenState xen, ModelBuilder model, CurrentMapping current, FrameRelease release) {
        this.xen = xen;
        this.current = current;
        this.release = release;
        completion = new Completion(xen);
        Decision always = (s, a, b, c) -> 1;
        releasesReferences = xen.setting.mapsMayFail() ? model.decision("undo.releases-references", always) : always;
        staysAfterTimeout = xen.setting.waitsTimeOut() ? model.decision("map.stays-after-timeout", always) : always;
    }

    /** The first half of a roll-back that begins when the host mapping is there already, and what may follow the last. */
    List<Step> steps(String after) {
        return new OperationPlan()
                .step(Step.of("undo-host", this::undoHost)
                        .dropping(Asks.GRANT_LOCK)
                        .claiming("begin-close")
                        .on(NEXT, xen.tlbs.on() ? "undo-cpus" : "undo"))
                .stepIf(
                        xen.tlbs.on(),
                        () -> Step.of("undo-cpus", (s, cpu) -> xen.tlbs.flush(s, current.mapper(s, cpu)))
                                .asking(CpuTlbs.REACHES)
                                .on(NEXT, "undo"))
                .at("release", release.steps(after))
                .part();
    }

    /** The step that goes on when the wait was given up. */
    Step keeping(StepCode publish) {
        return Step.of(KEEP, (s, cpu) -> keep(s, cpu, publish))
                .asking(Asks.RELEASE)
                .asking("map.stays-after-timeout")
                .dropping(Asks.GRANT_LOCK)
                .on(NEXT, Step.END);
    }

    /** The I/O tables cannot follow: the host mapping goes, and the lock. */
    private int undoHost(long[] s, int cpu) {
        xen.operation.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
        xen.rule.forget(s, current.mapper(s, cpu), current.frame(s, cpu), xen.mapping.isReadOnly(s, cpu));
        current.unlockAfterFailure(s, cpu);
        xen.operation.phase.set(s, cpu, Phase.REMOVING);
        return NEXT;
    }

    /**
     * Rolls a failed map back: references if it has them, pins, status bits, handle. DONE when it had the last reference to
     * a frame that was given up.
     */
    int undo(long[] s, int cpu) {
        boolean referred = xen.operation.phase.get(s, cpu) == Phase.REMOVING;
        int frame = current.frame(s, cpu);
        boolean last = referred
                && releasesReferences.decide(s, 0, 0, 0) != 0
                && completion.release(
                        s,
                        current.granter(s, cpu),
                        current.ref(s, cpu),
                        current.sides(s, cpu),
                        xen.mapping.isReadOnly(s, cpu));
        if (!referred || releasesReferences.decide(s, 0, 0, 0) == 0) {
            unpin(s, cpu);
        }
        current.put(s, cpu, (int) xen.mapping.handle.get(s, cpu));
        xen.operation.phase.set(s, cpu, Phase.NONE);
        xen.operation.frame.set(s, cpu, last ? frame : 0);
        return last ? DONE : NEXT;
    }

    private void unpin(long[] s, int cpu) {
        xen.grants.unpin(
                s, current.granter(s, cpu), current.ref(s, cpu), current.sides(s, cpu), xen.mapping.isReadOnly(s, cpu));
    }

    /**
     * The wait was given up: the unit may use the new entry, and the old one too, so neither the mapping nor a right that the
     * entry lost can go. The call fails all the same, and the domain is crashed.
     */
    private int keep(long[] s, int cpu, StepCode publish) {
        int mapper = current.mapper(s, cpu);
        if (xen.debt.lostWrite.get(s, cpu) != 0) {
            int frame = current.frame(s, cpu);
            xen.ioTables.store(s, xen.domainTables.space(mapper), frame, frame, Rights.ALL);
        }
        xen.debt.owesNothing(s, cpu);
        if (staysAfterTimeout.decide(s, 0, 0, 0) != 0) {
            publish.run(s, cpu);
        } else {
            completion.release(
                    s,
                    current.granter(s, cpu),
                    current.ref(s, cpu),
                    current.sides(s, cpu),
                    xen.mapping.isReadOnly(s, cpu));
            xen.grants.maptrack.put(s, mapper, (int) xen.mapping.handle.get(s, cpu));
        }
        xen.operation.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
        xen.environment.crash(s, mapper);
        current.unlockAfterFailure(s, cpu);
        return NEXT;
    }
}
