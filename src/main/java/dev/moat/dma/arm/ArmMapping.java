package dev.moat.dma.arm;

import dev.moat.iommu.Families;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.setting.Parameter;
import dev.moat.model.setting.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code dma_iommu_mapping}: a domain, a bitmap and a lock that a client makes and attaches devices to, step by step. No unit of ARM's
 * is modelled; the IOMMU below is any that tells the devices apart. {@code @source} Linux 6.1 arch/arm/mm/dma-mapping.c.
 */
public final class ArmMapping implements Component {
    /** As in scenarios and counterexamples. */
    public static final String ID = "dma-iommu-mapping";

    /** Where a family's own default is for searches of other software: room for the largest number of pages. */
    private static final Map<String, String> DEFAULTS = Map.of("index-bits", "2");

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "ARM's client of the IOMMU API, over any IOMMU: a domain, a bitmap and a lock that two devices share, caches maintained by"
                + " direction.";
    }

    @Override
    public List<Parameter> parameters() {
        return parameters(Map.of());
    }

    @Override
    public List<Parameter> parameters(Map<String, String> given) {
        List<Parameter> all = new ArrayList<>();
        all.add(Families.parameter(Families.DEFAULT));
        all.addAll(ArmSetting.PARAMETERS);
        all.addAll(Families.parameters(given, Families.DEFAULT, DEFAULTS));
        return all;
    }

    @Override
    public List<InjectedFault> faults() {
        return ArmFaults.ALL;
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        model.software("kernel");
        ArmState state = new ArmState(setting, model);
        BufferLines lines = new BufferLines(state, model);
        state.iommu.declareActions(model);
        Forgetting forgetting = new Forgetting(state);
        new ArmCalls(state, lines, forgetting, model).declare(model);
        new ArmDevices(state, forgetting, model).declare(model);
        lines.declare(model);
        ArmAbstraction.declare(state, lines, model.abstraction());
        model.comparedByDifference(ArmDiscipline.of(state, model.abstraction()));
        model.initially(state::initial);
    }
}
