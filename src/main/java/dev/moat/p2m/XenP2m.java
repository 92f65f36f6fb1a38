package dev.moat.p2m;

import dev.moat.iommu.Families;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.setting.Parameter;
import dev.moat.model.setting.Setting;
import dev.moat.p2m.abstraction.P2mAbstraction;
import dev.moat.p2m.program.PhysmapCalls;
import dev.moat.p2m.state.Call;
import dev.moat.p2m.state.P2mSetting;
import dev.moat.p2m.state.P2mState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The p2m of HVM guests under Xen, walked by an IOMMU or followed by its tables, step by step. */
public final class XenP2m implements Component {
    /** As in scenarios and counterexamples. */
    public static final String ID = "xen-p2m";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "The p2m of HVM guests under Xen and the IOMMU: one table for both, or a second one that follows; frames come, move, are"
                + " granted and go.";
    }

    @Override
    public List<Parameter> parameters() {
        return parameters(Map.of());
    }

    @Override
    public List<Parameter> parameters(Map<String, String> given) {
        List<Parameter> all = new ArrayList<>();
        all.add(Families.parameter(Families.DEFAULT));
        all.addAll(P2mSetting.PARAMETERS);
        all.addAll(Families.parameters(given, Families.DEFAULT, Map.of("index-bits", "2")));
        return all;
    }

    @Override
    public List<InjectedFault> faults() {
        return P2mFaults.ALL;
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        P2mState state = new P2mState(setting, model);
        if (Families.get(setting.text(Families.PARAMETER)).readsThroughSlots()) {
            model.schema().readsThroughSlots();
        }
        Call call = new Call(state, model.schema());
        PhysmapCalls.declare(state, call, model);
        state.iommu.declareActions(model);
        P2mAbstraction.declare(state, model);
        model.initially(state::initial);
    }
}
