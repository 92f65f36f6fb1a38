package dev.moat.logic.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.testing.AtomWorld;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a person reads when an invariant of the project is false. */
class ExplanationTest {
    private static final InvariantLibrary LIBRARY =
            InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"));
    private final AtomWorld world = new AtomWorld(LIBRARY.vocabulary(), sort -> 2, Set.of());

    private List<String> explain(String id, long[] s) {
        return world.judge(List.of(LIBRARY.get(id))).explain(0, s);
    }

    @Test
    void aForeignFrameInACache() {
        long[] s = world.schema().blank();
        world.set(s, "stands", 0, 1, 1);
        world.set(s, "for", 1, 1);
        world.set(s, "mayR", 0, 1, 0, 1);
        world.set(s, "owner", 1, 1);
        world.set(s, "notdma", 1);
        assertThat(explain("no-foreign", s))
                .containsExactly(
                        "no-foreign: No device reads or writes a frame beyond the rights of the domain it works for.",
                        "with u = unit0, t = tag1, s = space1, e = dom1, p = page0, f = frame1",
                        "  true:  stands(unit0, tag1, space1)",
                        "  true:  for(space1, dom1)",
                        "  true:  mayR(unit0, tag1, page0, frame1)",
                        "  FALSE: entitled(dom1, frame1)",
                        "    false: owner(frame1, dom1) and not notdma(frame1)  -- not so: not notdma(frame1)",
                        "    false: for some k: hold(k, dom1, frame1) and (opening(k) or live(k) or closing(k))");
    }

    @Test
    void aPinWithoutAHold() {
        long[] s = world.schema().blank();
        world.set(s, "pins", 1, 0, 0);
        world.set(s, "pins", 1, 0, 1);
        assertThat(explain("pins-match-holds", s))
                .containsExactly(
                        "pins-match-holds: Every pin counter of a grant entry equals the number of unfinished mappings"
                                + " of that kind.",
                        "with g = gref1, x = pin0, n = nat0",
                        "  FALSE: pins(gref1, pin0, nat0) <=> (for some k: unit(k, gref1, pin0, nat0))",
                        "    true:  pins(gref1, pin0, nat0)",
                        "    false: for some k: unit(k, gref1, pin0, nat0)",
                        "(1 more conjunct is false)");
    }

    @Test
    void negatedPremisesAndAStaleWrite() {
        long[] s = world.schema().blank();
        world.set(s, "stands", 0, 0, 0);
        world.set(s, "mapR", 0, 1, 1);
        world.set(s, "mayW", 0, 0, 1, 1);
        assertThat(explain("demotion-invalidated", s))
                .containsExactly(
                        "demotion-invalidated: No cache serves a write through a read-only entry, unless its invalidation is"
                                + " pending.",
                        "with u = unit0, t = tag0, s = space0, p = page1, f = frame1",
                        "  true:  stands(unit0, tag0, space0)",
                        "  true:  mapR(space0, page1, frame1)",
                        "  true:  not mapW(space0, page1, frame1)",
                        "  true:  mayW(unit0, tag0, page1, frame1)",
                        "  FALSE: dirty(unit0, tag0, page1)");
    }

    @Test
    void everyExplanationIsShortAndStartsWithTheSentence() {
        int half = LIBRARY.all().size() / 2; // there are more than one judge takes
        areShort(LIBRARY.all().subList(0, half));
        areShort(LIBRARY.all().subList(half, LIBRARY.all().size()));
    }

    private void areShort(List<Invariant> invariants) {
        Random random = new Random(5);
        Judge judge = world.judge(invariants);
        for (int n = 0; n < 20; n++) {
            long[] s = world.random(random, 30);
            for (int i = 0; i < invariants.size(); i++) {
                List<String> lines = judge.explain(i, s);
                assertThat(lines).hasSizeLessThanOrEqualTo(12);
                assertThat(lines.get(0)).endsWith(invariants.get(i).says());
                assertThat(lines.contains("holds")).isEqualTo((judge.violated(s) >> i & 1) == 0);
            }
        }
    }
}
