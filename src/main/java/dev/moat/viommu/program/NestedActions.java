package dev.moat.viommu.program;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.viommu.state.Nesting;
import dev.moat.viommu.state.ViommuSetting;
import java.util.List;

/** What devices and the physical unit do under nested translation: requests fill a cache of what both levels come to. */
public final class NestedActions {
    private final ViommuSetting setting;
    private final Nesting nesting;
    private final ModelBuilder model;

    public NestedActions(ViommuSetting setting, Nesting nesting, ModelBuilder model) {
        this.setting = setting;
        this.nesting = nesting;
        this.model = model;
    }

    public void declare() {
        Argument device = new Argument("device", setting.devices);
        Argument page = new Argument("page", setting.pages);
        model.action(
                setting.nestedWalks ? "nested_request" : "nested_dma",
                Actor.DEVICE,
                List.of(device, page, new Argument("access", Nesting.access())),
                (s, q, p, write, d, e) -> nesting.request(s, q, p, write == 1));
        if (setting.nestedWalks) {
            model.action("nested_flight", Actor.IOMMU, List.of(device), (s, q, b, c, d, e) -> nesting.goOn(s, q));
        }
        model.action("evict_nested", Actor.IOMMU, List.of(device, page), (s, q, p, c, d, e) -> nesting.evict(s, q, p));
        model.action(new Action(
                "forget_nested",
                Actor.IOMMU,
                List.of(device),
                ModelBuilder.all(),
                (s, q, b, c, d, e) -> nesting.forget(s, q),
                true,
                "stutter"));
    }
}
