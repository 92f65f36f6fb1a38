package dev.moat.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import java.util.List;
import java.util.Set;

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
            "race",
            "revoke");

    final KitMachine m;
    final Iommu iommu;
    final KitHistory history;
    final long[] s;

    private final KitRun run;
    private final KitCpus cpus;
    private final KitEntries entries;

    KitSoftware(KitMachine machine) {
        run = new KitRun(machine);
        m = run.m;
        iommu = run.iommu;
        history = run.history;
        s = run.s;
        cpus = new KitCpus(run);
        entries = new KitEntries(run);
    }

    /** Notes that something happened, for coverage. */
    void saw(String what) {
        run.seen.add(what);
    }

    /** What has happened. */
    Set<String> seen() {
        return run.seen;
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
                run.step(() -> iommu.visibility().writeBack(s, space, page));
            }
            case "write-back-entry" -> {
                if (!entries.isBetweenStores(requester)) {
                    history.writeBackEntry(requester);
                    run.step(() -> iommu.visibility().writeBackEntry(s, requester));
                }
            }
            case "flush" -> cpus.flush(cpu);
            case "ask-page" -> cpus.ask(cpu, unit, iommu.tags().of(s, space, unit), page, act.c() % 3);
            case "ask-space" -> cpus.ask(cpu, unit, iommu.tags().of(s, space, unit), Port.ALL_PAGES, act.c() % 3);
            case "ask-all" -> cpus.ask(cpu, unit, Port.ALL_TAGS, Port.ALL_PAGES, Port.WHOLE_SPACE);
            case "ask-entry" -> {
                List<KitHistory.Lead> led = history.led(requester);
                askEntry(cpu, led.get(act.b() % led.size()));
            }
            case "go" -> cpus.go(cpu);
            case "attach" -> entries.attach(requester, act.b() % m.spaces());
            case "detach" -> entries.detach(requester);
            case "release" -> release(space, unit);
            case "hardware" -> hardware(act);
            case "look" -> history.look(s);
            case "request" -> request(requester, page, act.c() % 2 != 0);
            case "change" -> change(requester, space, page, act);
            case "forget" -> forget(cpu, requester, page);
            case "race" -> race(cpu, requester, page, act);
            case "revoke" -> revoke(cpu, requester);
            default -> run.attempt("serve", () -> iommu.port(unit).serve(s));
        }
        history.lookAtWalks(s);
    }

    private void store(int space, int page, int frame, int rights) {
        history.store(space, page, frame, rights);
        long[] before = s.clone();
        run.step(() -> iommu.tables().store(s, space, page, frame, rights));
        if (!m.isTranslated(page)) {
            assertThat(m.model.schema().diff(before, s))
                    .as("stored where there is no table")
                    .isEmpty();
        }
    }

    /** Gives a tag back that nothing can be cached under any more. */
    private void release(int space, int unit) {
        int tag = iommu.tags().of(s, space, unit);
        if (iommu.tags().areAllocated() && tag >= 0 && !history.mayBeUsed(space, tag, unit)) {
            assertThat(iommu.tags().isTaken(s, unit, tag)).isTrue();
            run.step(() -> iommu.tags().release(s, space, unit));
            assertThat(iommu.tags().of(s, space, unit)).isNegative();
            assertThat(iommu.tags().isTaken(s, unit, tag)).isFalse();
            saw("released");
        }
    }

    private void request(int requester, int page, boolean write) {
        run.attempt("request", () -> iommu.request(s, requester, page, write));
    }

    /** A requester is led to a space if it is led nowhere, and a page is changed where it is led. */
    private void change(int requester, int space, int page, Act act) {
        for (int part = 0; part < iommu.entries().stores() && (part > 0 || history.lead(requester).space < 0); part++) {
            entries.attach(requester, space);
        }
        int led = history.lead(requester).space;
        store(Math.max(led, 0), page, act.c() % KitMachine.FRAMES, act.d() % 2 == 0 ? Rights.ALL : act.d() / 2);
        request(requester, page, act.d() % 3 == 0);
    }

    /** A page's change is seen and its old translation forgotten, all that a well-behaved unmap does, and whatever else waits. */
    private void forget(int cpu, int requester, int page) {
        int space = history.lead(requester).space;
        int unit = iommu.unitOf(requester);
        cpus.await();
        if (space >= 0) {
            perform(new Act("write-back", space, page, 0, 0));
            cpus.flush(cpu);
            cpus.await();
            history.look(s);
            cpus.ask(cpu, unit, iommu.tags().of(s, space, unit), page, Port.LEAVES);
            history.look(s);
            cpus.await();
        }
    }

    /** A page is changed and forgotten while a request for it is on its way, where that takes time. */
    private void race(int cpu, int requester, int page, Act act) {
        for (Actor actor : List.of(Actor.IOMMU, Actor.DEVICE)) {
            for (Action action : m.model.actions()) {
                if (action.actor() == actor && !action.service()) {
                    int first = actor == Actor.DEVICE ? requester : Math.max(history.lead(requester).tag, 0);
                    run.act(action, first, page, iommu.unitOf(requester), 0, 0);
                }
            }
        }
        history.lookAtWalks(s);
        store(Math.max(history.lead(requester).space, 0), page, act.c() % KitMachine.FRAMES, act.d() % 4);
        forget(cpu, requester, page);
    }

    /** A requester is led nowhere, as in a deassignment that keeps all of the rules; what it left cached stays. */
    private void revoke(int cpu, int requester) {
        int tag = history.lead(requester).tag;
        cpus.await();
        if (run.isOneSpace() || entries.isBetweenStores(requester) || history.lead(requester).space < 0) {
            return;
        }
        for (int part = 0; part < iommu.entries().stores(); part++) {
            entries.detach(requester);
        }
        for (int q : entries.group(requester)) {
            perform(new Act("write-back-entry", q, 0, 0, 0));
        }
        cpus.flush(cpu);
        cpus.await();
        for (int q : entries.group(requester)) {
            cpus.askEntry(cpu, q, tag);
            history.look(s);
            cpus.await();
        }
        if (m.capabilities.tagging() == Capabilities.Tagging.GROUP) {
            cpus.ask(cpu, iommu.unitOf(requester), tag, Port.ALL_PAGES, Port.WHOLE_SPACE);
            cpus.await();
        }
    }

    private void hardware(Act act) {
        List<Action> actions = m.model.actions();
        Action action = actions.get((act.a() * 8 + act.b()) % actions.size());
        int[] args = {act.c(), act.d(), act.b(), 0, 0};
        run.act(action, args);
    }

    /** Ends what is under way, then has everything seen and forgotten: from now on nothing old is anywhere. */
    void settle() {
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            entries.finish(q);
        }
        cpus.await();
        for (int page = 0; page < m.spaces() * KitMachine.PAGES; page++) {
            perform(new Act("write-back", page / KitMachine.PAGES, page % KitMachine.PAGES, 0, 0));
        }
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            perform(new Act("write-back-entry", q, 0, 0, 0));
        }
        cpus.flush(0);
        cpus.await();
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            for (KitHistory.Lead lead : history.led(q)) {
                until("ask for an entry", !isCached(lead) || askEntry(0, lead));
                cpus.await();
            }
        }
        landWalks();
        for (int unit = 0; unit < m.plan.units(); unit++) {
            until("ask for everything", cpus.ask(0, unit, Port.ALL_TAGS, Port.ALL_PAGES, Port.WHOLE_SPACE));
            cpus.await();
        }
    }

    /** Walks come to their end; no device begins another. */
    private void landWalks() {
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            for (Action action : m.model.actions()) {
                if (action.actor() == Actor.IOMMU && history.isWalking(s, q)) {
                    run.act(action, q, 0, 0, 0, 0);
                }
            }
            assertThat(history.isWalking(s, q)).as("q" + q + " walks for ever").isFalse();
        }
        history.lookAtWalks(s);
    }

    /** Whether an entry may be cached at all. */
    private boolean isCached(KitHistory.Lead lead) {
        return lead.space >= 0 || iommu.duty().remembersAbsentEntry();
    }

    /** Asks for an entry to be forgotten, under its own tag or where it has none under that of where the requester is led now. */
    private boolean askEntry(int cpu, KitHistory.Lead lead) {
        int now = Math.max(history.lead(lead.requester).tag, 0);
        return isCached(lead) && cpus.askEntry(cpu, lead.requester, lead.tag == Duty.NO_TAG ? now : lead.tag);
    }

    private static void until(String what, boolean done) {
        assertThat(done).as("an idle unit can be asked: " + what).isTrue();
    }

    /** Whether an entry is between its stores. */
    boolean isBetweenStores(int requester) {
        return entries.isBetweenStores(requester);
    }
}
