package dev.moat.viommu.svm;

import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.viommu.fault.SvmFaults;
import java.util.List;

/** Shared virtual memory of guests with a vIOMMU in Xen each, whose processes share one device. */
public final class XenViommuSvm implements Component {
    /** As in scenarios and counterexamples. */
    public static final String ID = "xen-viommu-svm";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "Shared virtual memory under a vIOMMU in Xen: guests' processes bound to PASIDs of a device, first-level tables,"
                + " page requests and responses.";
    }

    @Override
    public List<Parameter> parameters() {
        return SvmSetting.parameters();
    }

    @Override
    public List<InjectedFault> faults() {
        return SvmFaults.ALL;
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        SvmState state = new SvmState(new SvmSetting(setting), model);
        Hardware hardware = new Hardware(state, model);
        ProcessOperations processes = new ProcessOperations(state, model);
        hardware.declare();
        processes.declare();
        if (state.setting.requests) {
            new PageRequests(state, processes, model).declare();
        }
        SvmRelations.declare(state, hardware, model.abstraction());
        if (state.setting.deviceTlb && state.setting.gfns.size() > 1) {
            model.notCompared(
                    "the unit and the device may have two frames cached of one page, which the discipline forgets at once");
        } else {
            model.comparedByDifference(SvmDiscipline.of(state, hardware));
        }
    }
}
