package dev.moat.check.mutants;

import dev.moat.check.mutants.RelationMutant.What;
import dev.moat.model.Component;
import dev.moat.model.Model;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The trivial variants of each relation of an abstraction, as far as a run of a scenario can tell them from the relation. */
final class RelationMutants {
    private static final String UNIT = "Unit";
    /** Pairs of reading and writing that are not named with R and W at their end. */
    private static final Map<String, String> PAIRS = Map.of("reading", "writing");

    private final Component component;
    private final String kind;
    private final Model model;
    private final Map<String, Samples> samples;

    /**
     * @param kind the component and its kind, as mutants name it
     * @param samples of what the run asked
     */
    public RelationMutants(Component component, String kind, Model model, Map<String, Samples> samples) {
        this.component = component;
        this.kind = kind;
        this.model = model;
        this.samples = samples;
    }

    /** All of them, in the order of the relations. */
    public List<ComponentMutant> all() {
        List<ComponentMutant> mutants = new ArrayList<>();
        for (Relation r : model.abstraction().relations()) {
            if (saw(r.name(), false)) {
                add(mutants, r, What.TRUE, "");
            }
            if (saw(r.name(), true)) {
                add(mutants, r, What.FALSE, "");
                withoutUnits(mutants, r);
            }
            String other = written(r);
            if (!other.isEmpty() && (saw(r.name(), true) || saw(other, true))) {
                add(mutants, r, What.SWAPPED, other);
            }
            leftOut(mutants, r);
        }
        return mutants;
    }

    private boolean saw(String relation, boolean value) {
        return Objects.requireNonNull(samples.get(relation)).saw(value);
    }

    private void add(List<ComponentMutant> to, Relation r, What what, String which) {
        to.add(new RelationMutant(subject(r), r.name(), what, which));
    }

    /**
     * What a component's own packages declare is the same code whatever its kind, and one mutant for all of them; what others
     * declare for it, as the families of IOMMUs do, is judged for each kind.
     */
    private String subject(Relation r) {
        String own = component.getClass().getPackageName();
        String declared = r.code().getClass().getPackageName();
        // Who has nothing of the kind says so in the word that all have for it.
        return r.isNever() || declared.equals(own) || declared.startsWith(own + ".") ? component.id() : kind;
    }

    private void withoutUnits(List<ComponentMutant> to, Relation r) {
        for (Sort place : r.places()) {
            if (place.name().equals(UNIT) && place.size() > 1) {
                place.labels().forEach(unit -> add(to, r, What.WITHOUT_UNIT, unit));
            }
        }
    }

    /** The relation that is to writing what this one is to reading, over the same sorts; empty where there is none. */
    private String written(Relation r) {
        String name = r.name();
        String base = name.endsWith("R") ? name.substring(0, name.length() - 1) : name;
        String other = PAIRS.getOrDefault(name, base + "W");
        return model.abstraction()
                .relation(other)
                .filter(w -> w.places().equals(r.places()))
                .map(Relation::name)
                .orElse("");
    }

    /** Everything that its atoms read is left out in turn. */
    private void leftOut(List<ComponentMutant> to, Relation r) {
        Footprint reads = new Footprint(model.schema());
        int[] args = new int[5];
        for (int n = 0; n < r.atoms(); n++) {
            r.place(n, args);
            r.reads().add(reads, args[0], args[1], args[2], args[3], args[4]);
        }
        Samples asked = Objects.requireNonNull(samples.get(r.name()));
        for (Slots f : model.schema().families()) {
            if (f.varying() != 0 && isRead(reads, f) && asked.dependsOn(f)) {
                add(to, r, What.WITHOUT, f.name());
            }
        }
    }

    private static boolean isRead(Footprint reads, Slots f) {
        for (int i = 0; i < f.size(); i++) {
            if ((reads.word(f.wordOf(i)) & f.varying() << f.shiftOf(i)) != 0) {
                return true;
            }
        }
        return false;
    }
}
