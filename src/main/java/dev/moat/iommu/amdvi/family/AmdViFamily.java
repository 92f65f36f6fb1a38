package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Memory;
import dev.moat.iommu.RecordedUnit;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.amdvi.request.RecordedAmdVi;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** AMD-Vi: device table, host page tables, DomainIDs, the command buffer. */
public final class AmdViFamily implements Family {
    @Override
    public String id() {
        return "amd-vi";
    }

    @Override
    public String says() {
        return "AMD-Vi: device table, host page tables of up to six levels, DomainIDs, the command buffer and its completion waits.";
    }

    @Override
    public List<Parameter> parameters() {
        return AmdViParameters.ALL;
    }

    @Override
    public List<String> parametersFor(Capabilities.Trait trait) {
        return switch (trait) {
            case CACHED_ABSENCE -> List.of(AmdViParameters.NP_CACHE);
            case CACHED_TABLES -> List.of(AmdViParameters.DIRECTORY_CACHE);
            case NO_DRAIN -> List.of(AmdViParameters.DRAIN);
            case NO_REWALK -> List.of(AmdViParameters.REWALK);
            default -> List.of();
        };
    }

    @Override
    public List<String> parametersFor(Use use) {
        return switch (use) {
            case OWN_ACTIONS ->
                List.of(
                        AmdViParameters.WALKS,
                        AmdViParameters.DEVICE_CACHE,
                        AmdViParameters.DIRECTORY_CACHE,
                        AmdViParameters.EVENT_LOG,
                        AmdViParameters.RESTART);
            case OVERLAP -> List.of(AmdViParameters.COMPLETION);
            case MOVED_DEVICES -> List.of(AmdViParameters.ENTRY_UPDATE);
            case DEFAULT_DOMAINS -> List.of(AmdViParameters.PASID_DEVICE);
            case WRONG_REQUESTS -> List.of();
        };
    }

    @Override
    public boolean readsThroughSlots() {
        return true;
    }

    @Override
    public List<InjectedFault> faults() {
        return AmdViFaults.ALL;
    }

    @Override
    public Capabilities capabilities(Setting setting) {
        return new AmdViSetting(setting).capabilities();
    }

    @Override
    public Optional<RecordedUnit> recorded(Memory memory, Map<String, Long> settings) {
        return Optional.of(new RecordedAmdVi(memory, settings));
    }

    @Override
    public Iommu declare(Sizes sizes, Setting setting, ModelBuilder model) {
        return new AmdViIommu(sizes, new AmdViSetting(setting), model);
    }
}
