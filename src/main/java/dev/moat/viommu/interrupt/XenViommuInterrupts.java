package dev.moat.viommu.interrupt;

import dev.moat.iommu.Interrupts;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.setting.Parameter;
import dev.moat.model.setting.Setting;
import dev.moat.viommu.fault.InterruptFaults;
import java.util.List;
import java.util.Optional;

/** Interrupts of guests with a vIOMMU in Xen each; seed 002, phase 1. */
public final class XenViommuInterrupts implements Component {
    /** As in scenarios and counterexamples. */
    public static final String ID = "xen-viommu-interrupts";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "Interrupts under a vIOMMU in Xen: guests' own entries, the host's for passed-through devices, posted or by way of Xen,"
                + " virtual devices' messages, and the guest's fault record.";
    }

    @Override
    public List<Parameter> parameters() {
        return InterruptSetting.parameters();
    }

    @Override
    public List<InjectedFault> faults() {
        return InterruptFaults.ALL;
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        InterruptState state = new InterruptState(new InterruptSetting(setting), model);
        Remapping remapping = new Remapping(state, model);
        HostTable host = new HostTable(state, remapping, model);
        RequestOperations requests = new RequestOperations(state, remapping, model);
        NotificationOperations notifications = null;
        if (state.setting.queue) {
            QueueOperations queue = new QueueOperations(state, model);
            queue.declare();
            queue.relations();
        } else if (state.setting.notifications) {
            notifications = new NotificationOperations(state, model);
            notifications.declare();
            notifications.relations();
        } else {
            new InterruptActions(state, host, model).declare();
            new EntryOperations(state, host, model).declare();
            requests.declare();
        }
        InterruptRelations.Parts parts = new InterruptRelations.Parts(remapping, host, new Routes(state), requests);
        InterruptRelations.declare(state, parts, model.abstraction());
        model.notCompared("the discipline has no interrupts");
        Optional<NotificationOperations> more = Optional.ofNullable(notifications);
        model.initially(s -> {
            initial(s, state, host);
            more.ifPresent(it -> it.initial(s));
        });
    }

    /** Guests' tables are empty; passed-through devices have an index each. */
    private static void initial(long[] s, InterruptState state, HostTable host) {
        state.initial(s);
        int next = 0;
        for (int q = 0; q < state.setting.devices.size(); q++) {
            if (!state.setting.isVirtual(q)) {
                state.index.set(s, q, next + 1L);
                for (int part = 0; part < Interrupts.WORDS; part++) {
                    host.store(s, next, part, host.wanted(s, q, part));
                }
                next++;
            }
        }
    }
}
