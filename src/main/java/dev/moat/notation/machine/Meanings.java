package dev.moat.notation.machine;

import dev.moat.iommu.Iommu;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.vocabulary.FoundRelations;
import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Suggestion;
import dev.moat.notation.core.BackEnd;
import dev.moat.notation.core.EngineCode;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.ReadSurvey;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Item;
import dev.moat.state.Abstraction;
import dev.moat.state.OwnProperty;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What states of a machine mean, to invariants and to the discipline. */
final class Meanings {
    private static final List<String> IMPORTS =
            List.of("iommu.relations", "iommu.drains", "iommu.unseen-stores", "iommu.known-names");

    private final Declaration machine;
    private final BackEnd code;

    Meanings(Declaration machine, BackEnd code) {
        this.machine = machine;
        this.code = code;
    }

    void declare(ModelBuilder model) {
        List<Program.Part> parts = machine.program().parts();
        Set<String> used = used(parts);
        if (machine.hasUnit()) {
            Sizes sizes = machine.unit().sizes();
            List.of(
                            sizes.requesters().sort(),
                            sizes.requesters().units(),
                            sizes.spaces().sort(),
                            sizes.addresses().pages(),
                            sizes.addresses().frames(),
                            machine.unit().tags().sort())
                    .forEach(s -> used.add(s.name()));
        }
        declare(parts, used, model.abstraction(), model.abstraction());
        for (Program.Part part : parts) {
            if (part instanceof Program.Discipline d) {
                discipline(d, model);
            }
        }
    }

    private void discipline(Program.Discipline d, ModelBuilder model) {
        if (d.unless() != null && machine.holds(d.unless())) {
            model.notCompared(d.reason());
            return;
        }
        Abstraction own = new Abstraction();
        Set<String> used = used(d.parts());
        Set<String> mine = new HashSet<>();
        // Its own sorts stand behind all others, and the last one of a name is the one that counts here.
        for (Program.Sort s : machine.program().sorts()) {
            if (used.contains(s.name())) {
                mine.add(s.name());
            }
        }
        mine.forEach(name -> {
            Sort last = last(name);
            if (!last.equals(machine.sort(name))) {
                own.sort(last);
            }
        });
        relations(d.parts(), own, model.abstraction(), true);
        model.comparedByDifference(own);
    }

    private Sort last(String name) {
        List<Program.Sort> all = machine.program().sorts();
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).name().equals(name)) {
                return machine.sort(all.get(i));
            }
        }
        throw new IllegalStateException(name);
    }

    private static Set<String> used(List<Program.Part> parts) {
        Set<String> used = new HashSet<>();
        for (Program.Part part : parts) {
            if (part instanceof Program.Relation r) {
                r.places().forEach(p -> used.add(p.sort()));
            } else if (part instanceof Program.Never n) {
                used.addAll(n.sorts());
            }
        }
        return used;
    }

    private void declare(List<Program.Part> parts, Set<String> used, Abstraction to, Abstraction from) {
        Set<String> declared = new HashSet<>();
        for (Program.Sort s : machine.program().sorts()) {
            if (used.contains(s.name()) && declared.add(s.name())) {
                to.sort(machine.sort(s));
            }
        }
        relations(parts, to, from, false);
    }

    private void relations(List<Program.Part> parts, Abstraction to, Abstraction from, boolean ofDiscipline) {
        for (Program.Part part : parts) {
            if (part instanceof Program.Relation r && machine.holds(r.condition())) {
                List<Sort> places = new ArrayList<>();
                r.places().forEach(p -> places.add(ofDiscipline ? last(p.sort()) : machine.sort(p.sort())));
                requireNew(to, r.name(), r.code().at());
                machine.survey(r.code());
                to.relation(r.name(), places, code.relation(r.code()), reads(r.code()));
            } else if (part instanceof Program.Never n && machine.holds(n.condition())) {
                List<Sort> places = new ArrayList<>();
                n.sorts().forEach(s -> places.add(ofDiscipline ? last(s) : machine.sort(s)));
                requireNew(to, n.name(), n.at());
                to.never(n.name(), places);
            } else if (part instanceof Program.Property p) {
                to.property(property(p));
            } else if (part instanceof Program.Import i) {
                imported(i, to, from);
            }
        }
    }

    private OwnProperty property(Program.Property p) {
        Item.Property item = p.item();
        return new OwnProperty(
                item.id(),
                item.says(),
                machine.program().tree().source().file(),
                item.at().line(),
                item.at().column(),
                p.places().stream().map(Program.Formal::name).toList(),
                p.places().stream().map(Program.Formal::sort).toList());
    }

    private void requireNew(Abstraction to, String name, At at) {
        if (to.relation(name).isPresent()) {
            throw machine.error(at, "relation '" + name + "' has two meanings in this machine");
        }
    }

    private Relation.Reads reads(EngineCode relation) {
        return (footprint, a, b, c, d, e) -> ReadSurvey.read(machine.bound(), relation, footprint, a, b, c, d, e);
    }

    private void imported(Program.Import i, Abstraction to, Abstraction from) {
        if (!machine.hasUnit()) {
            throw machine.error(i.at(), "there is no unit that gives anything a meaning");
        }
        Iommu iommu = machine.unit();
        switch (i.what()) {
            case "iommu.relations" -> HardwareRelations.declareAll(iommu, to);
            case "iommu.drains" -> FoundRelations.drains(iommu, to);
            case "iommu.unseen-stores" -> FoundRelations.unseenStores(iommu, from, to);
            case "iommu.known-names" -> FoundRelations.known(iommu, from, to);
            default ->
                throw machine.error(
                        i.at(), "nothing is named '" + i.what() + "'" + Suggestion.among(i.what(), IMPORTS));
        }
    }
}
