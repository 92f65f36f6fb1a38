package dev.moat.iommu.vtd.family;

import dev.moat.firmware.AcpiTable;
import dev.moat.firmware.UnitDescription;
import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Interrupts;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Memory;
import dev.moat.iommu.RecordedUnit;
import dev.moat.iommu.RegisterUnit;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.vtd.recorded.RecordedVtd;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.SchemaBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Intel VT-d in legacy mode: root and context tables, second-level tables, a queue or registers. */
public final class VtdFamily implements Family {
    @Override
    public String id() {
        return Families.DEFAULT;
    }

    @Override
    public String says() {
        return "Intel VT-d, legacy mode: context entries, second-level tables, DIDs, the invalidation queue or registers.";
    }

    @Override
    public List<Parameter> parameters() {
        return VtdSetting.PARAMETERS;
    }

    @Override
    public List<String> parametersFor(Capabilities.Trait trait) {
        return switch (trait) {
            case ALLOCATED_TAGS -> List.of("dids");
            case LATE_STORES -> List.of("write-buffer", "coherent");
            case CACHED_ABSENCE -> List.of("caching-mode");
            case CACHED_TABLES -> List.of("paging-caches");
            case ONE_COMMAND -> List.of("invalidation");
            case NO_DRAIN -> List.of("drain");
            case NO_REWALK -> List.of("rewalk");
            case DEVICE_TLBS -> List.of("device-tlb");
            default -> List.of();
        };
    }

    @Override
    public List<String> parametersFor(Use use) {
        return switch (use) {
            case OWN_ACTIONS -> List.of("walks", "context-cache", "fault-records", "paging-caches", "device-tlb");
            case OVERLAP -> List.of("completion");
            case WRONG_REQUESTS -> List.of("queue-recovery");
            case DEFAULT_DOMAINS -> List.of("sound-device");
            case MOVED_DEVICES -> List.of();
        };
    }

    @Override
    public boolean readsThroughSlots() {
        return true;
    }

    @Override
    public List<InjectedFault> faults() {
        return VtdFaults.ALL;
    }

    @Override
    public List<InjectedFault> omissions() {
        return VtdFaults.OMISSIONS;
    }

    @Override
    public Capabilities capabilities(Setting setting) {
        return new VtdSetting(setting).capabilities();
    }

    @Override
    public Optional<AcpiTable> firmwareTable(UnitDescription unit) {
        return Optional.of(DmarTable.of(unit));
    }

    @Override
    public Optional<Interrupts> interrupts() {
        return Optional.of(new VtdInterrupts());
    }

    @Override
    public Optional<RegisterUnit> registers(SchemaBuilder schema, String prefix, Memory memory) {
        return Optional.of(new VtdRegisterUnit(schema, prefix, memory));
    }

    @Override
    public Optional<RecordedUnit> recorded(Memory memory, Map<String, Long> settings) {
        return Optional.of(new RecordedVtd(memory, settings));
    }

    @Override
    public Iommu declare(Sizes sizes, Setting setting, ModelBuilder model) {
        return new VtdIommu(sizes, new VtdSetting(setting), model);
    }
}
