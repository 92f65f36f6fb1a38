package dev.moat.xen.iospace;

import dev.moat.iommu.Families;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.xen.iospace.abstraction.SpaceAbstraction;
import dev.moat.xen.iospace.dma.TransferCalls;
import dev.moat.xen.iospace.program.Hypercalls;
import dev.moat.xen.iospace.state.Addresses;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.SpaceSetting;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Xen's I/O spaces by hypercalls, on any IOMMU that keeps spaces apart, step by step. */
public final class IoSpaces implements Component {
    /** As in scenarios and counterexamples. */
    public static final String ID = "xen-io-spaces";

    private static final String CALGARY = "calgary";
    /** Where a family's own default is for searches of other software: room for the largest number of pages. */
    private static final Map<String, String> DEFAULTS = Map.of("index-bits", "2");

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "Xen's I/O spaces by hypercalls, after the Calgary patches of 2006: created for devices, mapped and unmapped by their domains.";
    }

    @Override
    public List<Parameter> parameters() {
        return parameters(Map.of());
    }

    @Override
    public List<Parameter> parameters(Map<String, String> given) {
        List<Parameter> all = new ArrayList<>();
        all.add(Families.parameter(CALGARY));
        all.addAll(SpaceSetting.PARAMETERS);
        all.addAll(Families.parameters(given, CALGARY, DEFAULTS));
        return all;
    }

    @Override
    public List<InjectedFault> faults() {
        List<InjectedFault> all = new ArrayList<>(SpaceFaults.ALL);
        all.addAll(ToolstackFaults.ALL);
        all.addAll(DmaFaults.ALL);
        all.addAll(Families.get(CALGARY).faults());
        return all;
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        SpaceState state = new SpaceState(setting, model);
        if (Families.get(setting.text(Families.PARAMETER)).readsThroughSlots()) {
            model.schema().readsThroughSlots();
        }
        Call call = new Call(state, model.schema());
        Addresses addresses = new Addresses(state, model);
        state.iommu.declareActions(model);
        Hypercalls.Programs programs = Hypercalls.declare(state, call, addresses, model);
        if (state.setting.dma) {
            new TransferCalls(state, call, programs, model).declare(model);
        }
        SpaceAbstraction.declare(state, call, model);
        model.initially(s -> {
            state.initial(s);
            addresses.initial(s);
        });
    }
}
