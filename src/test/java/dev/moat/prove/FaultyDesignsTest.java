package dev.moat.prove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.InvariantLibrary;
import dev.moat.trace.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Wrong designs: each is refuted, with a counterexample that is committed as text. */
class FaultyDesignsTest {
    /** A passage of the discipline, what the design makes of it, and the statement it must break, among others. */
    private record Design(String from, String to, String breaks) {}

    private static final Map<String, Design> DESIGNS = new LinkedHashMap<>();

    static {
        add(
                "unmap-returns-without-waiting",
                "(or (and (unmappedR e f) (settled e f))",
                "(or (unmappedR e f)",
                "no-foreign");
        add(
                "unmap-leaves-the-write-bit",
                "           (and (unmappedW e f) (settledW e f))\n",
                "           (settledW e f)\n",
                "tables-entitled");
        add(
                "unmap-forgets-to-request",
                "(define-fun clear-entry.dirty ((s Space) (p Page) (a Unit) (b Tag) (c Page)) Bool\n"
                        + "  (or (dirty a b c) (and (= c p) (stands a b s))))",
                "",
                "no-stale");
        add(
                "demotion-without-invalidation",
                "(define-fun demote-entry.dirty ((s Space) (p Page) (a Unit) (b Tag) (c Page)) Bool\n"
                        + "  (or (dirty a b c) (and (= c p) (stands a b s))))",
                "",
                "demotion-invalidated");
        add(
                "end-of-access-looks-at-live-holds-only",
                "(define-fun end-access.guard ((g Gref)) Bool (forall ((k Hold)) (=> (by k g) (not (unfinished k)))))",
                "(define-fun end-access.guard ((g Gref)) Bool (forall ((k Hold)) (=> (by k g) (not (live k)))))",
                "holds-granted");
        add(
                "frame-freed-while-mapped-by-others",
                "       (forall ((k Hold) (e Dom)) (=> (hold k e f) (not (unfinished k))))\n",
                "",
                "holds-granted");
        add(
                "frame-freed-with-its-own-unmap-pending",
                "       (unmappedW d f)\n       (settled d f)))",
                "       (unmappedW d f)))",
                "no-foreign");
        add(
                "page-table-still-mapped",
                "(and (owner f d) (unmappedR d f) (unmappedW d f) (settled d f))",
                "(and (owner f d) (settled d f))",
                "tables-entitled");
        add(
                "completion-does-not-drain",
                "(and (flyR a q b c d) (not (covers i a b c)) (not (drains i a q)))",
                "(flyR a q b c d)",
                "done-is-clean");
        add("submitted-counts-as-done", "Bool (done i))\n", "Bool (or (queued i) (done i)))\n", "no-stale");
        add(
                "submitted-context-counts-as-done",
                "(define-fun acknowledge.dirtyQ ((i Inv) (a Unit) (b Req)) Bool (and (dirtyQ a b) (not (paysQ i a b))))",
                "(define-fun acknowledge.dirtyQ ((i Inv) (a Unit) (b Req)) Bool (and (dirtyQ a b) (not (coversQ i a b))))",
                "no-stale-context");
        add(
                "one-invalidation-pays-for-a-later-unmap",
                "(define-fun clear-entry.pays ((s Space) (p Page) (i Inv) (a Unit) (b Tag) (c Page)) Bool\n"
                        + "  (and (pays i a b c) (not (and (= c p) (stands a b s)))))",
                "",
                "done-is-clean");
        add(
                "write-map-of-a-read-only-grant",
                "(and (not (unfinished k)) (offer g e f) (offerW g) (tableOf g d) (owner f d))",
                "(and (not (unfinished k)) (offer g e f) (tableOf g d) (owner f d))",
                "holds-granted");
        add(
                "map-ignores-the-owner",
                "(and (not (unfinished k)) (offer g e f) (offerW g) (tableOf g d) (owner f d))",
                "(and (not (unfinished k)) (offer g e f) (offerW g))",
                "holds-granted");
        add(
                "mapped-without-a-grant",
                "(define-fun begin-use.guard ((k Hold) (e Dom) (f Frame)) Bool\n"
                        + "  (and (not (unfinished k)) (forall ((g Gref) (d Dom)) (not (tableOf g d)))))",
                "(define-fun begin-use.guard ((k Hold) (e Dom) (f Frame)) Bool\n  (not (unfinished k)))",
                "mappings-are-granted");
        add(
                "handle-reused-while-closing",
                "(and (not (unfinished k)) (offer g e f) (tableOf g d) (owner f d))",
                "(and (not (live k)) (offer g e f) (tableOf g d) (owner f d))",
                "tables-entitled");
        add(
                "entry-overwritten-without-clearing",
                "(define-fun set-entry.guard ((s Space) (p Page) (f Frame) (e Dom)) Bool\n"
                        + "  (and (for s e) (names e p f) (entitledW e f)\n"
                        + "       (forall ((x Frame)) (and (not (mapR s p x)) (not (mapW s p x))))))",
                "(define-fun set-entry.guard ((s Space) (p Page) (f Frame) (e Dom)) Bool\n"
                        + "  (and (for s e) (names e p f) (entitledW e f)))",
                "no-stale");
        add(
                "deassign-without-context-invalidation",
                "(not (ent a b s t))) (not (dirtyQ a b)))",
                "(not (ent a b s t))))",
                "flights-owed");
        add(
                "deassign-without-drain",
                "(define-fun deassign.guard ((q Req)) Bool (forall ((v Unit)) (not (undrained v q))))",
                "(define-fun deassign.guard ((q Req)) Bool true)",
                "flight-follows-assignment");
        add(
                "deassign-looks-at-the-entry-only",
                "(define-fun deassign.guard ((q Req)) Bool (forall ((v Unit)) (not (undrained v q))))",
                "(define-fun deassign.guard ((q Req)) Bool\n"
                        + "  (forall ((v Unit) (x Space) (y Tag)) (not (ent v q x y))))",
                "entries-follow-assignment");
        add(
                "device-reassigned-with-its-entry",
                "       (not (moving q))\n       (forall ((v Unit) (x Space) (y Tag)) (not (ent v q x y)))\n"
                        + "       (forall ((v Unit)) (not (dirtyQ v q)))))\n(define-fun assign.assigned",
                "       (forall ((v Unit)) (not (dirtyQ v q)))))\n(define-fun assign.assigned",
                "moves-are-nobodys");
        add(
                "device-entry-under-a-foreign-tag",
                "  (and (for s e) (stands u t s)\n       (forall ((x Dom)) (not (assigned q x)))",
                "  (and (for s e)\n       (forall ((x Dom)) (not (assigned q x)))",
                "one-did-one-domain");
        add(
                "device-entry-under-the-tag-of-another-space",
                "  (and (assigned q e) (for s e) (stands u t s)))\n(define-fun write-context.ent",
                "  (and (assigned q e) (for s e)))\n(define-fun write-context.ent",
                "entry-means-its-space");
        add(
                "context-cleared-without-invalidation",
                "(define-fun clear-context.dirtyQ ((u Unit) (q Req) (a Unit) (r Req)) Bool (or (dirtyQ a r) (and (= a u) (= r q))))",
                "",
                "no-stale-context");
    }

    static {
        add(
                "device-moved-while-requests-are-in-flight",
                "         (=> (stands v t s) (or (flyR v q t p f) (flyW v q t p f)) (for s x)))))",
                "         (=> (stands v t s) (or (flyR v q t p f) (flyW v q t p f)) (stands v t s)))))",
                "flight-follows-assignment");
        add(
                "device-moved-with-its-entry-cached",
                "(define-fun end-move.guard ((q Req) (d Dom) (e Dom) (x Dom)) Bool\n  (and (between q d e) (or (= x d) (= x e))\n"
                        + "       (forall ((v Unit)) (not (dirtyQ v q)))",
                "(define-fun end-move.guard ((q Req) (d Dom) (e Dom) (x Dom)) Bool\n  (and (between q d e) (or (= x d) (= x e))",
                "entries-follow-assignment");
        add(
                "device-moved-to-a-third-domain",
                "  (and (between q d e) (or (for s d) (for s e)) (stands u t s)))",
                "  (and (between q d e) (stands u t s)))",
                "entries-follow-assignment");
        add(
                "tag-given-away-while-something-is-filed-under-it",
                "(and (quiet u t) (forall ((r Space)) (not (stands u t r)))))",
                "(forall ((r Space)) (not (stands u t r))))",
                "no-foreign");
        add(
                "tag-that-means-two-spaces",
                "(and (quiet u t) (forall ((r Space)) (not (stands u t r)))))",
                "(quiet u t))",
                "one-meaning");
        add(
                "page-forgotten-while-it-is-cached",
                "                   (and (not (mayR u t p f)) (not (mayW u t p f))\n                        (forall ((q Req)) (and (not (flyR u q t p f))",
                "                   (and (not (mayW u t p f))\n                        (forall ((q Req)) (and (not (flyR u q t p f))",
                "pages-named");
        add(
                "invalidation-given-up-counts-as-done",
                "(define-fun give-up.done ((i Inv) (j Inv)) Bool (and (done j) (not (= j i))))\n"
                        + "(define-fun give-up.pays ((i Inv) (j Inv) (a Unit) (b Tag) (c Page)) Bool (and (pays j a b c) (not (= j i))))",
                "(define-fun give-up.done ((i Inv) (j Inv)) Bool (or (= j i) (done j)))",
                "done-is-clean");
        add(
                "device-parked-at-a-domain",
                "  (and (stands u t s) (forall ((x Dom)) (not (for s x)))))",
                "  (stands u t s))",
                "entries-follow-assignment");
        add(
                "drain-waived-with-a-request-in-flight",
                "         (=> (for s e) (stands u t s) (and (not (flyR u q t p f)) (not (flyW u q t p f)))))))\n(define-fun waive-drain",
                "         (=> (for s e) (stands u t s) (and (not (flyR u q t p f)) (not (flyR u q t p f)))))))\n(define-fun waive-drain",
                "flights-owed");
    }

    private static void add(String name, String from, String to, String breaks) {
        DESIGNS.put(name, new Design(from, to, breaks));
    }

    @TestFactory
    List<DynamicTest> eachIsRefuted() {
        return DESIGNS.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> isRefuted(e.getKey(), e.getValue())))
                .toList();
    }

    /** What is not proved; that goals fail, and not that the solver gave up. */
    private static List<GoalAnswer> open(List<GoalAnswer> answers) {
        List<GoalAnswer> open = answers.stream()
                .filter(a -> a.status() != GoalAnswer.Status.PROVED)
                .toList();
        assertThat(open).extracting(GoalAnswer::status).containsOnly(GoalAnswer.Status.FAILED);
        return open;
    }

    private static void isRefuted(String name, Design design) {
        Theory theory = Proofs.edited(design.from(), design.to());
        try (Prover prover = Proofs.prover(theory)) {
            assertThat(theory.discipline().actions()).hasSize(1);
            List<GoalAnswer> open = open(prover.answers(theory));
            assertThat(open.stream().map(a -> a.goal().statement().id())).contains(design.breaks());
            GoalAnswer first = open.stream()
                    .filter(a -> a.goal().statement().id().equals(design.breaks()))
                    .findFirst()
                    .orElseThrow();
            Cti shown = Objects.requireNonNull(prover.withCti(theory, first).cti());
            assertThat(shown.disagreement())
                    .as("a counterexample that Moat's own evaluation denies")
                    .isNull();
            Snapshot.check("proof/" + name + ".cti", text(open, shown));
        }
    }

    /** Whatever else a design breaks is shown too, once for each statement. */
    @TestFactory
    @Tag("deep")
    List<DynamicTest> allThatEachBreaksIsShown() {
        return DESIGNS.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> isShown(e.getValue())))
                .toList();
    }

    private static void isShown(Design design) {
        Theory theory = Proofs.edited(design.from(), design.to());
        try (Prover prover = Proofs.prover(theory)) {
            List<GoalAnswer> open = open(prover.prove(theory));
            assertThat(open.stream()
                            .filter(a -> a.cti() != null)
                            .map(a -> a.goal().statement().id()))
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(open.stream()
                            .map(a -> a.goal().statement().id())
                            .distinct()
                            .toList());
            assertThat(open.stream().map(GoalAnswer::cti).filter(c -> c != null && c.disagreement() != null))
                    .as("counterexamples that Moat's own evaluation denies")
                    .isEmpty();
        }
    }

    private static String text(List<GoalAnswer> open, Cti cti) {
        String broken = open.stream().map(a -> a.goal().id()).collect(Collectors.joining(" "));
        return "goals that fail: " + broken + "\n" + String.join("\n", cti.lines()) + "\n";
    }

    /**
     * A discipline that promises completeness too: a mapping is handed out once all tables have it, and no table entry of
     * a live mapping is emptied or demoted.
     */
    private static final Map<String, String> COMPLETE = Map.of(
            "(define-fun clear-entry-ro.guard ((s Space) (p Page)) Bool (forall ((x Frame)) (not (mapW s p x))))",
            "(define-fun clear-entry-ro.guard ((s Space) (p Page)) Bool (and (forall ((x Frame)) (not (mapW s p x)))\n"
                    + "  (forall ((k Hold) (e Dom) (f Frame)) (=> (for s e) (names e p f) (hold k e f) (not (live k))))))",
            "(define-fun open.guard ((k Hold)) Bool (opening k))",
            "(define-fun open.guard ((k Hold)) Bool (and (opening k)\n"
                    + "  (forall ((e Dom) (f Frame) (s Space) (p Page))\n"
                    + "    (=> (hold k e f) (for s e) (names e p f) (and (mapR s p f) (=> (holdW k) (mapW s p f)))))))",
            "(define-fun reopen.guard ((k Hold)) Bool (closing k))",
            "(define-fun reopen.guard ((k Hold)) Bool (and (closing k)\n"
                    + "  (forall ((e Dom) (f Frame) (s Space) (p Page))\n"
                    + "    (=> (hold k e f) (for s e) (names e p f) (and (mapR s p f) (=> (holdW k) (mapW s p f)))))))",
            "(define-fun name.guard ((e Dom) (p Page) (f Frame)) Bool true)",
            "(define-fun name.guard ((e Dom) (p Page) (f Frame)) Bool\n"
                    + "  (forall ((k Hold)) (=> (hold k e f) (not (live k)))))",
            "(define-fun demote-entry.guard ((s Space) (p Page)) Bool true)",
            "(define-fun demote-entry.guard ((s Space) (p Page)) Bool\n"
                    + "  (forall ((k Hold) (e Dom) (f Frame)) (=> (for s e) (names e p f) (hold k e f) (live k) (not (holdW k)))))",
            "(define-fun clear-entry.guard ((s Space) (p Page)) Bool true)",
            "(define-fun clear-entry.guard ((s Space) (p Page)) Bool\n"
                    + "  (forall ((k Hold) (e Dom) (f Frame)) (=> (for s e) (names e p f) (hold k e f) (not (live k)))))");

    private static List<GoalAnswer> complete(String without) {
        String text = Proofs.text();
        for (Map.Entry<String, String> edit : COMPLETE.entrySet()) {
            assertThat(text).containsOnlyOnce(edit.getKey());
            text = edit.getKey().contains("define-fun " + without)
                    ? text
                    : text.replace(edit.getKey(), edit.getValue());
        }
        Theory theory = Proofs.theory(text, List.of());
        List<ProofStatement> statements = new ArrayList<>(theory.statements());
        InvariantLibrary.ofHome(Proofs.HOME).all().stream()
                .filter(i -> i.id().startsWith("live-mapping-is-"))
                .map(ProofStatement::of)
                .forEach(statements::add);
        assertThat(statements).hasSize(theory.statements().size() + 2);
        try (Prover prover = Proofs.prover(theory)) {
            return prover.prove(theory.with(statements));
        }
    }

    /** What is mapped stays mapped, for any size, where each of the six guards is kept; without one it does not. */
    @Test
    @Tag("deep")
    void anUnmapThatClearsAnEntryStillUsedIsRefuted() {
        assertThat(complete("none").stream()
                        .filter(a -> a.status() != GoalAnswer.Status.PROVED)
                        .map(a -> a.goal().id()))
                .isEmpty();
        for (String action : List.of("open", "reopen", "name", "demote-entry", "clear-entry", "clear-entry-ro")) {
            List<GoalAnswer> open = complete(action + ".guard").stream()
                    .filter(a -> a.status() != GoalAnswer.Status.PROVED)
                    .toList();
            assertThat(open)
                    .isNotEmpty()
                    .allMatch(a -> a.status() == GoalAnswer.Status.FAILED
                            && a.goal().id().matches("live-mapping-is-(read|writ)able.1@" + action));
            List<Cti> shown =
                    open.stream().map(GoalAnswer::cti).filter(c -> c != null).toList();
            assertThat(shown).isNotEmpty().allMatch(c -> c.disagreement() == null);
            Snapshot.check("proof/complete-without-" + action + ".cti", text(open, shown.get(0)));
        }
    }

    /** Each property that the discipline is there for is broken by some design. */
    @Test
    void everySafetyPropertyIsBrokenBySome() {
        Set<String> broken = new TreeSet<>();
        DESIGNS.values().forEach(d -> broken.add(d.breaks()));
        for (ProofStatement s : Theory.load(Proofs.HOME).statements()) {
            if (s.safety()) {
                assertThat(broken).contains(s.id());
            }
        }
        assertThat(DESIGNS).hasSizeGreaterThanOrEqualTo(13);
    }
}
