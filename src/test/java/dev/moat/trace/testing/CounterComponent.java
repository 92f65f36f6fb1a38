package dev.moat.trace.testing;

import dev.moat.bits.BitField;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Component;
import dev.moat.model.Decision;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.model.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Bounded counters behind one lock, and a door: the smallest machine in which updates get lost, a limit is passed, an
 * operation hangs, and something must be undone in pairs.
 */
public final class CounterComponent implements Component {
    /** The limit of every counter. */
    public static final int LIMIT = 3;

    @Override
    public String id() {
        return "counter";
    }

    @Override
    public String says() {
        return "Bounded counters behind one lock.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("counters", "how many counters", 2, 1, 4),
                Parameter.number("cpus", "how many CPUs", 2, 1, 2));
    }

    @Override
    public List<InjectedFault> faults() {
        return List.of(
                new InjectedFault(
                        "increment.no-lock",
                        "The lock is not taken.",
                        "a lost update",
                        List.of("none-lost"),
                        "step",
                        e -> e.drop("increment", "take-lock")),
                new InjectedFault(
                        "increment.no-limit",
                        "The limit is not checked.",
                        "an overflow",
                        List.of("within-limit"),
                        "operation",
                        e -> e.decide("at-limit", (s, a, b, c) -> 0)),
                new InjectedFault(
                        "increment.no-release",
                        "The lock is not released.",
                        "a hang",
                        List.of("no-deadlock"),
                        "operation",
                        e -> e.replace("increment", "release", (s, cpu) -> Outcome.NEXT)));
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        Sort counters = Sort.numbered("Counter", "c", setting.number("counters"));
        Sort cpus = Sort.numbered("Cpu", "cpu", setting.number("cpus"));
        Sort statuses = new Sort("Status", List.of("ok", "full"));
        var schema = model.schema();
        Slots stamp = schema.slots("stamp", Role.ARCHITECTURAL, Writer.GUEST)
                .word(List.of(new BitField("HIGH", 63, 60), new BitField("LOW", 3, 0)), -1L);
        Slots count = schema.slots("count", Role.ARCHITECTURAL, Writer.HYPERVISOR, counters)
                .bits(4);
        Slots asked = schema.slots("asked", Role.GHOST, Writer.GHOST, counters).bits(6);
        Slots door = schema.slots("door", Role.ARCHITECTURAL, Writer.GUEST).bits(1);
        Slots lock = schema.slots("lock", Role.HYPERVISOR, Writer.HYPERVISOR).optional(cpus);
        Slots pc = model.cpus(cpus);
        Slots which = schema.slots("which", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .of(counters);
        Slots seen = schema.slots("seen", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .bits(4);
        Slots status = schema.slots("status", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .of(statuses);

        Decision atLimit =
                model.decision("at-limit", (s, c, b, x) -> count.get(s, c) == LIMIT || count.get(s, c) == 15 ? 1 : 0);
        model.action("toggle-door", Actor.GUEST, List.of(), (s, a, b, c, d, e) -> {
            door.set(s, 1 - door.get(s));
            return true;
        });
        model.action(
                "stamp",
                Actor.DEVICE,
                List.of(new Argument("how", new Sort("How", List.of("low", "high")))),
                (s, a, b, c, d, e) -> {
                    stamp.set(s, a == 0 ? 5 : 0xF000_0000_0000_0001L);
                    return true;
                });
        model.action(new Action(
                "reset",
                Actor.IOMMU,
                List.of(new Argument("counter", counters)),
                ModelBuilder.all(),
                (s, a, b, c, d, e) -> {
                    if (count.get(s, a) == 0 || lock.get(s) != 0) {
                        return false;
                    }
                    count.set(s, a, 0);
                    asked.set(s, a, 0);
                    return true;
                },
                false,
                "stutter"));
        model.operation(new Operation(
                "increment",
                Actor.HYPERVISOR,
                List.of(new Argument("counter", counters)),
                ModelBuilder.all(),
                (s, cpu, a, b, c, d, e) -> {
                    which.set(s, cpu, a);
                    return door.get(s) == 0;
                },
                List.of(
                        Step.of("enter", (s, cpu) -> Outcome.NEXT).quietly(),
                        Step.of("take-lock", (s, cpu) -> {
                            if (lock.get(s) != 0) {
                                return Outcome.BLOCKED;
                            }
                            lock.set(s, cpu + 1);
                            return Outcome.NEXT;
                        }),
                        Step.of("read", (s, cpu) -> {
                                    int c = (int) which.get(s, cpu);
                                    seen.set(s, cpu, count.get(s, c));
                                    if (atLimit.decide(s, c, 0, 0) != 0) {
                                        status.set(s, cpu, 1);
                                        return Outcome.FAIL;
                                    }
                                    return Outcome.NEXT;
                                })
                                .on(Outcome.FAIL, "release"),
                        Step.of("write", (s, cpu) -> {
                            int c = (int) which.get(s, cpu);
                            count.set(s, c, Math.min(15, seen.get(s, cpu) + 1));
                            asked.set(s, c, Math.min(63, asked.get(s, c) + 1));
                            return Outcome.NEXT;
                        }),
                        Step.of("release", (s, cpu) -> {
                            lock.set(s, 0);
                            return Outcome.NEXT;
                        })),
                status));
    }
}
