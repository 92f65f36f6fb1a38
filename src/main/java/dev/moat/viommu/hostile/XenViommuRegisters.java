package dev.moat.viommu.hostile;

import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.RegisterUnit;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import dev.moat.viommu.fault.RegisterFaults;
import java.util.List;

/** A hostile guest at the registers of its vIOMMU in Xen. */
public final class XenViommuRegisters implements Component {
    /** As in scenarios and counterexamples. */
    public static final String ID = "xen-viommu-registers";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "A hostile guest of a vIOMMU in Xen: any value in any register, anything in memory, by a register-driven unit.";
    }

    @Override
    public List<Parameter> parameters() {
        return HostileSetting.parameters(Families.PARAMETER, Families.ids().toArray(String[]::new));
    }

    @Override
    public List<InjectedFault> faults() {
        return RegisterFaults.ALL;
    }

    @Override
    public void build(Setting given, ModelBuilder model) {
        HostileSetting setting = new HostileSetting(given);
        Family family = Families.get(given.text(Families.PARAMETER));
        Sort domains = Sort.numbered("Dom", "d", 1);
        model.abstraction().sort(domains);
        GuestWords memory = new GuestWords(setting, model);
        RegisterUnit unit = family.registers(model.schema(), "guest.", memory)
                .orElseThrow(() -> new BadSettingException(
                        Families.PARAMETER,
                        "the unit of iommu=" + given.text(Families.PARAMETER)
                                + " has no registers that a guest could drive it by alone"));
        RegisterTrap trap = new RegisterTrap(unit, memory, setting, model);
        trap.declare(setting);
        trap.relations(domains);
        model.notCompared("the discipline has no registers");
        model.initially(unit::reset);
    }
}
