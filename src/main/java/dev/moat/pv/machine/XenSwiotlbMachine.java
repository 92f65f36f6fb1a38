package dev.moat.pv.machine;

import dev.moat.iommu.Families;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.pv.abstraction.LayerAbstraction;
import dev.moat.pv.fault.LayerFaults;
import dev.moat.pv.program.Exchange;
import dev.moat.pv.program.MemoryActions;
import dev.moat.pv.program.PassThrough;
import dev.moat.pv.program.RegionOperations;
import dev.moat.pv.program.StreamingActions;
import dev.moat.pv.state.Contents;
import dev.moat.pv.state.Hardware;
import dev.moat.pv.state.LayerSetting;
import dev.moat.pv.state.LayerState;
import dev.moat.pv.state.Mappings;
import dev.moat.pv.state.Pool;
import dev.moat.pv.state.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * DMA of a paravirtual domain: its memory with contents, the exchange of frames under it, coherent memory, bounced and direct mappings
 * of a device, beside other domains, with or without an IOMMU.
 */
public final class XenSwiotlbMachine implements Component {
    /** As in scenarios and counterexamples. */
    public static final String ID = "xen-swiotlb";

    /** Where a family's own default is for searches of other software: room for the largest number of frames. */
    private static final Map<String, String> DEFAULTS = Map.of("index-bits", "3");

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "Xen-SWIOTLB: a PV domain's frames with contents, their exchange, bounced and direct DMA, with or without an IOMMU.";
    }

    @Override
    public List<Parameter> parameters() {
        return LayerSetting.parameters();
    }

    @Override
    public List<Parameter> parameters(Map<String, String> given) {
        List<Parameter> all = new ArrayList<>(LayerSetting.parameters());
        all.addAll(Families.parameters(given, LayerSetting.NONE, DEFAULTS));
        return all;
    }

    @Override
    public List<InjectedFault> faults() {
        return LayerFaults.ALL;
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        LayerSetting bounds = new LayerSetting(setting);
        LayerState state = new LayerState(bounds, model);
        Hardware hardware = new Hardware(state, setting, model);
        Mappings mappings = new Mappings(state, model.schema());
        Contents contents = new Contents(state, mappings, model);
        Pool pool = new Pool(state, contents, model);
        Whole whole = new Whole(state, hardware, mappings, contents, pool);
        PassThrough.Driver driver = (s, mapping) -> {};
        if (bounds.streaming) {
            StreamingActions streaming = new StreamingActions(whole, model);
            streaming.declare();
            driver = streaming::letGo;
        }
        new MemoryActions(whole, model).declare();
        new RegionOperations(whole, new Exchange(whole, model), model).declare();
        new PassThrough(whole, driver).declare(model);
        if (hardware.asksAnything()) {
            model.devicesOnlyIf(state.device::isMastering, hardware::declareActions);
        }
        LayerAbstraction.declare(whole, model.abstraction());
        model.comparedByDifference(LayerAbstraction.forDiscipline(whole, model.abstraction()));
        model.initially(s -> {
            state.initial(s);
            contents.initial(s);
            pool.initial(s);
            hardware.initial(s, state);
        });
    }
}
