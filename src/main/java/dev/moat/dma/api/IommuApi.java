package dev.moat.dma.api;

import dev.moat.iommu.Families;
import dev.moat.model.Component;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A kernel's calls of its IOMMU API, one by one as a trace records them, over an IOMMU with real entries,
 * real requests to forget, and a cache that devices fill. The kernel is not modelled: it is what made the calls. A policy restricts
 * them to those of a kernel that keeps a promise.
 */
public final class IommuApi implements Component {
    /** As in scenarios and counterexamples. */
    public static final String ID = "iommu-api";

    static final String IOMMU = "iommu";
    /** Where a family's own default is for searches of other software: room for the largest number of pages. */
    private static final Map<String, String> DEFAULTS = Map.of("index-bits", "2");

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "Linux's IOMMU API call by call (map, unmap, flush, return) over a VT-d unit with queue and IOTLB.";
    }

    @Override
    public List<Parameter> parameters() {
        return parameters(Map.of());
    }

    @Override
    public List<Parameter> parameters(Map<String, String> given) {
        List<Parameter> all = new ArrayList<>(own());
        Families.find(given.getOrDefault(IOMMU, Families.DEFAULT))
                .orElseGet(() -> Families.get(Families.DEFAULT))
                .parameters()
                .forEach(p -> all.add(p.initially(DEFAULTS.getOrDefault(p.name(), p.initial()))));
        return all;
    }

    private static List<Parameter> own() {
        return List.of(
                Parameter.choice(
                        IOMMU,
                        "Which IOMMU there is.",
                        Families.DEFAULT,
                        Families.ids().toArray(String[]::new)),
                Parameter.number(
                        "domains", "Domains, each with one device and the DID of its number plus one.", 1, 1, 2),
                Parameter.number("pages", "I/O pages of each domain.", 2, 1, 16),
                Parameter.number("frames", "Frames that can be mapped.", 2, 1, 4),
                Parameter.choice(
                                "kernel",
                                "Which calls are possible: any; lazy, addresses and frames are handed out again only after"
                                        + " their invalidation; strict, unmap also returns only then.",
                                "any",
                                "any",
                                "lazy",
                                "strict")
                        .asPolicy());
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        ApiState state = new ApiState(setting, model);
        new ApiActions(state, model).declare();
        ApiAbstraction.declare(state, model.abstraction());
        model.initially(state::initial);
    }
}
