package dev.moat.check.mutants;

import dev.moat.model.Actor;
import dev.moat.model.Component;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.scenario.Catalog;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import java.util.List;

/** The reference model, whose IOMMU also counts to three where nobody looks. */
public final class Scribbler implements Component {
    static final String NAME = Scribbler.class.getName();

    private final Component real = Catalog.load().component("r1");

    @Override
    public String id() {
        return "scribbler";
    }

    @Override
    public String says() {
        return real.says();
    }

    @Override
    public List<Parameter> parameters() {
        return real.parameters();
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        real.build(setting, model);
        Slots count =
                model.schema().slots("scribbled", Role.CACHE, Writer.IOMMU).bits(2);
        model.action("scribble", Actor.IOMMU, List.of(), (s, a, b, c, d, e) -> {
            if (count.get(s) == 3) {
                return false;
            }
            count.set(s, count.get(s) + 1);
            return true;
        });
    }
}
