package dev.moat.check.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.Model;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Edits of meanings of another kind than those that the gate generates: a relation that speaks of the neighbour, of one element only,
 * or of what another relation says. Each is noticed by a small scenario.
 */
class EditsTest {
    private static final long SECONDS = 600;

    /** An edit of one relation; with the relations that it takes for a view. */
    private record Edit(String relation, String change) implements ComponentMutant {
        @Override
        public String id() {
            return relation + " " + change;
        }

        @Override
        public List<String> relations() {
            return List.of(relation);
        }

        @Override
        public Model apply(Model model) {
            Abstraction from = model.abstraction();
            Abstraction to = new Abstraction();
            from.sorts().forEach(to::sort);
            for (Relation r : from.relations()) {
                to.relation(r.name(), r.places(), r.name().equals(relation) ? edited(r, from) : r.code(), r.reads());
            }
            return model.reading(to);
        }

        private RelationCode edited(Relation r, Abstraction from) {
            RelationCode code = r.code();
            if (change.startsWith("is ")) {
                return from.relation(change.substring(3)).orElseThrow().code();
            }
            String[] words = change.split(" ");
            int place = Integer.parseInt(words[1]);
            int size = r.places().get(place).size();
            return switch (words[0]) {
                case "neighbour" ->
                    (s, a, b, c, d, e) -> {
                        int[] at = {a, b, c, d, e};
                        at[place] = (at[place] + 1) % size;
                        return code.holds(s, at[0], at[1], at[2], at[3], at[4]);
                    };
                case "first" ->
                    (s, a, b, c, d, e) -> new int[] {a, b, c, d, e}[place] == 0 && code.holds(s, a, b, c, d, e);
                case "any" ->
                    (s, a, b, c, d, e) -> {
                        int[] at = {a, b, c, d, e};
                        boolean holds = false;
                        for (at[place] = 0; at[place] < size && !holds; at[place]++) {
                            holds = code.holds(s, at[0], at[1], at[2], at[3], at[4]);
                        }
                        return holds;
                    };
                default -> throw new IllegalArgumentException(change);
            };
        }
    }

    @ParameterizedTest
    @CsvSource({
        // VT-d: tags, units and pages taken for their neighbours; what is owed for one page excuses all.
        "ent, neighbour 3, xen-small-units",
        "mayW, neighbour 1, xen-small-units",
        "mayR, neighbour 2, xen-op-real",
        "cent, any 3, xen-small-units",
        "dirty, any 2, xen-op-real",
        "dirty, any 2, xen-small-exchange",
        "getsR, first 0, xen-small-units",
        "getsW, is getsR, xen-op-real",
        "mapW, is mapR, xen-small-late-tables",
        // AMD-Vi, Calgary and the GART.
        "ent, neighbour 3, amdvi-small-units",
        "getsW, neighbour 1, amdvi-ring",
        "mayR, any 2, amdvi-ring",
        "mapR, neighbour 1, xen-calgary-small",
        "getsR, first 1, xen-calgary-small",
        "mayW, neighbour 2, xen-gart",
        // Grants and frames.
        "owner, neighbour 0, xen-small-exchange",
        "holdW, is live, xen-op-real",
        "names, neighbour 1, xen-op-real",
        "uses, neighbour 1, xen-types-counts",
        "via, first 0, xen-copy",
        "copyR, is copyW, xen-copy-reading-not-shown"
    })
    void isNoticed(String relation, String change, String judge) {
        Trial trial = Judges.trial(judge);
        assertThat(trial.judge(new Edit(relation, change), SECONDS).death())
                .as("%s %s in %s", relation, change, judge)
                .isNotNull();
    }
}
