package dev.moat.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Software that does by the contract whatever a script says, one step at a time, on two CPUs, while hardware does what it likes; and
 * what it may rely on afterwards. Knows families by their capabilities only.
 */
final class KitSoftware {
    /** One step: what, and four small numbers, which each kind reads in its own way. */
    record Act(String kind, int a, int b, int c, int d) {}

    static final List<String> KINDS = List.of(
            "store",
            "write-back",
            "write-back-entry",
            "flush",
            "ask-page",
            "ask-space",
            "ask-all",
            "ask-entry",
            "go",
            "attach",
            "detach",
            "release",
            "hardware",
            "serve",
            "look",
            "request",
            "change",
            "forget",
            "revoke");

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

    /** A change of a device entry that has more stores to go. */
    private static final class Change {
        int space = -1;
        int tag;
        int part;
        boolean open;
    }

    private static final int ENOUGH = 500;

    final KitMachine m;
    final Iommu iommu;
    final KitHistory history;
    final long[] s;
    /** What happened, for coverage. */
    final Set<String> seen = new TreeSet<>();

    private final Cpu[] cpus = {new Cpu(), new Cpu()};
    private final Change[] changes = new Change[KitMachine.REQUESTERS];

    KitSoftware(KitMachine machine) {
        m = machine;
        iommu = m.iommu;
        history = new KitHistory(machine);
        s = m.model.initial();
        Arrays.setAll(changes, i -> new Change());
    }

    /** Something that may be refused; then nothing has changed. */
    private boolean attempt(String what, BooleanSupplier step) {
        long[] before = s.clone();
        boolean done = step.getAsBoolean();
        if (!done) {
            assertThat(m.model.schema().diff(before, s))
                    .as("refused, so without a trace: " + what)
                    .isEmpty();
            seen.add("refused");
        }
        m.model.schema().normalise(s);
        return done;
    }

    private void step(Runnable step) {
        step.run();
        m.model.schema().normalise(s);
    }

    void perform(Act act) {
        int space = act.a() % m.spaces();
        int requester = act.a() % KitMachine.REQUESTERS;
        int page = act.b() % KitMachine.PAGES;
        int cpu = act.d() % KitMachine.CPUS;
        int unit = act.c() % m.plan.units();
        switch (act.kind()) {
            case "store" -> store(space, page, act.c() % KitMachine.FRAMES, act.d() % 4);
            case "write-back" -> {
                history.writeBack(space, page);
                step(() -> iommu.visibility().writeBack(s, space, page));
            }
            case "write-back-entry" -> {
                if (!change(requester).open) {
                    history.writeBackEntry(requester);
                    step(() -> iommu.visibility().writeBackEntry(s, requester));
                }
            }
            case "flush" -> flush(cpu);
            case "ask-page" -> ask(cpu, unit, iommu.tags().of(s, space, unit), page, act.c() % 3);
            case "ask-space" -> ask(cpu, unit, iommu.tags().of(s, space, unit), Port.ALL_PAGES, act.c() % 3);
            case "ask-all" -> ask(cpu, unit, Port.ALL_TAGS, Port.ALL_PAGES, Port.WHOLE_SPACE);
            case "ask-entry" -> {
                List<KitHistory.Lead> led = history.led(requester);
                askEntry(cpu, requester, led.get(act.b() % led.size()).tag);
            }
            case "go" -> go(cpu);
            case "attach" -> attach(requester, act.b() % m.spaces());
            case "detach" -> detach(requester);
            case "release" -> release(space, unit);
            case "hardware" -> hardware(act);
            case "look" -> history.look(s);
            case "request" -> request(requester, page, act.c() % 2 != 0);
            case "change" -> change(requester, space, page, act);
            case "forget" -> forget(cpu, requester, page);
            case "revoke" -> revoke(cpu, requester);
            default -> attempt("serve", () -> iommu.port(unit).serve(s));
        }
        history.lookAtWalks(s);
    }

    private void store(int space, int page, int frame, int rights) {
        history.store(space, page, frame, rights);
        long[] before = s.clone();
        step(() -> iommu.tables().store(s, space, page, frame, rights));
        if (!m.isTranslated(page)) {
            assertThat(m.model.schema().diff(before, s))
                    .as("stored where there is no table")
                    .isEmpty();
        }
    }

    private void flush(int cpu) {
        Cpu on = cpus[cpu];
        if (on.isIdle() && attempt("flush", () -> iommu.visibility().startFlush(s, cpu))) {
            on.flushing = history.tick();
        }
    }

    private boolean mayAsk(Cpu on, int unit) {
        return on.isIdle() || (m.capabilities.asking().queued() && on.unit == unit && on.driven == 0 && !on.announced);
    }

    private boolean ask(int cpu, int unit, int tag, int page, int changed) {
        if (tag < Port.ALL_TAGS || (tag < 0 && page >= 0) || !mayAsk(cpus[cpu], unit)) {
            return false;
        }
        if (tag == Port.ALL_TAGS && changed != Port.WHOLE_SPACE) {
            return false; // a space without a tag
        }
        int last = page >= 0 && m.plan.needs().contains(Sizes.Need.RANGES) ? KitMachine.PAGES - 1 : page;
        boolean done = attempt(
                "ask for translations", () -> iommu.port(unit).askTranslations(s, cpu, tag, page, last, changed));
        if (done) {
            cpus[cpu].unit = unit;
            history.asked(unit, cpu, tag, page, last);
        }
        return done;
    }

    private boolean askEntry(int cpu, int requester, int tag) {
        int unit = iommu.unitOf(requester);
        if (tag < 0 || !mayAsk(cpus[cpu], unit)) {
            return false;
        }
        boolean done = attempt("ask for an entry", () -> iommu.port(unit).askEntry(s, cpu, tag, requester));
        if (done) {
            cpus[cpu].unit = unit;
            history.askedEntry(unit, cpu, tag, requester);
        }
        return done;
    }

    /** Takes a CPU's next step; nothing when it is idle. */
    private void go(int cpu) {
        Cpu on = cpus[cpu];
        if (on.flushing >= 0) {
            if (attempt("wait for a flush", () -> iommu.visibility().isFlushed(s, cpu))) {
                history.flushed(on.flushing);
                on.flushing = -1;
            }
        } else if (on.unit >= 0) {
            goOn(cpu, on, iommu.port(on.unit));
        }
    }

    private void goOn(int cpu, Cpu on, Port port) {
        if (on.driven < port.driverSteps().size()) {
            drive(cpu, on, port);
        } else if (!on.announced) {
            on.announced = attempt("announce", () -> port.announce(s, cpu));
        } else if (attempt("wait", () -> port.isDone(s, cpu))) {
            history.told(cpu);
            seen.add("told");
            cpus[cpu] = new Cpu();
        }
    }

    private void drive(int cpu, Cpu on, Port port) {
        int[] outcome = new int[1];
        attempt("driver step", () -> {
            outcome[0] = port.drive(s, cpu, on.driven);
            return outcome[0] != Outcome.BLOCKED;
        });
        if (outcome[0] == Outcome.FAIL) {
            history.gaveUp(cpu);
            cpus[cpu] = new Cpu();
        } else if (outcome[0] == Outcome.NEXT) {
            on.driven++;
        }
    }

    private List<Integer> group(int requester) {
        int group = iommu.entries().group(requester);
        List<Integer> all = new ArrayList<>();
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            if (iommu.entries().group(q) == group) {
                all.add(q);
            }
        }
        return all;
    }

    /** The entry that hardware has for a requester and those that it cannot tell from it. */
    private Change change(int requester) {
        return changes[group(requester).get(0)];
    }

    private boolean isOneSpace() {
        return m.capabilities.tagging() == Capabilities.Tagging.NONE;
    }

    /** Takes the next store of an attachment, or its first one. */
    private void attach(int requester, int space) {
        Change change = change(requester);
        int unit = iommu.unitOf(requester);
        if (!change.open) {
            boolean moves = m.capabilities.tagging() != Capabilities.Tagging.GROUP;
            if (isOneSpace() || (history.lead(requester).space >= 0 && !moves)) {
                return;
            }
            if (!attempt("take a tag", () -> iommu.tags().take(s, space, unit) >= 0)) {
                return;
            }
            begin(change, requester, space, iommu.tags().of(s, space, unit));
        }
        next(change, requester);
    }

    private void detach(int requester) {
        Change change = change(requester);
        if (isOneSpace()) {
            step(() -> iommu.entries().detach(s, requester, 0));
            return;
        }
        if (!change.open) {
            if (history.lead(requester).space < 0) {
                return;
            }
            begin(change, requester, -1, iommu.duty().tagOfAbsence());
        }
        next(change, requester);
    }

    private void begin(Change change, int requester, int space, int tag) {
        change.open = true;
        change.space = space;
        change.tag = tag;
        change.part = 0;
        group(requester).forEach(q -> history.lead(q, space, tag));
    }

    private void next(Change change, int requester) {
        int first = group(requester).get(0);
        int part = change.part++;
        if (change.space >= 0) {
            step(() -> iommu.entries().attach(s, first, change.space, change.tag, part));
        } else {
            step(() -> iommu.entries().detach(s, first, part));
        }
        if (change.part == iommu.entries().stores()) {
            change.open = false;
            group(requester).forEach(history::arrive);
        }
    }

    /** Gives a tag back that nothing can be cached under any more. */
    private void release(int space, int unit) {
        int tag = iommu.tags().of(s, space, unit);
        if (iommu.tags().areAllocated() && tag >= 0 && !history.mayBeUsed(space, tag, unit)) {
            assertThat(iommu.tags().isTaken(s, unit, tag)).isTrue();
            step(() -> iommu.tags().release(s, space, unit));
            assertThat(iommu.tags().of(s, space, unit)).isNegative();
            assertThat(iommu.tags().isTaken(s, unit, tag)).isFalse();
            seen.add("released");
        }
    }

    private void request(int requester, int page, boolean write) {
        attempt("request", () -> iommu.request(s, requester, page, write));
    }

    /** A requester is led to a space if it is led nowhere, and a page is changed where it is led. */
    private void change(int requester, int space, int page, Act act) {
        for (int part = 0; part < iommu.entries().stores() && (part > 0 || history.lead(requester).space < 0); part++) {
            attach(requester, space);
        }
        int led = history.lead(requester).space;
        store(Math.max(led, 0), page, act.c() % KitMachine.FRAMES, act.d() % 2 == 0 ? Rights.ALL : act.d() / 2);
        request(requester, page, act.d() % 3 == 0);
    }

    /** A page's change is seen and its old translation forgotten, all that a well-behaved unmap does, and whatever else waits. */
    private void forget(int cpu, int requester, int page) {
        int space = history.lead(requester).space;
        int unit = iommu.unitOf(requester);
        await();
        if (space >= 0) {
            perform(new Act("write-back", space, page, 0, 0));
            flush(cpu);
            await();
            history.look(s);
            ask(cpu, unit, iommu.tags().of(s, space, unit), page, Port.LEAVES);
            history.look(s);
            await();
        }
    }

    /** A requester is led nowhere, as in a deassignment that keeps all of the rules; what it left cached stays. */
    private void revoke(int cpu, int requester) {
        int tag = history.lead(requester).tag;
        await();
        if (isOneSpace() || change(requester).open || history.lead(requester).space < 0) {
            return;
        }
        for (int part = 0; part < iommu.entries().stores(); part++) {
            detach(requester);
        }
        for (int q : group(requester)) {
            perform(new Act("write-back-entry", q, 0, 0, 0));
        }
        flush(cpu);
        await();
        for (int q : group(requester)) {
            askEntry(cpu, q, tag);
            history.look(s);
            await();
        }
    }

    private void hardware(Act act) {
        List<Action> actions = m.model.actions();
        Action action = actions.get((act.a() * 8 + act.b()) % actions.size());
        int[] args = {act.c(), act.d(), act.b(), 0, 0};
        act(action, args);
    }

    private boolean act(Action action, int... numbers) {
        int[] args = new int[5];
        for (int i = 0; i < action.arguments().size(); i++) {
            int size = action.arguments().get(i).sort().size();
            if (size == 0) {
                return false;
            }
            args[i] = numbers[i] % size;
        }
        return attempt(action.name(), () -> action.code().apply(s, args[0], args[1], args[2], args[3], args[4]));
    }

    /** Ends what is under way, then has everything seen and forgotten: from now on nothing old is anywhere. */
    void settle() {
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            for (int part = 0; part < iommu.entries().stores() && change(q).open; part++) {
                next(change(q), q);
            }
        }
        await();
        for (int page = 0; page < m.spaces() * KitMachine.PAGES; page++) {
            perform(new Act("write-back", page / KitMachine.PAGES, page % KitMachine.PAGES, 0, 0));
        }
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            perform(new Act("write-back-entry", q, 0, 0, 0));
        }
        flush(0);
        await();
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            for (KitHistory.Lead lead : history.led(q)) {
                until("ask for an entry", lead.tag < 0 || askEntry(0, q, lead.tag));
                await();
            }
        }
        landWalks();
        for (int unit = 0; unit < m.plan.units(); unit++) {
            until("ask for everything", ask(0, unit, Port.ALL_TAGS, Port.ALL_PAGES, Port.WHOLE_SPACE));
            await();
        }
    }

    /** Walks come to their end; no device begins another. */
    private void landWalks() {
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            for (Action action : m.model.actions()) {
                if (action.actor() == Actor.IOMMU && history.isWalking(s, q)) {
                    act(action, q, 0, 0, 0, 0);
                }
            }
            assertThat(history.isWalking(s, q)).as("q" + q + " walks for ever").isFalse();
        }
        history.lookAtWalks(s);
    }

    private static void until(String what, boolean done) {
        assertThat(done).as("an idle unit can be asked: " + what).isTrue();
    }

    /** Every CPU goes on until it is told; hardware is slow, so whoever is told too early is told before it begins. */
    private void await() {
        for (int i = 0; i < ENOUGH; i++) {
            for (int step = 0; step < 2 * KitMachine.CPUS; step++) {
                go(step % KitMachine.CPUS);
            }
            if (Arrays.stream(cpus).allMatch(Cpu::isIdle)) {
                return;
            }
            for (Action action : m.model.actions()) {
                for (int n = 0; action.service() && n < KitMachine.REQUESTERS; n++) {
                    act(action, n, 0, 0, 0, 0);
                }
            }
        }
        throw new AssertionError("whoever asks is told in the end");
    }

    /** Whether an entry is between its stores. */
    boolean isBetweenStores(int requester) {
        return change(requester).open;
    }
}
