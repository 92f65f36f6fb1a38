package dev.moat.logic.claims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Discipline;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.ground.CompiledActions;
import dev.moat.logic.testing.AtomWorld;
import dev.moat.state.Abstraction;
import dev.moat.state.Claim;
import dev.moat.state.Relation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is compiled once for several machines says what is compiled for each. */
class CompiledActionsTest {
    private static final Vocabulary VOCABULARY = Vocabulary.read("vocabulary.smt2", """
            (declare-sort Lamp 0)
            (declare-sort Plug 0)
            (declare-sort Room 0)
            (declare-fun on (Lamp) Bool)
            (declare-fun hot (Plug) Bool)
            (declare-fun wired (Plug) Bool)
            """);
    private static final Discipline DISCIPLINE = Discipline.read("lamps.smt2", """
            (define-fun initially () Bool
              (and (forall ((x Lamp)) (not (on x))) (forall ((x Plug)) (not (hot x)))))
            (set-info :pass "a lamp goes out and another one is switched on")
            (define-fun pass.guard ((x Lamp) (y Lamp)) Bool (on x))
            (define-fun pass.on ((x Lamp) (y Lamp) (a Lamp)) Bool (ite (= a x) false (or (on a) (= a y))))
            (set-info :heat "a wired plug becomes hot where no lamp is on")
            (define-fun heat.guard ((x Plug)) Bool (and (wired x) (forall ((y Lamp)) (not (on y)))))
            (define-fun heat.hot ((x Plug) (a Plug)) Bool (or (hot a) (= a x)))
            """, VOCABULARY);

    private static AtomWorld world(int lamps, int plugs, String... constant) {
        return world(Map.of("Lamp", lamps, "Plug", plugs, "Room", 1), constant);
    }

    private static AtomWorld world(Map<String, Integer> sizes, String... constant) {
        return new AtomWorld(VOCABULARY, sizes::get, Set.of(constant));
    }

    /** As wired says, but of the other plugs. */
    private static Abstraction crossed(AtomWorld world) {
        Abstraction all = new Abstraction();
        world.abstraction().sorts().forEach(all::sort);
        for (String name : VOCABULARY.relations()) {
            Relation r = world.abstraction().relation(name).orElseThrow();
            all.relation(
                    name, r.places(), name.equals("wired") ? (s, a, b, c, d, e) -> a % 2 == 1 : r.code(), r.reads());
        }
        return all;
    }

    private static AtomSpace space(AtomWorld world, Abstraction abstraction) throws IncomparableException {
        Set<String> changing = new HashSet<>();
        DISCIPLINE.actions().forEach(a -> changing.addAll(a.effects().keySet()));
        return new AtomSpace(VOCABULARY.relations(), changing, abstraction, world.schema());
    }

    @Test
    void machinesOfOneShapeShare() throws IncomparableException {
        CompiledActions all = new CompiledActions(DISCIPLINE);
        AtomWorld one = world(3, 4, "wired");
        CompiledActions.OfShape its = all.of(space(one, one.abstraction()).shape());
        AtomWorld same = world(3, 4, "wired");
        assertThat(all.of(space(same, same.abstraction()).shape())).isSameAs(its);
        AtomWorld larger = world(4, 4, "wired");
        assertThat(all.of(space(larger, larger.abstraction()).shape())).isNotSameAs(its);
        AtomWorld roomy = world(Map.of("Lamp", 3, "Plug", 4, "Room", 2), "wired");
        assertThat(all.of(space(roomy, roomy.abstraction()).shape())).isNotSameAs(its);
        AtomWorld read = world(3, 4);
        assertThat(all.of(space(read, read.abstraction()).shape())).isNotSameAs(its);
        assertThat(all.of(space(one, crossed(one)).shape())).isNotSameAs(its);
    }

    @Test
    void whatIsSharedSaysTheSame() throws IncomparableException {
        CompiledActions all = new CompiledActions(DISCIPLINE);
        Random random = new Random(5);
        int right = 0;
        for (int n = 0; n < 60; n++) {
            AtomWorld world = world(1 + n % 3, 1 + n % 4, n % 2 == 0 ? "wired" : "none");
            Abstraction abstraction = n % 5 == 0 && n % 2 == 0 ? crossed(world) : world.abstraction();
            ClaimJudge shares = new ClaimJudge(all, abstraction, world.schema());
            ClaimJudge own = new ClaimJudge(DISCIPLINE, abstraction, world.schema());
            for (int k = 0; k < 200; k++) {
                right += look(world, shares, own, random) == null ? 1 : 0;
            }
        }
        assertThat(right).isGreaterThan(500);
    }

    private static List<String> look(AtomWorld world, ClaimJudge shares, ClaimJudge own, Random random) {
        long[] before = world.random(random, 20);
        long[] after = world.changed(random, before, random.nextInt(3));
        Claim claim = new Claim();
        List<Runnable> ways = new ArrayList<>(List.of(
                () -> {},
                () -> claim.add("heat", random.nextInt(4)),
                () -> claim.add("pass", random.nextInt(3), random.nextInt(3))));
        ways.get(random.nextInt(ways.size())).run();
        List<String> said = shares.judge(before, after, claim);
        assertThat(said).isEqualTo(own.judge(before, after, claim));
        return said;
    }
}
