package dev.moat.reference;

import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.setting.Parameter;
import dev.moat.model.setting.Setting;
import java.util.List;

/** The reference model as a component: owners, grants, handles, one table and one cache per domain, all atomic. */
public final class R1 implements Component {
    @Override
    public String id() {
        return "r1";
    }

    @Override
    public String says() {
        return "Reference model: owners, grants, handles, one table and one translation cache per domain, all atomic.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("domains", "Domains D, each with one device.", 2, 1, 4),
                Parameter.number(
                        "frames", "Machine frames F; a domain whose number is larger starts without one.", 2, 1, 8),
                Parameter.number("refs", "Grant references per domain R.", 1, 1, 4),
                Parameter.number("handles", "Mapping handles per domain H.", 1, 1, 4));
    }

    @Override
    public List<InjectedFault> faults() {
        return List.of(
                fault("free.keeps-table-entry", "Free leaves the table entry of the old owner.", List.of("no-foreign")),
                fault(
                        "free.keeps-cache-entry",
                        "Free leaves the cached translation of the old owner.",
                        List.of("no-foreign", "no-stale")),
                fault("unmap.keeps-table-entry", "Unmap leaves the table entry as it was.", List.of("no-foreign")),
                fault(
                        "unmap.no-invalidation",
                        "Unmap never invalidates the cached translation.",
                        List.of("no-foreign", "no-stale")),
                fault(
                        "unmap.demotion-not-invalidated",
                        "Unmap invalidates only when nothing is left: a demotion from RW to R is not flushed.",
                        List.of("no-foreign", "no-stale", "demotion-invalidated")),
                fault(
                        "map.ignores-read-only",
                        "Map ignores a grant's read-only mark; these invariants judge a mapping by its handle and miss it.",
                        List.of()));
    }

    private static InjectedFault fault(String id, String says, List<String> breaks) {
        return new InjectedFault(
                id, says, "reference model", breaks, "operation", edits -> edits.decide(id, (s, a, b, c) -> 1));
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        R1State state = new R1State(setting, model.schema());
        model.schema().readsThroughSlots();
        new R1Actions(state, model).declare();
        R1Abstraction.declare(state, model.abstraction());
        new R1Claims(state).declare(model);
        model.initially(state::initial);
    }
}
