package dev.moat.check;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.liveness.Obligations;
import dev.moat.liveness.Response;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.ProgramException;
import dev.moat.model.Setting;
import dev.moat.model.Step;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Of an edited program that no longer does what it did nobody says that it holds. */
class EditedProgramTest {
    private static final String MAP = "map_grant_ref";
    private static final String UNMAP = "unmap_grant_ref";
    private static final String DECREASE = "decrease_reservation";
    private static final String RETURNS = "VIOLATED operations-return";
    private static final String UNLOCKS = "VIOLATED no-bad-unlock";
    private static final String HANGS = "VIOLATED no-deadlock";

    /** Two mappings of one frame, so that some unmaps have nothing to invalidate. */
    private static final Map<String, String> SMALL =
            Map.of("refs", "1", "handles", "2", "frames", "1", "sides", "host");

    private static final Map<String, Consumer<Edits>> EDITS = new LinkedHashMap<>();
    /** What the verdict on each begins with. */
    private static final Map<String, String> SAID = new LinkedHashMap<>();

    private static final Engine ENGINE = MoatEngine.open(Path.of(""));

    private static void edit(String id, String said, Consumer<Edits> edit) {
        EDITS.put(id, edit);
        SAID.put(id, said);
    }

    private static String shownNothing(String why) {
        return "INCONCLUSIVE every property holds, but that shows nothing about the edited program: " + why;
    }

    static {
        // Stood in docs/howto/ci.md as the way to try a patch: an unmap that owes nothing goes round and round.
        edit("spins.unlock-moved", UNLOCKS, e -> e.moveBefore(UNMAP, "unlock", "queue-invalidation"));
        edit("spins.loop", RETURNS, e -> e.replace(UNMAP, "upkeep", (s, cpu) -> LOOP));
        edit("spins.on-one-way", RETURNS, e -> e.redirect(UNMAP, "upkeep", DONE, "upkeep"));
        edit("spins.round", RETURNS, e -> e.redirect(MAP, "await", NEXT, "queue-wait"));
        edit("spins.last-step", RETURNS, e -> e.redirect(DECREASE, "release", NEXT, "release"));
        edit("hangs.step", HANGS, e -> e.replace(UNMAP, "complete", (s, cpu) -> BLOCKED));
        edit("hangs.wait-not-queued", HANGS, e -> e.moveToEnd(UNMAP, "queue-wait"));
        edit(
                "refuses.first-step",
                "INCONCLUSIVE no state satisfies the witness of pins-match-holds",
                e -> e.replace(MAP, "pin", (s, cpu) -> FAIL));
        edit(
                "refuses.always-undone",
                shownNothing("never takes effect any more: unmap_grant_ref; never runs any more: map_grant_ref/await,"),
                e -> e.redirect(MAP, "reference", NEXT, "undo"));
        edit(
                "refuses.by-decision",
                "INCONCLUSIVE no state satisfies the witness of pins-match-holds",
                e -> e.decide("pin.full", (s, a, b, c) -> 1));
        edit(
                "refuses.half-way",
                shownNothing("never runs any more: decrease_reservation/await-owner, decrease_reservation/clear-owner,"
                        + " decrease_reservation/queue-owner-invalidation, decrease_reservation/queue-owner-wait and 1"
                        + " more"),
                e -> e.redirect(DECREASE, "give-up", NEXT, Step.END));
        edit(
                "skips.outcome-never-given",
                shownNothing("edited, and never runs: unmap_grant_ref/upkeep with fail"),
                e -> e.redirect(UNMAP, "upkeep", FAIL, "unlock"));
        edit(
                "skips.step-never-run",
                shownNothing("left out, and never ran without the edit either: unmap_grant_ref/await-owner"),
                e -> e.drop(UNMAP, "await-owner"));
        edit(
                "skips.copy-never-run",
                shownNothing("edited, and never runs: unmap_grant_ref/await-again"),
                e -> e.repeatOn(UNMAP, "await", LOOP, "await", "await-again"));
        edit(
                "skips.decision-never-asked",
                shownNothing("a decision that is edited, and never asked: device.counts-until-moved"),
                e -> e.decide("device.counts-until-moved", (s, a, b, c) -> 0));
        edit("locks.not-taken", UNLOCKS, e -> e.drop(UNMAP, "lock"));
        edit("locks.passed-by", UNLOCKS, e -> e.redirect(MAP, "reference", NEXT, "upkeep"));
        edit(
                "locks.dropped-twice",
                UNLOCKS,
                e -> e.redirect(MAP, "publish", NEXT, "unlock")
                        .repeatOn(MAP, "publish", NEXT, "unlock", "unlock-again"));
        edit("locks.kept", HANGS, e -> e.drop(UNMAP, "unlock"));
        edit(
                "changes.nothing",
                shownNothing("the edit changes no transition of this machine"),
                e -> e.moveToEnd(MAP, "undo").moveBefore(MAP, "undo", "lock"));
        edit("dangles.nowhere", "REFUSED", e -> e.redirect(UNMAP, "await", LOOP, "nowhere"));
        edit(
                "dangles.step-left-out",
                "REFUSED",
                e -> e.drop(UNMAP, "unlock").redirect(UNMAP, "upkeep", DONE, "unlock"));
        edit(
                "stays.elsewhere",
                "HELD stays.elsewhere was injected and everything holds",
                e -> e.redirect(UNMAP, "queue-wait", NEXT, "await")
                        .repeatOn(UNMAP, "queue-wait", NEXT, "await", "await-first"));
        // With one CPU nobody comes in between.
        edit(
                "ahead.unlock",
                "HELD ahead.unlock was injected and everything holds",
                e -> e.moveAhead(UNMAP, "unlock", "queue-invalidation"));
        // A patch that is one: what is asked of it is no more than that the program still does what it did.
        edit(
                "holds.whole-domain",
                "HELD holds.whole-domain was injected and everything holds",
                e -> e.decide("invalidation.whole-domain", (s, a, b, c) -> 1));
    }

    /** Xen with the edits above as injected faults. */
    public static final class Edited implements Component {
        private final Component xen = Catalog.load().component("xen-vtd");

        @Override
        public String id() {
            return "edited";
        }

        @Override
        public String says() {
            return xen.says();
        }

        @Override
        public List<Parameter> parameters() {
            return xen.parameters();
        }

        @Override
        public List<Parameter> parameters(Map<String, String> given) {
            return xen.parameters(given);
        }

        @Override
        public List<InjectedFault> faults() {
            return EDITS.entrySet().stream()
                    .map(e -> new InjectedFault(e.getKey(), "An edit.", "", List.of(), "step", e.getValue()))
                    .toList();
        }

        @Override
        public void build(Setting setting, ModelBuilder model) {
            xen.build(setting, model);
        }
    }

    private static Scenario scenario(Granularity granularity, Map<String, String> settings) {
        MachineSpec machine = new MachineSpec(Edited.class.getName(), settings, granularity, true, List.of());
        return new Scenario(
                Path.of("edited.yaml"),
                1,
                "edited",
                "Edited.",
                machine,
                List.of("no-foreign", "pins-match-holds"),
                List.of(),
                Map.of(),
                Expectation.held(),
                "default",
                Integer.MAX_VALUE,
                Long.MAX_VALUE);
    }

    private static Verdict verdict(Scenario scenario, String edit, Limits limits, CheckRequest.Manner manner) {
        CheckRequest request = new CheckRequest(scenario, Map.of(), List.of(edit), limits, manner);
        return new ScenarioChecker(Catalog.load(), ENGINE).check(request, Progress.silent());
    }

    private static String said(Scenario scenario, String edit, Limits limits, CheckRequest.Manner manner) {
        try {
            Verdict v = verdict(scenario, edit, limits, manner);
            boolean plain = v.kind() == Verdict.Kind.HELD && v.exit() == ExitCode.OK;
            String why = v.finding() == null
                    ? String.join("; ", v.unmet())
                    : String.join(", ", v.finding().invariants());
            return (plain ? "PLAIN " : "") + v.kind() + " " + why + " (" + v.exit() + ")";
        } catch (BadSettingException | ProgramException refused) {
            return "REFUSED " + refused.getMessage();
        }
    }

    private static String said(Granularity granularity, String edit) {
        return said(scenario(granularity, SMALL), edit, Limits.none(1), new CheckRequest.Manner(false, false));
    }

    @Test
    void whatNoLongerDoesWhatItDidDoesNotHold() {
        Map<String, String> other = new TreeMap<>();
        SAID.forEach((edit, expected) -> {
            String said = said(Granularity.STEP, edit);
            if (!said.startsWith(expected)) {
                other.put(edit, said);
            }
        });
        assertThat(other).isEmpty();
    }

    /** Whether an edited program still does what it did cannot be judged: nobody says that it holds. */
    @Test
    void whatCannotBeJudgedDoesNotHoldEither() {
        String held = "holds.whole-domain";
        Scenario scenario = scenario(Granularity.STEP, SMALL);
        CheckRequest.Manner plain = new CheckRequest.Manner(false, false);
        assertThat(said(scenario, held, Limits.none(1), new CheckRequest.Manner(false, true)))
                .startsWith(shownNothing("whether its operations still end is not asked with --symmetry"))
                .endsWith("(LIMIT)");
        // So many states has the edited program, and the unedited one more.
        String refuses = "refuses.always-undone";
        long states = verdict(scenario, refuses, Limits.none(1), plain).run().distinct();
        Limits few = new Limits(
                Integer.MAX_VALUE,
                1,
                Limits.none(1).time(),
                states,
                Limits.none(1).memory());
        assertThat(said(scenario, refuses, few, plain))
                .startsWith(shownNothing("whether its operations still end was not found out: the limit on states"))
                .endsWith("(LIMIT)");
        // Elsewhere searches are made, and nobody asks.
        assertThat(said(scenario, held, Limits.none(1), new CheckRequest.Manner(false, false, false)))
                .startsWith("HELD")
                .endsWith("(EXPECTATION)");
    }

    /** The unedited program waits for ever for a unit that stalls: no return is asked of the edited one, but that it can. */
    @Test
    void aProgramThatNeedNotReturnIsComparedByWhereItStays() {
        Map<String, String> stalls = new TreeMap<>(SMALL);
        stalls.put("stalls", "true");
        stalls.put("handles", "1");
        Scenario scenario = scenario(Granularity.STEP, stalls);
        CheckRequest.Manner plain = new CheckRequest.Manner(false, false);
        assertThat(said(scenario, "holds.whole-domain", Limits.none(1), plain)).startsWith("HELD");
        assertThat(said(scenario, "spins.loop", Limits.none(1), plain)).startsWith(RETURNS);
        assertThat(said(scenario, "stays.elsewhere", Limits.none(1), plain))
                .startsWith(shownNothing(
                        "unmap_grant_ref need not return without the edit either; with it, it may also stay for ever at"
                                + " unmap_grant_ref/await-first"));
    }

    /** The locks of a component that is written as a text say who has them, too. */
    @Test
    void aTextsLocksSayWhoHasThem() {
        Map<String, String> settings = Map.of("domains", "1", "frames", "1", "cpus", "2");
        MachineSpec spec = new MachineSpec("xen-p2m", settings, Granularity.STEP, true, List.of());
        Catalog catalog = Catalog.load();
        Obligations obligations = new Obligations(catalog.machine(spec), 10_000, Long.MAX_VALUE);
        Obligations.Answer answer = obligations.ask(
                edits -> new Machine(catalog.model(spec, edits.drop(DECREASE, "lock-p2m")), Granularity.STEP, true));
        assertThat(answer.broken().response()).isEqualTo(Response.NO_BAD_UNLOCK);
        assertThat(obligations
                        .ask(edits -> new Machine(catalog.model(spec, edits), Granularity.STEP, true))
                        .broken())
                .isNull();
    }

    /** Whole operations: one that goes round is left where it is, and one that hangs too. */
    @Test
    void wholeOperationsThatGoRoundDoNotHold() {
        assertThat(said(Granularity.OPERATION, "spins.loop"))
                .isEqualTo(
                        "REFUSED edited: unmap_grant_ref/upkeep is reached after 100000 steps of one call: it does not"
                                + " end");
        assertThat(said(Granularity.OPERATION, "locks.not-taken")).startsWith(UNLOCKS);
        assertThat(said(Granularity.OPERATION, "hangs.step")).startsWith(HANGS);
        assertThat(said(Granularity.OPERATION, "refuses.always-undone")).startsWith("INCONCLUSIVE");
    }
}
