package dev.moat.logic.claims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Discipline;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.ground.CompiledActions;
import dev.moat.state.Abstraction;
import dev.moat.state.Claim;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Explanations that are remembered, on a component whose states are the abstract ones: after each random walk's step comes the
 * same change where one other atom is another one. What an explanation looked at and did not put into its footprint shows.
 */
class RememberedExplanationsTest {
    private static final Discipline DISCIPLINE = Discipline.load(
            Path.of("specs/discipline.smt2"),
            InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"))
                    .vocabulary());
    private static final Map<String, Integer> SIZES =
            Map.of("Dom", 2, "Page", 2, "Frame", 2, "Space", 2, "Hold", 2, "Tag", 2);
    private static final int STEPS = 1500;
    private static final int NEIGHBOURS = 60;

    private final Map<String, Sort> sorts = new LinkedHashMap<>();
    private final Abstraction abstraction = new Abstraction();
    private final Slots atoms;
    private final Schema schema;
    private final ClaimedActions actions;
    private final Random random = new Random(11);

    RememberedExplanationsTest() throws IncomparableException {
        DISCIPLINE.vocabulary().sorts().forEach(name -> {
            Sort sort = Sort.numbered(name, "x", SIZES.getOrDefault(name, 1));
            sorts.put(name, sort);
            abstraction.sort(sort);
        });
        List<String> relations = DISCIPLINE.vocabulary().relations().stream()
                .filter(DISCIPLINE.relations()::contains)
                .toList();
        int count = relations.stream().mapToInt(r -> size(places(r))).sum();
        SchemaBuilder builder = new SchemaBuilder();
        atoms = builder.slots("atom", Role.GHOST, Writer.GHOST, Sort.numbered("Atom", "a", count))
                .bits(1);
        schema = builder.build();
        int first = 0;
        for (String name : relations) {
            declare(name, places(name), first);
            first += size(places(name));
        }
        Set<String> changing = new HashSet<>();
        DISCIPLINE.actions().forEach(a -> changing.addAll(a.effects().keySet()));
        // Every atom reads its bit, so the abstract state has the same bits in the same places.
        actions = new ClaimedActions(
                new CompiledActions(DISCIPLINE), new AtomSpace(relations, changing, abstraction, schema));
    }

    private List<Sort> places(String relation) {
        return Objects.requireNonNull(DISCIPLINE.vocabulary().places(relation)).stream()
                .map(sorts::get)
                .toList();
    }

    private static int size(List<Sort> places) {
        return places.stream().mapToInt(Sort::size).reduce(1, (x, y) -> x * y);
    }

    private void declare(String name, List<Sort> places, int first) {
        abstraction.relation(
                name,
                places,
                (s, a, b, c, d, e) -> atoms.get(s, first + at(places, a, b, c, d, e)) != 0,
                (footprint, a, b, c, d, e) -> footprint.one(atoms, first + at(places, a, b, c, d, e)));
    }

    private static int at(List<Sort> places, int... elements) {
        return IntStream.range(0, places.size())
                .reduce(0, (n, k) -> n * places.get(k).size() + elements[k]);
    }

    @Test
    void theSameChangeElsewhereIsExplainedAnew() throws IncomparableException {
        ClaimJudge remembers = ClaimJudge.finding(DISCIPLINE, abstraction, schema);
        ClaimJudge forgets = ClaimJudge.finding(DISCIPLINE, abstraction, schema, 0);
        Claim nothing = new Claim();
        int right = 0;
        int wrong = 0;
        long[] now = schema.blank();
        for (int n = 0; n < STEPS; n++) {
            now = n % 100 == 0 ? anything() : now;
            long[] next = walked(now);
            for (int k = 0; k < NEIGHBOURS; k++) {
                long[] before = now.clone();
                long[] after = next.clone();
                if (k > 0) {
                    int atom = random.nextInt(atoms.size());
                    atoms.set(before, atom, 1 - atoms.get(before, atom));
                    atoms.set(after, atom, 1 - atoms.get(after, atom));
                }
                List<String> said = forgets.judge(before, after, nothing);
                assertThat(remembers.judge(before, after, nothing)).isEqualTo(said);
                right += said == null ? 1 : 0;
                wrong += said == null ? 0 : 1;
            }
            now = next;
        }
        assertThat(right).isGreaterThan(10_000);
        assertThat(wrong).isGreaterThan(1_000);
        assertThat(remembers.taken()).isEqualTo(forgets.taken());
        assertThat(remembers.taken().values().stream().filter(times -> times > 0))
                .hasSizeGreaterThan(30);
    }

    private long[] anything() {
        long[] s = schema.blank();
        for (int i = 0; i < atoms.size(); i++) {
            atoms.set(s, i, random.nextInt(8) == 0 ? 1 : 0);
        }
        return s;
    }

    /** One to three random actions later. */
    private long[] walked(long[] from) {
        long[] s = from.clone();
        List<AbstractAction> all = new ArrayList<>(DISCIPLINE.actions());
        int left = 1 + random.nextInt(3);
        for (int tries = 0; tries < 400 && left > 0; tries++) {
            AbstractAction action = all.get(random.nextInt(all.size()));
            int[] given = new int[Claim.PLACES];
            for (int k = 0; k < action.parameters().size(); k++) {
                given[k] = random.nextInt(Objects.requireNonNull(
                                sorts.get(action.parameters().get(k).sort()))
                        .size());
            }
            Claim claim = new Claim();
            claim.add(action.name(), given[0], given[1], given[2], given[3], given[4], given[5]);
            left -= actions.take(claim, 0, s) ? 1 : 0;
        }
        return s;
    }
}
