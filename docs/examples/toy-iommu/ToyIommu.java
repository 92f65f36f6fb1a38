package example;

import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import java.util.List;

/**
 * A component of one's own: two domains, a device each, one table entry and one cached translation per domain. It is
 * judged by the same invariant files as VT-d, because it says what its state means in the same vocabulary.
 */
public final class ToyIommu implements Component {
    private Sort domains;
    private Sort frames;
    private Slots owner;
    private Slots entry;
    private Slots cached;

    @Override
    public String id() {
        return "toy-iommu";
    }

    @Override
    public String says() {
        return "A table of one entry and a cache of one translation per domain.";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.number("frames", "Machine frames.", 2, 1, 8));
    }

    @Override
    public List<InjectedFault> faults() {
        return List.of(new InjectedFault(
                "take.no-invalidation",
                "A frame changes hands while its old translation is still cached.",
                "the oldest one of all",
                List.of("no-foreign", "no-stale"),
                "operation",
                edits -> edits.decide("take.invalidates", (s, a, b, c) -> 0)));
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        domains = Sort.numbered("Dom", "d", 2);
        frames = Sort.numbered("Frame", "f", setting.number("frames"));
        // 1. The state: who owns a frame, what each domain's table and cache hold.
        owner = model.schema()
                .slots("owner", Role.HYPERVISOR, Writer.HYPERVISOR, frames)
                .optional(domains);
        entry = model.schema()
                .slots("entry", Role.ARCHITECTURAL, Writer.HYPERVISOR, domains)
                .optional(frames);
        cached = model.schema().slots("cached", Role.CACHE, Writer.IOMMU, domains).optional(frames);
        // 2. Decisions, where faults can be injected.
        Decision invalidates = model.decision("take.invalidates", (s, d, f, c) -> 1);
        // 3. The steps: a guard that answers false, or an effect in place.
        Argument d = new Argument("d", domains);
        Argument f = new Argument("f", frames);
        model.action("give", Actor.HYPERVISOR, List.of(d, f), (s, dom, frame, x, y, z) -> {
            if (owner.get(s, frame) != 0 || entry.get(s, dom) != 0) {
                return false;
            }
            owner.set(s, frame, dom + 1);
            entry.set(s, dom, frame + 1);
            return true;
        });
        model.action("take", Actor.HYPERVISOR, List.of(d, f), (s, dom, frame, x, y, z) -> {
            if (owner.get(s, frame) != dom + 1) {
                return false;
            }
            owner.set(s, frame, 0);
            entry.set(s, dom, 0);
            if (invalidates.decide(s, dom, frame, 0) != 0) {
                cached.set(s, dom, 0);
            }
            return true;
        });
        model.action("dma", Actor.DEVICE, List.of(d), (s, dom, b, x, y, z) -> {
            if (cached.get(s, dom) != 0 || entry.get(s, dom) == 0) {
                return false;
            }
            cached.set(s, dom, entry.get(s, dom));
            return true;
        });
        // 4. What the state means.
        meaning(model.abstraction());
    }

    private void meaning(Abstraction to) {
        Sort units = Sort.numbered("Unit", "u", 1);
        Sort pages = Sort.numbered("Page", "p", 1);
        Sort devices = Sort.numbered("Req", "dev", 2);
        Sort tags = Sort.numbered("Tag", "t", 2);
        Sort spaces = Sort.numbered("Space", "s", 2);
        // A sort without elements: nothing to say about holds here.
        Sort holds = Sort.numbered("Hold", "k", 0);
        List.of(domains, frames, units, pages, devices, tags, spaces, holds).forEach(to::sort);
        Relation.Reads nothing = (footprint, a, b, c, d, e) -> {};
        RelationCode never = (s, a, b, c, d, e) -> false;
        to.relation("owner", List.of(frames, domains), (s, f, d, c, e, g) -> owner.get(s, f) == d + 1);
        to.relation("notdma", List.of(frames), never, nothing);
        to.relation("assigned", List.of(devices, domains), (s, q, d, c, e, g) -> q == d, nothing);
        List<Sort> contexts = List.of(units, devices, spaces, tags);
        to.relation("ent", contexts, (s, u, q, x, t, e) -> q == x && q == t, nothing);
        to.relation("cent", contexts, never, nothing);
        to.relation("stands", List.of(units, tags, spaces), (s, u, t, x, d, e) -> t == x, nothing);
        to.relation("for", List.of(spaces, domains), (s, x, d, c, e, g) -> x == d, nothing);
        RelationCode inTable = (s, x, p, f, d, e) -> entry.get(s, x) == f + 1;
        to.relation("mapR", List.of(spaces, pages, frames), inTable);
        to.relation("mapW", List.of(spaces, pages, frames), inTable);
        RelationCode inCache = (s, u, t, p, f, e) -> cached.get(s, t) == f + 1;
        to.relation("mayR", List.of(units, tags, pages, frames), inCache);
        to.relation("mayW", List.of(units, tags, pages, frames), inCache);
        List<Sort> flights = List.of(units, devices, tags, pages, frames);
        to.relation("flyR", flights, never, nothing);
        to.relation("flyW", flights, never, nothing);
        to.relation("dirty", List.of(units, tags, pages), never, nothing);
    }
}
