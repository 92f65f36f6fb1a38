package dev.moat.iommu;

import dev.moat.model.Action;
import dev.moat.model.Outcome;
import java.util.Arrays;

/** What each CPU asks units for, and how it waits; as the contract has it, one thing at a time unless requests are queued. */
final class KitCpus {
    /** Where a CPU is. */
    private static final class Cpu {
        int unit = -1;
        int driven;
        boolean announced;
        long flushing = -1;

        boolean isIdle() {
            return unit < 0 && flushing < 0;
        }
    }

    private static final int ENOUGH = 500;

    private final KitRun run;
    private final Cpu[] cpus = {new Cpu(), new Cpu()};

    KitCpus(KitRun run) {
        this.run = run;
    }

    void flush(int cpu) {
        Cpu on = cpus[cpu];
        if (on.isIdle() && run.attempt("flush", () -> run.iommu.visibility().startFlush(run.s, cpu))) {
            on.flushing = run.history.tick();
        }
    }

    private boolean mayAsk(Cpu on, int unit) {
        return on.isIdle()
                || (run.m.capabilities.asking().queued() && on.unit == unit && on.driven == 0 && !on.announced);
    }

    boolean ask(int cpu, int unit, int tag, int page, int changed) {
        if (tag < Port.ALL_TAGS || (tag < 0 && page >= 0) || !mayAsk(cpus[cpu], unit)) {
            return false;
        }
        if (tag == Port.ALL_TAGS && changed != Port.WHOLE_SPACE) {
            return false; // a space without a tag
        }
        int last = page >= 0 && run.m.plan.needs().contains(Sizes.Need.RANGES) ? KitMachine.PAGES - 1 : page;
        boolean done = run.attempt(
                "ask for translations",
                () -> run.iommu.port(unit).askTranslations(run.s, cpu, tag, page, last, changed));
        if (done) {
            cpus[cpu].unit = unit;
            run.history.asked(unit, cpu, tag, page, last);
        }
        return done;
    }

    boolean askEntry(int cpu, int requester, int tag) {
        int unit = run.iommu.unitOf(requester);
        if (tag < 0 || !mayAsk(cpus[cpu], unit)) {
            return false;
        }
        boolean done =
                run.attempt("ask for an entry", () -> run.iommu.port(unit).askEntry(run.s, cpu, tag, requester));
        if (done) {
            cpus[cpu].unit = unit;
            run.history.askedEntry(unit, cpu, tag, requester);
        }
        return done;
    }

    /** Takes a CPU's next step; nothing when it is idle. */
    void go(int cpu) {
        Cpu on = cpus[cpu];
        if (on.flushing >= 0) {
            if (run.attempt("wait for a flush", () -> run.iommu.visibility().isFlushed(run.s, cpu))) {
                run.history.flushed(on.flushing);
                on.flushing = -1;
            }
        } else if (on.unit >= 0) {
            goOn(cpu, on, run.iommu.port(on.unit));
        }
    }

    private void goOn(int cpu, Cpu on, Port port) {
        if (on.driven < port.driverSteps().size()) {
            drive(cpu, on, port);
        } else if (!on.announced) {
            on.announced = run.attempt("announce", () -> port.announce(run.s, cpu));
        } else if (run.attempt("wait", () -> port.isDone(run.s, cpu))) {
            run.history.told(cpu);
            run.seen.add("told");
            cpus[cpu] = new Cpu();
        }
    }

    private void drive(int cpu, Cpu on, Port port) {
        int[] outcome = new int[1];
        run.attempt("driver step", () -> {
            outcome[0] = port.drive(run.s, cpu, on.driven);
            return outcome[0] != Outcome.BLOCKED;
        });
        if (outcome[0] == Outcome.FAIL) {
            run.history.gaveUp(cpu);
            cpus[cpu] = new Cpu();
        } else if (outcome[0] == Outcome.NEXT) {
            on.driven++;
        }
    }

    /** Every CPU goes on until it is told; hardware is slow, so whoever is told too early is told before it begins. */
    void await() {
        for (int i = 0; i < ENOUGH; i++) {
            for (int step = 0; step < 2 * KitMachine.CPUS; step++) {
                go(step % KitMachine.CPUS);
            }
            if (Arrays.stream(cpus).allMatch(Cpu::isIdle)) {
                return;
            }
            serveOnce();
        }
        throw new AssertionError("whoever asks is told in the end");
    }

    /** Hardware does one thing of those that are waited for; what was asked for before it ends what is in flight. */
    private void serveOnce() {
        for (boolean asked : new boolean[] {true, false}) {
            for (Action action : run.m.model.actions()) {
                for (int n = 0; action.service() && n < KitMachine.REQUESTERS; n++) {
                    if (action.claims().equals("complete-invalidation") == asked && run.act(action, n, 0, 0, 0, 0)) {
                        return;
                    }
                }
            }
        }
    }
}
