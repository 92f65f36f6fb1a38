package dev.moat.check.proof;

import static dev.moat.check.proof.Families.PLAIN;
import static dev.moat.check.proof.Families.bounds;
import static dev.moat.check.proof.Families.failed;
import static dev.moat.check.proof.Families.failsAt;
import static dev.moat.check.proof.Families.family;
import static dev.moat.check.proof.Families.taken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.discipline.Designs;
import dev.moat.discipline.InstanceBounds;
import dev.moat.input.InputException;
import dev.moat.logic.AbstractAction;
import dev.moat.prove.Explained;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.Prover;
import dev.moat.prove.Responses;
import dev.moat.prove.Run;
import dev.moat.prove.Theory;
import dev.moat.prove.Z3Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The discipline on other hardware: what it keeps, what it does not, and that it does not keep it by doing nothing. */
class FamiliesTest {
    private static Set<String> broken(Theory theory) {
        Set<String> ids = new TreeSet<>();
        failed(theory).stream().filter(ProofStatement::safety).forEach(s -> ids.add(s.id()));
        return ids;
    }

    /** Two more are proved by the command, in {@code ProveExitsTest}. */
    @ParameterizedTest
    @ValueSource(strings = {"amd-vi", "calgary", "gart", "gart-careful", "guest-tables", "queue", "served", "swiotlb"})
    void whatIsKept(String name) {
        Theory theory = family(name);
        theory.requireFragment();
        Z3Required.orSkipped("families are");
        try (Prover prover = new Prover(theory, Prover.RLIMIT)) {
            assertThat(prover.prove(theory)).allMatch(a -> a.status() == GoalAnswer.Status.PROVED);
        }
    }

    /** All that is kept is kept of nothing where nothing happens: but for what a family has not, every action does, and every witness is met. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "queue | invalidations=2 | ''",
            })
    void whatHappensHappens(String name, String bounds, String never) {
        Theory theory = family(name);
        ReachedActions found = ReachedActions.of(theory, bounds(bounds));
        assertThat(found.idle()).isEmpty();
        assertThat(String.join(" ", found.unseen())).isEqualTo(never);
        assertThat(theory.discipline().actions().stream()
                        .filter(a -> !a.isNever())
                        .map(AbstractAction::name))
                .contains("walk", "fill", "acknowledge", "end-hold", "deassign");
    }

    /** The same of the others, which takes longer. */
    @ParameterizedTest
    @Tag("deep")
    @CsvSource(
            delimiter = '|',
            value = {
                // Calgary's TAR is not cached, and a bus does not move.
                "calgary | domains=2 | entries-follow-assignment no-stale-context moves-are-nobodys",
                "gart-careful | domains=2 | demotion-invalidated entries-follow-assignment no-stale-context moves-are-nobodys",
                "served | domains=2 | ''",
                "swiotlb | domains=1 wide=true | ''",
            })
    void whatHappensHappensElsewhere(String name, String bounds, String never) {
        whatHappensHappens(name, bounds, never);
    }

    /** What each family is about, left out, each property of its own once: a goal fails, and a run from the initial state shows what comes of it, as long as this. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // With V clear in its entry a device reaches all memory.
                "amd-vi | domains=1 | clear-context.validIn.2 | flight-follows-assignment | 2",
                "guest-tables | domains=1 | answer.guard.1 | shadow-is-composed | 4",
                "guest-tables | domains=1 | end-hold.guard.5 | own-memory-only | 5",
                "served | domains=2 | set-entry.dirty | mapping-is-not-refused | 6",
                "swiotlb | domains=1 wide=true | set-entry.guard.6 | only-the-part-shows | 5",
                "swiotlb | domains=1 wide=true | open.guard.2 | buffer-gets-its-own | 5",
                "swiotlb | domains=1 wide=true | free.guard.6 | given-away-is-blank | 3",
            })
    void whatIsLeftOutIsShownByARun(String name, String bounds, String fault, String id, int steps) {
        Theory theory = family(name);
        Theory faulty = theory.with(Designs.inject(theory.discipline(), List.of(fault)));
        assertThat(failsAt(faulty, fault)).isTrue();
        Reachability found = Reachability.ofProperties(faulty, bounds(bounds));
        assertThat(found.broken().stream().map(ProofStatement::id)).contains(id);
        Run run = found.run();
        assertThat(run).isNotNull();
        assertThat(run.letters()).hasSize(steps);
    }

    /** More of the same. */
    @ParameterizedTest
    @Tag("deep")
    @CsvSource(
            delimiter = '|',
            value = {
                // A shadow that stays empty does not follow.
                "guest-tables | domains=1 | sync.guard.5 | shadow-is-composed | 5",
                "swiotlb | domains=1 wide=true | pool-give.guard.2 | given-away-is-blank | 3",
                "swiotlb | domains=1 wide=true holds=2 | begin-bounce.guard.3 | only-the-part-shows | 8",
            })
    void whatElseIsLeftOutIsShownByARun(String name, String bounds, String fault, String id, int steps) {
        whatIsLeftOutIsShownByARun(name, bounds, fault, id, steps);
    }

    /** A bus that is not quiet when its cache is invalidated, and one whose devices are looked at one by one. */
    @Test
    void softwareThatGoesOnTooEarlyIsSeen() {
        Theory calgary = family("calgary");
        Theory early = calgary.with(Designs.inject(calgary.discipline(), List.of("completion-does-not-drain")));
        assertThat(Reachability.ofProperties(early, InstanceBounds.initial())
                        .lines()
                        .get(0))
                .startsWith("REACHABLE: a real defect, no-stale is broken");
        assertThat(broken(calgary.with(Designs.inject(calgary.discipline(), List.of("assign.assigned.2.1")))))
                .isNotEmpty();
    }

    /** What a file says of the hardware has to stay so. */
    @Test
    void whatDoesNotStayIsNotAssumed(@TempDir Path directory) throws IOException {
        Z3Required.orSkipped("families are");
        Path file = directory.resolve("lazy.smt2");
        Files.writeString(file, "(define-fun initially () Bool (forall ((i Inv)) (not (queued i))))");
        Theory lazy = PLAIN.ofFamily(file);
        try (Prover prover = new Prover(lazy, Prover.RLIMIT)) {
            assertThat(prover.prove(lazy))
                    .filteredOn(a -> a.status() != GoalAnswer.Status.PROVED)
                    .extracting(a -> a.goal().id())
                    .containsExactly("of-lazy.1@submit");
        }
        Files.writeString(file, "(define-fun initially () Bool (forall ((i Inv)) (not (quiet i))))");
        assertThatThrownBy(() -> PLAIN.ofFamily(file)).isInstanceOf(InputException.class);
    }

    /** A family may add to what there is, under its own names, and promise what there is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "(define-fun walks.besides ((q Req)) Bool true) # 'walks.besides' adds to an action that there is not",
                "(define-fun open.besides ((q Req)) Bool true) # the sorts of 'open' are [Hold], not [Req]",
                "(set-info :promises-p2m-is-injective \"x\") # 'promises-p2m-is-injective' names no property that speaks of the discipline",
                "(define-fun at-first ((q Req)) Bool true) # 'at-first' has no parameters",
                "(set-info :open \"x\") (define-fun open.besides ((k Hold)) Bool true) # ':open' describes no action",
                "(set-info :fails-nothing.1 \"open: x\") # 'fails-nothing.1' names no conjunct of a property or lemma, as no-stale.1 does",
                "(set-info :fails-no-stale \"open: x\") # 'fails-no-stale' names no conjunct of a property or lemma, as no-stale.1 does",
                "(set-info :fails-no-stale.5 \"open: x\") # 'fails-no-stale.5' names no conjunct of a property or lemma, as no-stale.1 does",
                "(set-info :fails-no-stale.1 \"opens: x\") # 'fails-no-stale.1' names no action that happens: opens",
                "(set-info :fails-no-stale.1 \"x\") # ':fails-no-stale.1' is to be \"action: why\"",
                "(define-fun open.guard ((k Hold)) Bool true) (define-fun open.besides ((k Hold)) Bool true) # 'open' has a guard of its own, or one besides; not both",
            })
    void badFamiliesAreRefused(String text, String message, @TempDir Path directory) throws IOException {
        Path file = directory.resolve("bad.smt2");
        Files.writeString(file, "(define-fun initially () Bool true) " + text);
        assertThatThrownBy(() -> PLAIN.ofFamily(file))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith(message);
    }

    /** What a family has of its own is proved under a name of its own: a file that is not would stand for nothing, or for another. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "composition # (live k) # :4:31: two properties have the name 'composition'",
                "no-stale # (live k) # :4:31: two properties have the name 'no-stale'",
                "pages-named # (live k) # :4:31: two properties have the name 'pages-named'",
                "well-kept # (kept k) # :4:31: 'well-kept' does not speak of the discipline, or is not promised",
                "of-bad # (live k) # :4:31: two properties have the name 'of-bad'",
            })
    void whatAFamilyHasOfItsOwnIsProved(String id, String what, String message, @TempDir Path directory)
            throws IOException {
        Files.writeString(
                directory.resolve("bad.smt2"),
                "(define-fun initially () Bool (forall ((i Inv)) (=> (queued i) (queued i))))");
        Path own = Files.createDirectory(directory.resolve("bad"));
        Files.writeString(own.resolve("vocabulary.smt2"), "(declare-fun kept (Hold) Bool)\n");
        Files.writeString(own.resolve(id + ".smt2"), """
                (set-info :says "Says it.")
                (set-info :kind safety)
                (set-info :source "planted")
                (define-fun invariant () Bool (forall ((k Hold)) (=> WHAT (live k))))
                (define-fun witness () Bool (exists ((k Hold)) (live k)))
                """.replace("WHAT", what));
        Path file = directory.resolve("bad.smt2");
        assertThatThrownBy(() -> PLAIN.ofFamily(file))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith(message);
        Files.delete(own.resolve(id + ".smt2"));
        assertThat(PLAIN.ofFamily(file).statements()).hasSize(PLAIN.statements().size() + 1);
    }

    /** The plain discipline does without what completeness needs: nothing keeps it from emptying entries that are in use. */
    @Test
    void whatIsInUseIsServedOnlyWhereThatIsPromised() {
        assertThat(PLAIN.outside()).contains("live-mapping-is-readable", "live-mapping-is-writable");
        Theory served = family("served");
        assertThat(served.statements().stream().filter(ProofStatement::safety).map(ProofStatement::id))
                .contains("live-mapping-is-readable", "live-mapping-is-writable", "mapping-is-not-refused");
        Theory careless = served.with(Designs.inject(served.discipline(), List.of("clear-entry.guard.1")));
        assertThat(broken(careless)).contains("live-mapping-is-readable");
    }

    /** What can be left out of a family is listed with its reason; an unlisted part, and one that is listed and needed, are found. */
    @Test
    @Tag("deep")
    void whatSurvivesIsExplained() {
        Z3Required.orSkipped("families are");
        assertThat(audited("queue", "invalidations=2"))
                .singleElement()
                .asString()
                .endsWith("nothing unexpected");
        Theory queue = family("queue");
        Audited.Variation none = new Audited.Variation(PLAIN, Map.of("complete-invalidation.guard.2", "planted"));
        assertThat(Audited.ofFamily(responses(queue), none, bounds("invalidations=2"), Prover.RLIMIT)
                        .lines())
                .anyMatch(l -> l.startsWith("EXPLAINED complete-invalidation.guard.2: "))
                .anyMatch(l -> l.startsWith("SURVIVES submit.before: "))
                // The plain discipline has a part of this name, and another reason why it survives.
                .anyMatch(l -> l.startsWith("SURVIVES acknowledge.pays.2: "))
                .noneMatch(l -> l.startsWith("SURVIVES open.live: "));
    }

    /** The same of the others, which takes minutes. */
    @ParameterizedTest
    @Tag("deep")
    @CsvSource(
            delimiter = '|',
            value = {
                "amd-vi | domains=1",
                "calgary | domains=2",
                "calgary-alone | domains=2",
                "gart | domains=2",
                "gart-inside | domains=2",
                "gart-careful | domains=2",
                "guest-tables | domains=1",
                "served | domains=2",
                "swiotlb | domains=1 wide=true",
            })
    void whatSurvivesElsewhereIsExplained(String name, String bounds) {
        Z3Required.orSkipped("families are");
        assertThat(audited(name, bounds)).singleElement().asString().endsWith("nothing unexpected");
    }

    private static Responses responses(Theory theory) {
        return new Responses(theory, Map.of());
    }

    private static List<String> audited(String name, String bounds) {
        Map<String, String> own = Explained.load(Path.of("specs/families", name, "survivors.txt"));
        Audited.Variation variation = new Audited.Variation(PLAIN, own);
        return Audited.ofFamily(responses(family(name)), variation, bounds(bounds), Prover.RLIMIT)
                .lines();
    }

    /** What is copied into a slot is the buffer's bytes; others' are around them until the CPU has written there too. */
    @Test
    void aSlotIsLedToOnlyOnceItIsPadded() {
        String before = "protect(frame0, dom0); pool-add(frame0, dom0); assign(req0, dom0, unit0, space0, tag0);"
                + " begin-bounce(hold0, dom0, frame0); copy-in(hold0, dom0, frame0)";
        String led = "set-entry(space0, page0, frame0, dom0)";
        Theory swiotlb = family("swiotlb");
        InstanceBounds bounds = bounds("domains=1 wide=true");
        assertThat(taken(swiotlb, bounds, "only-the-part-shows", before + "; pad(hold0, dom0, frame0); " + led))
                .hasSize(7)
                .doesNotContain(false);
        assertThat(taken(swiotlb, bounds, "only-the-part-shows", before + "; " + led))
                .hasSize(5);
        Theory faulty = swiotlb.with(Designs.inject(swiotlb.discipline(), List.of("set-entry.guard.6")));
        assertThat(taken(faulty, bounds, "only-the-part-shows", before + "; " + led))
                .hasSize(6)
                .endsWith(false);
    }
}
