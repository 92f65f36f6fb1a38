package dev.moat.viommu.machine;

import dev.moat.iommu.Families;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.viommu.abstraction.UnitRelations;
import dev.moat.viommu.abstraction.ViommuAbstraction;
import dev.moat.viommu.fault.ViommuFaults;
import dev.moat.viommu.program.FaultActions;
import dev.moat.viommu.program.FrontEndActions;
import dev.moat.viommu.program.GuestActions;
import dev.moat.viommu.program.GuestOperations;
import dev.moat.viommu.program.HotplugOperations;
import dev.moat.viommu.program.LifecycleOperations;
import dev.moat.viommu.program.MemoryOperations;
import dev.moat.viommu.program.NestedActions;
import dev.moat.viommu.program.Upkeep;
import dev.moat.viommu.record.FaultRecords;
import dev.moat.viommu.record.Silence;
import dev.moat.viommu.state.Composition;
import dev.moat.viommu.state.FrontEnd;
import dev.moat.viommu.state.GuestUnits;
import dev.moat.viommu.state.HostUnit;
import dev.moat.viommu.state.Shadow;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Guests with a vIOMMU in Xen each, which virtual and passed-through devices share. */
public final class XenViommu implements Component {
    /** As in scenarios and counterexamples. */
    public static final String ID = "xen-viommu";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "A vIOMMU in Xen: guests' own tables, shadowed for passed-through devices and walked for virtual ones, over changing p2ms.";
    }

    @Override
    public List<Parameter> parameters() {
        return ViommuSetting.parameters();
    }

    @Override
    public List<Parameter> parameters(Map<String, String> given) {
        List<Parameter> all = new ArrayList<>(ViommuSetting.parameters());
        all.addAll(Families.parameters(given, Families.DEFAULT, Map.of()));
        return all;
    }

    @Override
    public List<InjectedFault> faults() {
        return ViommuFaults.ALL;
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        ViommuState state = new ViommuState(new ViommuSetting(setting), model);
        if (Families.get(state.setting.iommu).readsThroughSlots()
                && Families.get(state.setting.guestIommu).readsThroughSlots()) {
            model.schema().readsThroughSlots();
        }
        GuestUnits guests = new GuestUnits(state, model);
        HostUnit host = new HostUnit(state, setting, model);
        FrontEnd frontEnd = state.setting.answersInHand ? new FrontEnd(state, guests, model) : null;
        Shadow shadow = new Shadow(state, guests, host, frontEnd, model);
        Whole whole = new Whole(state, guests, host, shadow, new Composition(state, guests));
        Silence silence = state.setting.silences ? new Silence(whole, model) : null;
        Upkeep upkeep = new Upkeep(whole, silence, model);
        new GuestActions(whole, model).declare();
        if (frontEnd != null) {
            new FrontEndActions(whole, frontEnd, model).declare();
        }
        shadow.nesting().ifPresent(it -> new NestedActions(state.setting, it, model).declare());
        new GuestOperations(whole, upkeep, model).declare();
        new MemoryOperations(whole, upkeep, model).declare();
        HotplugOperations hotplug = new HotplugOperations(whole, upkeep, model);
        hotplug.declare();
        Optional<FaultRecords> records =
                state.setting.records ? Optional.of(new FaultRecords(state, silence, model)) : Optional.empty();
        new LifecycleOperations(whole, upkeep, hotplug, records, model).declare();
        records.ifPresent(it -> new FaultActions(whole, it, model).declare());
        host.unit.declareActions(model);
        if (host.unit.namesCpus() && guests.units.namesCpus()) {
            model.cpusAreAlike();
        }
        ViommuAbstraction.declare(whole, model.abstraction());
        if (state.setting.calls) {
            UnitRelations.lifecycle(state, model.abstraction());
        }
        records.ifPresent(it -> UnitRelations.records(state.setting, it, model.abstraction()));
        model.comparedByDifference(ViommuAbstraction.forDiscipline(whole, model.abstraction()));
        model.initially(s -> initial(s, whole));
    }

    /** Guests' tables are empty; devices that are not translated reach their guest's memory. */
    private static void initial(long[] s, Whole whole) {
        ViommuSetting setting = whole.state().setting;
        whole.state().initial(s);
        whole.guests().initial(s);
        whole.host().connect(s);
        for (int q = 0; q < setting.devices.size(); q++) {
            whole.shadow().lead(s, q);
            for (int p = 0; p < setting.pages.size() && !setting.isVirtual(q); p++) {
                whole.shadow().insert(s, q, p);
            }
        }
        whole.host().unit.settle(s);
    }
}
