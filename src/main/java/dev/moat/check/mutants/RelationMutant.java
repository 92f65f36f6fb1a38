package dev.moat.check.mutants;

import dev.moat.model.Model;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Slots;
import java.util.List;

/**
 * A relation, or a pair of relations, of an abstraction that means something else.
 *
 * @param subject the component and its kind
 * @param relation its name
 * @param what the change
 * @param which what is left out, the other relation of a pair, or empty
 */
public record RelationMutant(String subject, String relation, What what, String which) implements ComponentMutant {
    private static final String UNIT = "Unit";

    /** A change of a meaning. */
    public enum What {
        /** Holds of everything. */
        TRUE,
        /** Holds of nothing. */
        FALSE,
        /** The pair of reading and writing in each other's place. */
        SWAPPED,
        /** Read as if a family of slots had the values that it starts with. */
        WITHOUT,
        /** Holds of nothing at one unit. */
        WITHOUT_UNIT
    }

    @Override
    public String id() {
        String change = switch (what) {
            case TRUE -> "always";
            case FALSE -> "never";
            case SWAPPED -> "swapped with " + which;
            case WITHOUT -> "without " + which;
            case WITHOUT_UNIT -> "without unit " + which;
        };
        return "relation " + subject + " " + relation + " " + change;
    }

    @Override
    public List<String> relations() {
        return what == What.SWAPPED ? List.of(relation, which) : List.of(relation);
    }

    @Override
    public boolean fits(Model model) {
        return switch (what) {
            case TRUE, FALSE, SWAPPED -> true;
            case WITHOUT -> model.schema().family(which).isPresent();
            case WITHOUT_UNIT ->
                model.abstraction()
                        .sort(UNIT)
                        .filter(u -> u.labels().contains(which))
                        .isPresent();
        };
    }

    @Override
    public Model apply(Model model) {
        Abstraction from = model.abstraction();
        Abstraction to = new Abstraction();
        from.sorts().forEach(to::sort);
        for (Relation r : from.relations()) {
            Relation source = what == What.SWAPPED && r.name().equals(relation)
                    ? from.relation(which).orElseThrow()
                    : what == What.SWAPPED && r.name().equals(which)
                            ? from.relation(relation).orElseThrow()
                            : r;
            boolean changed = r.name().equals(relation) || !source.name().equals(r.name());
            to.relation(r.name(), r.places(), changed ? code(source, model) : r.code(), source.reads());
            if (!changed) {
                from.listing(r.name()).ifPresent(l -> to.listed(r.name(), l.reads(), l.listing()));
            }
        }
        return model.reading(to);
    }

    private RelationCode code(Relation r, Model model) {
        return switch (what) {
            case TRUE -> (s, a, b, c, d, e) -> true;
            case FALSE -> (s, a, b, c, d, e) -> false;
            case SWAPPED -> r.code();
            case WITHOUT -> without(r.code(), model);
            case WITHOUT_UNIT -> withoutUnit(r);
        };
    }

    private RelationCode without(RelationCode code, Model model) {
        Slots left = model.schema().family(which).orElseThrow();
        long[] seen = new long[model.schema().words()];
        return (s, first, second, third, fourth, fifth) -> {
            System.arraycopy(s, 0, seen, 0, seen.length);
            for (int i = 0; i < left.size(); i++) {
                left.set(seen, i, left.fixed());
            }
            return code.holds(seen, first, second, third, fourth, fifth);
        };
    }

    private RelationCode withoutUnit(Relation r) {
        int place = 0;
        while (!r.places().get(place).name().equals(UNIT)) {
            place++;
        }
        int unit = r.places().get(place).element(which);
        int at = place;
        RelationCode code = r.code();
        return (s, first, second, third, fourth, fifth) ->
                (at == 0 ? first : at == 1 ? second : at == 2 ? third : at == 3 ? fourth : fifth) != unit
                        && code.holds(s, first, second, third, fourth, fifth);
    }
}
