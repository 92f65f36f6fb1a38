package dev.moat.iommu.riscv.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Memory;
import dev.moat.iommu.RecordedUnit;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.riscv.recorded.RecordedRiscv;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The RISC-V IOMMU: device contexts, first-stage or second-stage page tables, PSCIDs or GSCIDs, the command queue. */
public final class RiscvFamily implements Family {
    @Override
    public String id() {
        return "riscv";
    }

    @Override
    public String says() {
        return "RISC-V IOMMU: device contexts, page tables of a first stage with PSCIDs or a second stage with GSCIDs, the command queue"
                + " and its fences.";
    }

    @Override
    public List<Parameter> parameters() {
        return RiscvSetting.ALL;
    }

    @Override
    public List<String> parametersFor(Capabilities.Trait trait) {
        return switch (trait) {
            case CACHED_TABLES -> List.of(RiscvSetting.TABLE_CACHE);
            case NO_DRAIN -> List.of(RiscvSetting.FENCE);
            case NO_REWALK -> List.of(RiscvSetting.REWALK);
            default -> List.of();
        };
    }

    @Override
    public List<String> parametersFor(Use use) {
        return switch (use) {
            case OWN_ACTIONS -> List.of(RiscvSetting.WALKS, RiscvSetting.CONTEXT_CACHE, RiscvSetting.TABLE_CACHE);
            case OVERLAP -> List.of(RiscvSetting.EXECUTION);
            case MOVED_DEVICES, DEFAULT_DOMAINS, WRONG_REQUESTS -> List.of();
        };
    }

    @Override
    public boolean readsThroughSlots() {
        return true;
    }

    @Override
    public List<InjectedFault> faults() {
        return RiscvFaults.ALL;
    }

    @Override
    public Capabilities capabilities(Setting setting) {
        return new RiscvSetting(setting).capabilities();
    }

    @Override
    public Optional<RecordedUnit> recorded(Memory memory, Map<String, Long> settings) {
        return Optional.of(new RecordedRiscv(memory, settings));
    }

    @Override
    public Iommu declare(Sizes sizes, Setting setting, ModelBuilder model) {
        return new RiscvIommu(sizes, new RiscvSetting(setting), model);
    }
}
