package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Memory;
import dev.moat.iommu.RecordedUnit;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.smmuv3.recorded.RecordedSmmu;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Arm SMMUv3: stream table entries and context descriptors, page tables of stage 1 or stage 2, ASIDs or VMIDs, the command queue. */
public final class SmmuFamily implements Family {
    @Override
    public String id() {
        return "smmuv3";
    }

    @Override
    public String says() {
        return "Arm SMMUv3: stream table entries and context descriptors, page tables of stage 1 with ASIDs or of stage 2 with VMIDs,"
                + " the command queue and its CMD_SYNCs.";
    }

    @Override
    public List<Parameter> parameters() {
        return SmmuSetting.ALL;
    }

    @Override
    public List<String> parametersFor(Capabilities.Trait trait) {
        return switch (trait) {
            case CACHED_TABLES -> List.of(SmmuSetting.TABLE_CACHE);
            case NO_REWALK -> List.of(SmmuSetting.REWALK);
            default -> List.of();
        };
    }

    @Override
    public List<String> parametersFor(Use use) {
        return switch (use) {
            case OWN_ACTIONS -> List.of(SmmuSetting.WALKS, SmmuSetting.STREAM_CACHE, SmmuSetting.TABLE_CACHE);
            case OVERLAP -> List.of(SmmuSetting.EXECUTION);
            case MOVED_DEVICES, DEFAULT_DOMAINS, WRONG_REQUESTS -> List.of();
        };
    }

    @Override
    public boolean readsThroughSlots() {
        return true;
    }

    @Override
    public List<InjectedFault> faults() {
        return SmmuFaults.ALL;
    }

    @Override
    public Capabilities capabilities(Setting setting) {
        return new SmmuSetting(setting).capabilities();
    }

    @Override
    public Optional<RecordedUnit> recorded(Memory memory, Map<String, Long> settings) {
        return Optional.of(new RecordedSmmu(memory, settings));
    }

    @Override
    public Iommu declare(Sizes sizes, Setting setting, ModelBuilder model) {
        return new SmmuIommu(sizes, new SmmuSetting(setting), model);
    }
}
