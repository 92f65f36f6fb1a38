package dev.moat.logic.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.logic.Discipline;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.testing.AtomWorld;
import dev.moat.state.Abstraction;
import dev.moat.state.Claim;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The judge of claims on lamps: what it must notice, and what it must not. */
class ClaimJudgeTest {
    private static final int LAMPS = 1100;
    private static final Vocabulary VOCABULARY = Vocabulary.read("lamps.smt2", """
            (declare-sort Lamp 0)
            (declare-sort Plug 0)
            (declare-fun on (Lamp) Bool)
            (declare-fun hot (Plug) Bool)
            (declare-fun wired (Plug) Bool)
            """);
    private static final Discipline DISCIPLINE = Discipline.read("rules.smt2", """
            (define-fun initially () Bool
              (and (forall ((x Lamp)) (not (on x))) (forall ((x Plug)) (not (hot x)))))
            (set-info :light "a lamp is switched on")
            (define-fun light.guard ((x Lamp)) Bool (not (on x)))
            (define-fun light.on ((x Lamp) (a Lamp)) Bool (or (on a) (= a x)))
            (set-info :pass "a lamp goes out and another one is switched on")
            (define-fun pass.guard ((x Lamp) (y Lamp)) Bool (on x))
            (define-fun pass.on ((x Lamp) (y Lamp) (a Lamp)) Bool (ite (= a x) false (or (on a) (= a y))))
            (set-info :heat "a wired plug becomes hot")
            (define-fun heat.guard ((x Plug)) Bool (wired x))
            (define-fun heat.hot ((x Plug) (a Plug)) Bool (or (hot a) (= a x)))
            """, VOCABULARY);

    private final AtomWorld world = new AtomWorld(VOCABULARY, sort -> sort.equals("Lamp") ? LAMPS : 4, Set.of("wired"));
    private final ClaimJudge judge = judge(world);
    private final long[] state = world.schema().blank();
    private final long[] last = state.clone();

    private static ClaimJudge judge(AtomWorld world) {
        try {
            return new ClaimJudge(DISCIPLINE, world.abstraction(), world.schema());
        } catch (IncomparableException e) {
            throw new AssertionError(e);
        }
    }

    private Slots slots(String relation) {
        return Objects.requireNonNull(world.bits().get(relation));
    }

    private void on(int... lamps) {
        for (int lamp : lamps) {
            slots("on").set(state, lamp, 1);
        }
    }

    private void off(int lamp) {
        slots("on").set(state, lamp, 0);
    }

    /** The next transition begins in the present state. */
    private void here() {
        System.arraycopy(state, 0, last, 0, last.length);
    }

    /** What the judge says of going from the last state to the present one. */
    private List<String> claiming(Consumer<Claim> actions) {
        Claim claim = new Claim();
        actions.accept(claim);
        List<String> wrong = judge.judge(last, state, claim);
        here();
        return wrong == null ? List.of() : wrong;
    }

    @Test
    void whatIsClaimedMustHappen() {
        assertThat(claiming(c -> c.add("light", 3)))
                .containsExactly(
                        "claimed       light(lamp3)",
                        "discipline    true after it, false in the implementation: on(lamp3)");
    }

    @Test
    void whatHappensMustBeClaimed() {
        on(3);
        assertThat(claiming(c -> {}))
                .containsExactly(
                        "claimed       a stutter",
                        "discipline    false after it, true in the implementation: on(lamp3)");
    }

    @Test
    void theGuardMustHoldWhereTheEffectIsRight() {
        on(3);
        here();
        assertThat(claiming(c -> c.add("light", 3)))
                .containsExactly(
                        "claimed       light(lamp3)",
                        "discipline    light needs what is not so here:",
                        "  FALSE: not on(lamp3)");
        assertThat(judge.taken()).isEqualTo(Map.of("light", 0L, "pass", 0L, "heat", 0L));
    }

    @Test
    void actionsAreTakenOneAfterTheOther() {
        on(5);
        assertThat(claiming(c -> {
                    c.add("light", 3);
                    c.add("pass", 3, 5);
                }))
                .isEmpty();
        assertThat(judge.taken()).isEqualTo(Map.of("light", 1L, "pass", 1L, "heat", 0L));
    }

    @Test
    void instancesAreToldHoweverManyElementsThereAre() {
        on(0);
        here();
        off(0);
        on(512);
        assertThat(claiming(c -> c.add("pass", 0, 512))).isEmpty();
        off(512);
        on(0, 1);
        here();
        off(1);
        assertThat(claiming(c -> c.add("pass", 1, 0))).isEmpty();
        off(0);
        on(1, 1024);
        here();
        off(1);
        on(512);
        off(1024);
        assertThat(claiming(c -> {
                    c.add("pass", 1, 512);
                    c.add("pass", 1024, 512);
                }))
                .isEmpty();
    }

    @Test
    void anArgumentThatIsNoElementIsNoAction() {
        for (int lamp : new int[] {-1, LAMPS}) {
            assertThat(claiming(c -> c.add("light", lamp)))
                    .containsExactly(
                            "claimed       light(?" + lamp + ")",
                            "discipline    an argument of light is no element of its sort");
            assertThat(claiming(c -> c.exchange(Claim.EXCHANGE + "Lamp", 0, lamp)))
                    .contains("discipline    what is exchanged is no element of Lamp");
        }
    }

    @Test
    void anExchangeChangesPlacesInItsSortOnly() {
        on(0);
        slots("hot").set(state, 0, 1);
        here();
        off(0);
        on(2);
        assertThat(claiming(c -> c.exchange(Claim.EXCHANGE + "Lamp", 0, 2))).isEmpty();
        slots("hot").set(state, 0, 0);
        slots("hot").set(state, 2, 1);
        assertThat(claiming(c -> c.exchange(Claim.EXCHANGE + "Plug", 0, 2))).isEmpty();
        assertThat(claiming(c -> c.exchange(Claim.EXCHANGE + "Plug", 0, 2)))
                .containsExactly(
                        "claimed       exchange Plug(plug0, plug2)",
                        "discipline    true after it, false in the implementation: hot(plug0)",
                        "discipline    false after it, true in the implementation: hot(plug2)");
    }

    @Test
    void elementsThatAConstantTellsApartAreNotExchanged() {
        assertThat(claiming(c -> c.exchange(Claim.EXCHANGE + "Plug", 0, 1)))
                .containsExactly(
                        "claimed       exchange Plug(plug0, plug1)",
                        "discipline    constants of wired tell plug0 and plug1 apart");
        slots("hot").set(state, 2, 1);
        assertThat(claiming(c -> c.add("heat", 2))).isEmpty();
        assertThat(claiming(c -> c.add("heat", 1))).contains("discipline    heat needs what is not so here:");
    }

    @Test
    void relationsMoveOnceTheyChange() {
        assertThat(judge.moved(true)).isEmpty();
        on(1);
        claiming(c -> c.add("light", 1));
        assertThat(judge.moved(true)).containsExactly("on");
        assertThat(judge.moved(false)).isEmpty();
        off(1);
        on(2);
        claiming(c -> c.add("pass", 1, 2));
        assertThat(judge.moved(false)).containsExactly("on");
    }

    @Test
    void whatCannotBeComparedIsSaid() {
        AtomWorld large = new AtomWorld(VOCABULARY, sort -> 300_000, Set.of("wired"));
        assertThatThrownBy(() -> new ClaimJudge(DISCIPLINE, large.abstraction(), large.schema()))
                .isInstanceOf(IncomparableException.class)
                .hasMessage("the machine is too large, with 900,000 abstract atoms of at most 1,790");
        assertThatThrownBy(() -> new ClaimJudge(DISCIPLINE, new Abstraction(), world.schema()))
                .isInstanceOf(IncomparableException.class)
                .hasMessage("the component gives no meaning to relation 'on'");
    }
}
