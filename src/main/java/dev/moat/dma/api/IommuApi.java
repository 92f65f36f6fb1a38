package dev.moat.dma.api;

import dev.moat.iommu.Families;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
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
    private static final List<InjectedFault> OWN_FAULTS = List.of(
            new InjectedFault(
                    "map.returns-before-flush",
                    "A map returns before the unit has forgotten that nothing was mapped.",
                    "derived: Linux amd_gart_64.c, flush_gart after the entries of a map",
                    List.of("legitimate-dma-passes"),
                    "operation",
                    e -> e.decide("map.flushes", (s, domain, page, c) -> 0)),
            new InjectedFault(
                    "unmap.keeps-line",
                    "An unmap does not write the line of its entry back.",
                    "Linux tce_64.c: flush_tce after each entry; the chip reads past CPU caches",
                    List.of("no-stale", "no-foreign"),
                    "operation",
                    e -> e.decide("unmap.writes-back", (s, domain, page, c) -> 0)),
            new InjectedFault(
                    "unmap.forgets-a-unit",
                    "An invalidation asks the first unit only, although the domain has devices behind others.",
                    "derived: Linux amd_flush_garts leaves a node out",
                    List.of("no-stale", "nothing-lingers"),
                    "operation",
                    e -> e.decide("invalidation.unit", (s, domain, unit, c) -> unit == 0 ? 1 : 0)));

    /** Where a family's own default is for searches of other software: room for the largest number of pages. */
    private static final Map<String, String> DEFAULTS = Map.of("index-bits", "2");

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String says() {
        return "Linux's IOMMU API call by call (map, unmap, flush, return) over the units of an IOMMU and their caches.";
    }

    @Override
    public List<Parameter> parameters() {
        return parameters(Map.of());
    }

    @Override
    public List<Parameter> parameters(Map<String, String> given) {
        List<Parameter> all = new ArrayList<>(own());
        all.addAll(Families.parameters(given, Families.DEFAULT, DEFAULTS));
        return all;
    }

    @Override
    public String kind(Map<String, String> given) {
        return given.getOrDefault(IOMMU, Families.DEFAULT);
    }

    @Override
    public List<InjectedFault> faults() {
        List<InjectedFault> all = new ArrayList<>(OWN_FAULTS);
        Families.all().forEach(family -> all.addAll(family.callFaults()));
        return all;
    }

    private static List<Parameter> own() {
        return List.of(
                Families.parameter(Families.DEFAULT),
                Parameter.number(
                        "domains", "Domains; where tags are free, each has that of its number plus one.", 1, 1, 2),
                Parameter.number(
                        "devices", "Devices of each domain; device q is one of domain q modulo domains.", 1, 1, 2),
                Parameter.number("units", "Units of the IOMMU; devices are spread over them in turn.", 1, 1, 2),
                Parameter.number("pages", "I/O pages of each domain.", 2, 1, 16),
                Parameter.number("frames", "Frames that can be mapped.", 2, 1, 4),
                Parameter.flag(
                        "directions",
                        "Whether a page is mapped to or from the device: what is mapped for reading must not be written, and what"
                                + " is mapped has to be reached.",
                        false),
                Parameter.flag(
                        "high-frames", "Whether frames lie above 4 GiB, instead of at the numbers of pages.", false),
                Parameter.choice(
                                "groups",
                                "Whether devices that the IOMMU cannot tell apart have to be in one domain.",
                                ApiSetting.RESPECTED,
                                ApiSetting.RESPECTED,
                                "ignored")
                        .asPolicy(),
                Parameter.choice("kernel", ApiSetting.Kernel.SAYS, "any", ApiSetting.Kernel.words())
                        .asPolicy());
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        model.software("kernel");
        ApiState state = new ApiState(setting, model);
        new ApiActions(state, model).declare();
        ApiAbstraction.declare(state, model.abstraction());
        model.comparedByDifference(ApiDiscipline.of(state, model.abstraction()));
        model.initially(state::initial);
    }
}
