package dev.moat.viommu.hostile;

import dev.moat.iommu.RegisterUnit;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Xen's trap of a write to a vIOMMU's registers: it stores the value, and executes a few queued descriptors; what is left it goes on with
 * later, however long the queue is that the guest has declared. {@code @source} VT-d specification 2.x, chapters 6.5.2 and 10.4; fact
 * sheet viommu, VC3; Xen's own long operations, which are preempted.
 */
final class RegisterTrap {
    /** Descriptors that one trap executes. */
    private static final int BUDGET = 8;
    /** Memory accesses of a descriptor, and of what else a write has done: two words read, a status written, tables of a device. */
    private static final int OF_EACH = 16;

    static final int MOST = (BUDGET + 2) * OF_EACH;

    /** Memory accesses of a request: the device's tables, and a nested walk of 4 by 4 levels, marks included. */
    private static final int MOST_OF_REQUEST = 64;

    /** None, the first, one in the directory's first table, one in the next, and the last. */
    private static final int[] PASID = {RegisterUnit.NO_PASID, 0, 5, 64, 0xfffff};

    private static final Sort PASIDS = new Sort("GuestPasid", List.of("none", "0", "5", "64", "last"));

    private static final Sort BYTES = new Sort("Bytes", List.of("4", "8"));

    private final RegisterUnit unit;
    private final GuestWords memory;
    private final ModelBuilder model;
    private final Slots overworked;
    private final Slots trapped;
    /** Null where states are explored. */
    private final @Nullable Reached reached;
    /** {@code registers.goes-on}: (descriptors executed, the most of one trap) to 1 when the trap executes another one. */
    private final Decision goesOn;
    /** {@code registers.asks-again}: (how often it has been asked) to 1 when the unit is asked once more for the same request. */
    private final Decision asksAgain;

    RegisterTrap(RegisterUnit unit, GuestWords memory, HostileSetting setting, ModelBuilder model) {
        this.unit = unit;
        this.memory = memory;
        this.model = model;
        overworked =
                model.schema().slots("overworked", Role.GHOST, Writer.GHOST).bits(1);
        trapped = model.schema().slots("trapped", Role.GHOST, Writer.GHOST).bits(1);
        goesOn = model.decision("registers.goes-on", (s, done, most, c) -> done < most ? 1 : 0);
        asksAgain = model.decision("registers.asks-again", (s, asked, b, c) -> 0);
        reached = setting.requests ? new Reached(unit.manual(), model) : null;
    }

    void declare(HostileSetting setting) {
        Argument value = new Argument("value", setting.valueSort);
        guest(
                "guest_writes_register",
                List.of(new Argument("register", setting.registerSort), new Argument("bytes", BYTES), value),
                (s, r, bytes, v, d, e) -> write(s, setting.offset(r), bytes == 0 ? 4 : 8, setting.value(v)));
        guest(
                "guest_stores",
                List.of(new Argument("page", setting.pages), new Argument("word", setting.words), value),
                (s, page, word, v, d, e) -> memory.store(s, page, word, setting.value(v)));
        model.action(new Action(
                "go_on",
                Actor.HYPERVISOR,
                List.of(),
                ModelBuilder.all(),
                counting((s, a, b, c, d, e) -> goOn(s)),
                true,
                "stutter"));
        if (setting.requests) {
            declareRequests(setting, value);
        }
        if (setting.knowing) {
            new KnowingGuest(unit, memory, setting, this, model).declare();
        }
    }

    private void declareRequests(HostileSetting setting, Argument value) {
        guest(
                "guest_starts",
                List.of(new Argument("page", setting.pages)),
                (s, page, b, c, d, e) -> start(s, HostileSetting.starting(page)));
        Argument source = new Argument("source", setting.sources);
        RegisterUnit.Manual manual = unit.manual();
        Argument access = new Argument("access", new Sort("Access", manual.accesses()));
        model.action(
                "virtual_request",
                Actor.DEVICE,
                List.of(source, new Argument("pasid", PASIDS), value, access),
                counting((s, q, pasid, v, which, e) -> request(s, q, PASID[pasid], setting.value(v), which)));
        model.action(
                "virtual_message",
                Actor.DEVICE,
                List.of(source, new Argument("message", new Sort("HostileMessage", manual.messages()))),
                counting((s, q, m, c, d, e) -> message(s, q, manual.messageAddress(m), manual.messageData(m))));
    }

    private void guest(String name, List<Argument> arguments, Guarded code) {
        model.action(name, Actor.GUEST, arguments, counting(code));
    }

    /** What is done counts what it gets to from 0 on. */
    Guarded counting(Guarded code) {
        Reached counts = reached;
        return counts == null
                ? code
                : (s, a, b, c, d, e) -> {
                    counts.begin(s);
                    return code.apply(s, a, b, c, d, e);
                };
    }

    boolean write(long[] s, int offset, int bytes, long value) {
        memory.begin(s);
        trapped.set(s, 0, 1);
        unit.store(s, offset, bytes, value);
        if (reached != null) {
            reached.wrote(s, offset);
        }
        execute(s);
        return true;
    }

    private boolean start(long[] s, long[] writes) {
        for (int i = 0; i < writes.length; i += 2) {
            write(s, (int) writes[i], writes[i] == 0x18 ? Integer.BYTES : Long.BYTES, writes[i + 1]);
        }
        return true;
    }

    private boolean execute(long[] s) {
        int done = 0;
        while (goesOn.decide(s, done, BUDGET, 0) != 0) {
            int step = unit.step(s);
            if (step == RegisterUnit.NOTHING) {
                break;
            }
            done++;
            if (reached != null) {
                reached.executed(s, step);
            }
        }
        note(s);
        return done > 0;
    }

    private boolean goOn(long[] s) {
        memory.begin(s);
        return execute(s);
    }

    private boolean request(long[] s, int source, int pasid, long address, int access) {
        memory.begin(s);
        int outcome = unit.request(s, HostileSetting.source(source), pasid, address, access);
        for (int asked = 1; asksAgain.decide(s, asked, 0, 0) != 0; asked++) {
            outcome = unit.request(s, HostileSetting.source(source), pasid, address, access);
        }
        answered(s, outcome);
        return true;
    }

    private boolean message(long[] s, int source, long address, long data) {
        memory.begin(s);
        answered(s, unit.interrupt(s, HostileSetting.source(source), address, data));
        return true;
    }

    /** What one request may ask of memory is bounded, too. */
    private void answered(long[] s, int outcome) {
        if (memory.work(s) > MOST_OF_REQUEST) {
            overworked.set(s, 0, 1);
        }
        memory.begin(s);
        if (reached != null) {
            reached.answered(s, outcome);
        }
    }

    /** More than the bound stays noted; how much it was does not make another state. */
    private void note(long[] s) {
        if (memory.work(s) > MOST) {
            overworked.set(s, 0, 1);
        }
        memory.begin(s);
    }

    /** What a state means. */
    void relations(Sort domains) {
        relation("overworked", domains, overworked);
        relation("trapped", domains, trapped);
        relation("statusStrayed", domains, memory.strayed());
        relation("othersRead", domains, memory.pried());
        model.abstraction()
                .relation(
                        "queueAbroad",
                        List.of(domains),
                        (s, g, b, c, d, e) -> !memory.isOwn(unit.load(s, HostileSetting.QUEUE_ADDRESS, Long.BYTES)),
                        (footprint, g, b, c, d, e) -> footprint.everything());
        model.abstraction()
                .relation(
                        "queueStopped",
                        List.of(domains),
                        (s, g, b, c, d, e) -> unit.isQueueStopped(s),
                        (footprint, g, b, c, d, e) -> footprint.everything());
    }

    private void relation(String name, Sort domains, Slots slots) {
        model.abstraction()
                .relation(
                        name,
                        List.of(domains),
                        (s, g, b, c, d, e) -> slots.get(s, 0) != 0,
                        (footprint, g, b, c, d, e) -> footprint.all(slots));
    }
}
