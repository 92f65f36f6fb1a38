package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.discipline.Bounds;
import dev.moat.discipline.Designs;
import dev.moat.discipline.Instance;
import dev.moat.discipline.Letter;
import dev.moat.input.InputException;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.ground.Ground;
import dev.moat.prove.Answer;
import dev.moat.prove.Explained;
import dev.moat.prove.Prover;
import dev.moat.prove.Statement;
import dev.moat.prove.Theory;
import dev.moat.prove.bounded.Run;
import dev.moat.prove.response.Responses;
import dev.moat.prove.solver.Z3Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    private static final Theory PLAIN = Theory.load(Path.of(""));

    private static Theory family(String name) {
        return PLAIN.ofFamily(Path.of("specs/families", name + ".smt2"));
    }

    private static Set<String> broken(Theory theory) {
        Set<String> ids = new TreeSet<>();
        failed(theory).stream().filter(Statement::safety).forEach(s -> ids.add(s.id()));
        return ids;
    }

    private static List<Statement> failed(Theory theory) {
        Z3Required.orSkipped("families are");
        try (Prover prover = new Prover(theory, Prover.RLIMIT)) {
            return prover.answers(theory).stream()
                    .filter(a -> a.status() != Answer.Status.PROVED)
                    .map(a -> a.goal().statement())
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"amd-vi", "calgary", "gart-careful", "guest-tables", "queue", "served", "swiotlb"})
    void whatIsKept(String name) {
        Theory theory = family(name);
        theory.requireFragment();
        Z3Required.orSkipped("families are");
        try (Prover prover = new Prover(theory, Prover.RLIMIT)) {
            assertThat(prover.prove(theory)).allMatch(a -> a.status() == Answer.Status.PROVED);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "calgary-alone | entries-follow-assignment,no-foreign | 1",
                "gart-inside | no-foreign | 4",
                "gart | no-foreign,no-stale | 2",
            })
    void whatIsNotKeptIsShownByARun(String name, String ids, int steps) {
        Theory theory = family(name);
        theory.requireFragment();
        assertThat(String.join(",", broken(theory))).isEqualTo(ids);
        Reachability found = Reachability.ofProperties(theory, Bounds.initial());
        assertThat(found.run()).isNotNull();
        assertThat(found.lines().get(0)).contains(" is broken " + steps + " steps from the initial one");
    }

    /** All that is kept is kept of nothing where nothing happens: but for what a family has not, every action does, and every witness is met. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Calgary's TAR is not cached, and a bus does not move.
                "calgary | domains=2 | entries-follow-assignment no-stale-context moves-are-nobodys",
                "queue | invalidations=2 | ''",
            })
    void whatHappensHappens(String name, String bounds, String never) {
        Theory theory = family(name);
        Reached found = Reached.of(theory, bounds(bounds));
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
                "gart-careful | domains=2 | demotion-invalidated",
                "served | domains=2 | ''",
                "swiotlb | domains=1 wide=true | ''",
            })
    void whatHappensHappensElsewhere(String name, String bounds, String never) {
        whatHappensHappens(name, bounds, never);
    }

    private static Bounds bounds(String words) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String word : words.split(" ")) {
            given.put(word.split("=")[0], word.split("=")[1]);
        }
        return Bounds.with(given);
    }

    /** What each family is about, left out: a goal fails, and a run from the initial state shows what comes of it, as long as this. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // With V clear in its entry a device reaches all memory.
                "amd-vi | domains=1 | clear-context.validIn.2 | flight-follows-assignment | 2",
                "guest-tables | domains=1 | answer.guard.1 | shadow-is-composed | 4",
                // A shadow that stays empty does not follow.
                "guest-tables | domains=1 | sync.guard.5 | shadow-is-composed | 5",
                "guest-tables | domains=1 | end-hold.guard.5 | own-memory-only | 5",
                "served | domains=2 | set-entry.dirty | mapping-is-not-refused | 6",
                "swiotlb | domains=1 wide=true | set-entry.guard.6 | only-the-part-shows | 5",
                "swiotlb | domains=1 wide=true | pool-give.guard.2 | given-away-is-blank | 3",
                "swiotlb | domains=1 wide=true | open.guard.2 | buffer-gets-its-own | 5",
                "swiotlb | domains=1 wide=true holds=2 | begin-bounce.guard.3 | only-the-part-shows | 8",
                "swiotlb | domains=1 wide=true | free.guard.6 | given-away-is-blank | 3",
            })
    void whatIsLeftOutIsShownByARun(String name, String bounds, String fault, String id, int steps) {
        Theory theory = family(name);
        Theory faulty = theory.with(Designs.inject(theory.discipline(), List.of(fault)));
        assertThat(failed(faulty)).isNotEmpty();
        Reachability found = Reachability.ofProperties(faulty, bounds(bounds));
        assertThat(found.broken().stream().map(Statement::id)).contains(id);
        Run run = found.run();
        assertThat(run).isNotNull();
        assertThat(run.letters()).hasSize(steps);
    }

    /** A bus that is not quiet when its cache is invalidated, and one whose devices are looked at one by one. */
    @Test
    void softwareThatGoesOnTooEarlyIsSeen() {
        Theory calgary = family("calgary");
        Theory early = calgary.with(Designs.inject(calgary.discipline(), List.of("completion-does-not-drain")));
        assertThat(Reachability.ofProperties(early, Bounds.initial()).lines().get(0))
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
                    .filteredOn(a -> a.status() != Answer.Status.PROVED)
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
        assertThat(served.statements().stream().filter(Statement::safety).map(Statement::id))
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
        Bounds bounds = bounds("domains=1 wide=true");
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

    /** AMD-Vi's own parts, left out: the runs are too long for a search, so they are given, and each is refused where nothing is left out. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // A page of tables is unlinked, and the invalidation forgets no PDEs: the next walk goes on in it.
                "no-stale | submit.pays.yes.2 | free(frame1, dom0); take-table(frame1); link-table(space0, page0, frame1);"
                        + " set-entry(space0, page0, frame0, dom0); give-device(req0, dom0); write-id(unit0, req0, tag0);"
                        + " write-context(req0, dom0, unit0, space0, tag0); descend(unit0, req0, space0, tag0, page0, frame1);"
                        + " cache-directory(unit0, req0, tag0, page0, frame1); unlink-table(space0, page0, frame1); submit(inv1);"
                        + " execute(inv1); complete-invalidation(inv1); acknowledge(inv1);"
                        + " descend-cached(unit0, req0, space0, tag0, page0, frame1);"
                        + " read-entry(unit0, req0, tag0, page0, frame1, frame0)",
                // Without the COMPLETION_WAIT, a request that was translated before is still to reach memory.
                "late-requests | acknowledge.guard.1 | set-entry(space0, page0, frame0, dom0); give-device(req0, dom0);"
                        + " write-id(unit0, req0, tag0); write-context(req0, dom0, unit0, space0, tag0);"
                        + " walk(unit0, req0, space0, tag0, page0, frame0); clear-entry(space0, page0); submit(inv0); execute(inv0);"
                        + " acknowledge(inv0)",
                // The DomainID is stored while TV is set: the entry leads to one domain's tables under another's tag.
                "entry-means-its-space | write-id.guard.1 | give-device(req0, dom0); write-id(unit0, req0, tag0);"
                        + " write-context(req0, dom0, unit0, space0, tag0); write-id(unit0, req0, tag1)",
                // A page of tables is given back before what is cached of upper levels is forgotten.
                "walks-stay-in-tables | free-table.guard.2 | free(frame1, dom0); take-table(frame1);"
                        + " link-table(space0, page0, frame1); give-device(req0, dom0); write-id(unit0, req0, tag0);"
                        + " write-context(req0, dom0, unit0, space0, tag0); descend(unit0, req0, space0, tag0, page0, frame1);"
                        + " unlink-table(space0, page0, frame1); free-table(frame1)",
            })
    void whatAmdViNeedsIsShownByARun(String id, String fault, String steps) {
        Theory theory = family("amd-vi");
        Theory faulty = theory.with(Designs.inject(theory.discipline(), List.of(fault)));
        Bounds bounds = bounds("domains=1 frames=2 invalidations=2 tags=2 spaces=2");
        List<Boolean> sound = taken(theory, bounds, id, steps);
        List<Boolean> broken = taken(faulty, bounds, id, steps);
        assertThat(sound).last().isEqualTo(true);
        assertThat(broken.subList(0, broken.size() - 1)).doesNotContain(false);
        assertThat(broken).last().isEqualTo(false);
    }

    /** Of each of these a goal fails; all of the family's are asked, which takes longer than a run. */
    @ParameterizedTest
    @Tag("deep")
    @ValueSource(strings = {"submit.pays.yes.2", "acknowledge.guard.1", "write-id.guard.1", "free-table.guard.2"})
    void whatAmdViNeedsIsAGoal(String fault) {
        Theory theory = family("amd-vi");
        assertThat(failed(theory.with(Designs.inject(theory.discipline(), List.of(fault)))))
                .isNotEmpty();
    }

    /** Whether a property is true from state to state, as far as the steps are possible. */
    private static List<Boolean> taken(Theory theory, Bounds bounds, String id, String steps) {
        Instance instance = new Instance(theory.discipline(), bounds);
        Statement judged = theory.statements().stream()
                .filter(s -> s.id().equals(id))
                .findFirst()
                .orElseThrow();
        List<Ground> conjuncts =
                judged.conjuncts().stream().map(instance::ground).toList();
        long[] s = instance.initial();
        List<Boolean> judgements = new ArrayList<>();
        for (String step : steps.split("; ")) {
            Letter letter = instance.letters().get(step.substring(0, step.indexOf('('))).stream()
                    .filter(l -> l.toString().equals(step))
                    .findFirst()
                    .orElseThrow();
            if (!letter.apply(s)) {
                break;
            }
            judgements.add(conjuncts.stream().allMatch(c -> c.holds(s)));
        }
        return judgements;
    }
}
