package dev.moat.iommu.calgary.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Sizes;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/** IBM Calgary and CalIOC2: a flat table for each bus, a cache that is emptied as a whole, no tags and no queue. */
public final class CalgaryFamily implements Family {
    @Override
    public String id() {
        return "calgary";
    }

    @Override
    public String says() {
        return "IBM Calgary and CalIOC2: a flat table for each bus, whose cache can only be emptied as a whole.";
    }

    @Override
    public List<Parameter> parameters() {
        return CalgarySetting.PARAMETERS;
    }

    @Override
    public List<String> parametersFor(Capabilities.Trait trait) {
        return switch (trait) {
            case LATE_STORES -> List.of("coherent");
            case CACHED_ABSENCE -> List.of("cached-absence");
            default -> List.of();
        };
    }

    @Override
    public List<String> parametersFor(Use use) {
        return use == Use.OWN_ACTIONS ? List.of("walks") : List.of();
    }

    @Override
    public boolean readsThroughSlots() {
        return true;
    }

    @Override
    public List<InjectedFault> faults() {
        return CalgaryFaults.ALL;
    }

    @Override
    public List<InjectedFault> callFaults() {
        return CalgaryFaults.CALLS;
    }

    @Override
    public List<InjectedFault> layerFaults() {
        return CalgaryFaults.LAYER;
    }

    @Override
    public Capabilities capabilities(Setting setting) {
        return new CalgarySetting(setting).capabilities();
    }

    @Override
    public Iommu declare(Sizes sizes, Setting setting, ModelBuilder model) {
        return new CalgaryIommu(sizes, new CalgarySetting(setting), model);
    }
}
