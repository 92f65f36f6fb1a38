package dev.moat.scenario;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.model.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/** A counter under a lock, raised by CPUs and cleared by a guest: the smallest machine that can go wrong in every way. */
public final class CounterComponent implements Component {
    public static final String NAME = CounterComponent.class.getName();

    @Override
    public String id() {
        return "counter";
    }

    @Override
    public String says() {
        return "A counter under a lock.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("limit", "largest count", 3, 1, 6),
                Parameter.number("cpus", "CPUs", 1, 1, 2),
                Parameter.flag("clearing", "whether the guest clears", true).asCapability(),
                Parameter.choice("start", "the first count", "zero", "zero", "one")
                        .asPolicy());
    }

    @Override
    public List<InjectedFault> faults() {
        return List.of(
                new InjectedFault(
                        "add.no-bound",
                        "The bound is not looked at.",
                        "none",
                        List.of("bounded"),
                        "operation",
                        edits -> edits.decide("full", (s, a, b, c) -> 0)),
                new InjectedFault(
                        "add.no-unlock",
                        "The lock is kept.",
                        "none",
                        List.of("no-deadlock"),
                        "operation",
                        edits -> edits.drop("add", "unlock")));
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        if (setting.number("limit") == 1 && setting.number("cpus") == 2) {
            throw new BadSettingException("cpus", "a limit of 1 leaves nothing for a second CPU");
        }
        Sort cpus = Sort.numbered("Cpu", "cpu", setting.number("cpus"));
        model.cpus(cpus);
        SlotsBuilder counting = model.schema().slots("count", Role.HYPERVISOR, Writer.HYPERVISOR);
        Slots count = counting.bits(3);
        Slots lock =
                model.schema().slots("lock", Role.HYPERVISOR, Writer.HYPERVISOR).bits(1);
        int limit = setting.number("limit");
        model.initially(s -> count.set(s, setting.text("start").equals("one") ? 1 : 0));
        var full = model.decision("full", (s, a, b, c) -> a >= limit ? 1 : 0);
        model.action(new Action(
                "clear",
                Actor.GUEST,
                List.of(),
                ModelBuilder.all(),
                (s, a, b, c, d, e) -> {
                    if (!setting.flag("clearing") || count.get(s) == 0 || lock.get(s) != 0) {
                        return false;
                    }
                    count.set(s, 0);
                    return true;
                },
                false,
                "stutter"));
        Step enter = Step.of("enter", (s, cpu) -> Outcome.NEXT);
        Step take = Step.of("take-lock", (s, cpu) -> {
            if (lock.get(s) != 0) {
                return Outcome.BLOCKED;
            }
            lock.set(s, 1);
            return Outcome.NEXT;
        });
        Step bump = Step.of("bump", (s, cpu) -> {
            if (full.decide(s, (int) count.get(s), 0, 0) == 0 && count.get(s) < 7) {
                count.set(s, count.get(s) + 1);
            }
            return Outcome.NEXT;
        });
        Step unlock = Step.of("unlock", (s, cpu) -> {
            lock.set(s, 0);
            return Outcome.NEXT;
        });
        model.operation(new Operation(
                "add",
                Actor.HYPERVISOR,
                List.of(),
                ModelBuilder.all(),
                (s, cpu, a, b, c, d, e) -> true,
                List.of(enter, take, bump, unlock),
                null));
    }
}
