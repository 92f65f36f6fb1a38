package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.Model;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.Scenario;
import dev.moat.state.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What devices get is judged in every scenario that holds, wherever the machine gives it a meaning: a translation that ends in a page
 * of I/O tables, or outside of the memory that is modelled, is no frame's, so that no other property sees it.
 */
class JudgedAlwaysTest {
    /** Scenarios without the property, and why. */
    private static final Map<String, String> EXCUSED = Map.ofEntries(
            Map.entry("iommu-api-gart", "what is not mapped leads to the scratch page, which is none of the frames"),
            Map.entry("iommu-api-gart-high", "as iommu-api-gart"),
            Map.entry("iommu-api-gart-lazy", "as iommu-api-gart"),
            Map.entry("iommu-api-gart-two-frames", "as iommu-api-gart"),
            Map.entry("dma-gart-full-flush", "as iommu-api-gart"),
            Map.entry("dma-gart-held-back", "as iommu-api-gart"),
            Map.entry("dma-gart-list-within", "as iommu-api-gart"),
            Map.entry("dma-gart-queue", "as iommu-api-gart"),
            Map.entry("dma-gart-strict", "as iommu-api-gart"),
            Map.entry("dma-gart-two-nodes", "as iommu-api-gart"),
            Map.entry("xen-gart-scratch", "as iommu-api-gart"),
            Map.entry("spaces-dma-untranslated", "an untranslated bus lets a device address whatever there is"),
            Map.entry("spaces-untranslated-other", "an untranslated bus lets a device address whatever there is"),
            Map.entry("xen-maptrack", "no device has an IOMMU"),
            Map.entry("xen-maptrack-grow", "no device has an IOMMU"),
            Map.entry("xen-maptrack-steal", "no device has an IOMMU"),
            Map.entry("xen-maptrack-steal-few", "no device has an IOMMU"),
            Map.entry("xen-op-maptrack-steal", "no device has an IOMMU"),
            Map.entry("xen-small-copy-transitive", "no device has an IOMMU"),
            Map.entry("xen-small-copy-version-2", "no device has an IOMMU"),
            Map.entry("xen-v2-partial", "no device has an IOMMU"));

    private static List<Scenario> held() {
        return Committed.described().stream()
                .filter(s -> List.of("default", "extra", "deep").contains(s.set()))
                .filter(s -> !s.expect().violated())
                // The discipline has every relation of the vocabulary, and no unit that could answer otherwise.
                .filter(s -> !s.machine().component().equals("discipline"))
                .toList();
    }

    @Test
    void whatEndsElsewhere() {
        String property = "no-request-strays";
        Catalog catalog = Catalog.load();
        List<String> missing = new ArrayList<>();
        int judged = 0;
        for (Scenario s : held()) {
            boolean judges = s.hold().contains(property);
            judged += judges ? 1 : 0;
            if (!judges && means(catalog.model(s.machine()), "strayR")) {
                missing.add(s.id());
            }
        }
        assertThat(judged).isGreaterThan(100);
        assertThat(missing).containsExactlyInAnyOrderElementsOf(EXCUSED.keySet());
    }

    private static boolean means(Model model, String relation) {
        return model.abstraction().relations().stream().map(Relation::name).anyMatch(relation::equals);
    }
}
