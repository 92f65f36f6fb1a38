package dev.moat.iommu.gart.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Sizes;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/** AMD's GART: one window for all devices, no rights, no tags, everything outside of it as it is. */
public final class GartFamily implements Family {
    @Override
    public String id() {
        return "gart";
    }

    @Override
    public String says() {
        return "AMD's GART: one window for all devices, without rights; what lies outside reaches memory as it is.";
    }

    @Override
    public List<Parameter> parameters() {
        return GartSetting.PARAMETERS;
    }

    @Override
    public List<String> parametersFor(Capabilities.Trait trait) {
        return switch (trait) {
            case CACHED_ABSENCE -> List.of("unmapped");
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
        return List.of(new InjectedFault(
                "flush.not-asked",
                "A northbridge is not asked to empty its TLB, and the driver goes on as if it had.",
                "derived: Linux amd_flush_garts leaves a node out",
                List.of("no-stale"),
                "operation",
                e -> e.decide("flush.asks", (s, node, b, c) -> 0)));
    }

    @Override
    public List<InjectedFault> callFaults() {
        return List.of(
                new InjectedFault(
                        "gpte.high-bits-lost",
                        "An entry is made without bits 39:32 of the address that it leads to.",
                        "derived: Linux GPTE_ENCODE, for a page above 4 GiB",
                        List.of("live-mapping-is-readable", "live-mapping-is-writable"),
                        "operation",
                        e -> e.decide("gpte.high-bits", (s, bits, b, c) -> 0)),
                new InjectedFault(
                        "resume.one-node",
                        "After a suspension only the first northbridge gets translation enabled again.",
                        "Linux amd_gart_64.c: gart_fixup_northbridges, for every one",
                        List.of("legitimate-dma-passes"),
                        "operation",
                        e -> e.decide("resume.enables", (s, node, b, c) -> node == 0 ? 1 : 0)));
    }

    @Override
    public Capabilities capabilities(Setting setting) {
        return new GartSetting(setting).capabilities();
    }

    @Override
    public Iommu declare(Sizes sizes, Setting setting, ModelBuilder model) {
        return new GartIommu(sizes, new GartSetting(setting), model);
    }
}
