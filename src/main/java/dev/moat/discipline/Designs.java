package dev.moat.discipline;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.ActionMutant;
import dev.moat.logic.Discipline;
import dev.moat.model.BadSettingException;
import dev.moat.model.InjectedFault;
import dev.moat.model.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Faulty designs: what implementations have got wrong, as one thing left out of the discipline. A fault is one of these
 * or a {@link ActionMutant}, by its id.
 */
public final class Designs {
    /**
     * A faulty design.
     *
     * @param id its name
     * @param mutant what is left out, as {@link ActionMutant} calls it
     * @param says one sentence
     * @param breaks properties
     */
    public record Design(String id, String mutant, String says, List<String> breaks) {
        InjectedFault fault() {
            return new InjectedFault(
                    id,
                    says,
                    "the discipline without " + mutant,
                    breaks,
                    "operation",
                    edits -> edits.decide(id, (s, a, b, c) -> 1));
        }
    }

    /** All of them. */
    public static final List<Design> ALL = List.of(
            design(
                    "unmap-returns-without-waiting",
                    "end-hold.guard.3.1.2",
                    "An unmap of a mapping for reading returns before the invalidation that it owes was seen to complete.",
                    "no-foreign"),
            design(
                    "unmap-leaves-the-write-bit",
                    "end-hold.guard.4.2.1",
                    "An unmap for writing returns although a table still lets the frame be written.",
                    "no-foreign"),
            design(
                    "unmap-forgets-to-request",
                    "clear-entry.dirty",
                    "A table entry is cleared, and no invalidation becomes pending.",
                    "no-stale"),
            design(
                    "demotion-without-invalidation",
                    "demote-entry.dirty",
                    "A table entry loses its write right, and no invalidation becomes pending.",
                    "no-stale",
                    "demotion-invalidated"),
            design(
                    "end-of-access-during-unmap",
                    "end-access.guard.1.3",
                    "A guest may take back an offer while an unmap of it has not returned.",
                    "holds-granted"),
            design(
                    "frame-freed-while-mapped-by-others",
                    "free.guard.2",
                    "An owner may lose a frame that another domain maps.",
                    "holds-granted"),
            design(
                    "frame-freed-with-its-own-unmap-pending",
                    "free.guard.5",
                    "An owner may lose a frame while an invalidation of its own translation is pending.",
                    "no-foreign"),
            design(
                    "page-table-still-mapped",
                    "protect.guard.2",
                    "A frame becomes a page table while devices may still read it.",
                    "no-foreign"),
            design(
                    "completion-does-not-drain",
                    "complete-invalidation.flyR",
                    "The hardware completes an invalidation without ending the reads in flight.",
                    "no-stale"),
            design(
                    "submitted-counts-as-done",
                    "acknowledge.guard.1",
                    "A submitted invalidation is taken for a completed one.",
                    "no-stale",
                    "no-stale-context"),
            design(
                    "one-invalidation-pays-for-a-later-unmap",
                    "clear-entry.pays",
                    "An invalidation submitted before an entry was cleared counts for that entry.",
                    "no-stale"),
            design(
                    "write-map-of-a-read-only-grant",
                    "begin-open.guard.3",
                    "A grant for reading is mapped for writing.",
                    "holds-granted"),
            design(
                    "map-ignores-the-owner",
                    "begin-open.guard.5",
                    "A grant is mapped although its granter does not own the frame.",
                    "holds-granted"),
            design(
                    "handle-reused-while-closing",
                    "begin-open-ro.guard.1.3",
                    "A mapping that is being torn down is used for a new one.",
                    "no-foreign"),
            design(
                    "entry-overwritten-without-clearing",
                    "set-entry.guard.4",
                    "A table entry that lets a frame be read is pointed at another one.",
                    "no-stale"),
            design(
                    "deassign-without-context-invalidation",
                    "submit.paysF.yes.3",
                    "A domain loses a device whose cached entry was not invalidated before its requests were drained.",
                    "entries-follow-assignment"),
            design(
                    "deassign-without-drain",
                    "deassign.guard.1",
                    "A domain loses a device whose requests are still in flight.",
                    "flight-follows-assignment",
                    "entries-follow-assignment"),
            design(
                    "context-cleared-without-invalidation",
                    "clear-context.dirtyQ",
                    "A device entry is cleared, and no invalidation becomes pending.",
                    "no-stale-context"),
            design(
                    "completion-keeps-the-context",
                    "complete-invalidation.cent",
                    "The hardware completes an invalidation and keeps the cached device entry.",
                    "no-stale-context"));

    private Designs() {}

    /** Every mutant of every action of a discipline, in the order of the file. */
    static List<ActionMutant> mutants(Discipline discipline) {
        return discipline.actions().stream()
                .flatMap(a -> ActionMutant.of(a).stream())
                .toList();
    }

    /**
     * A discipline with faults.
     *
     * @throws BadSettingException for the first unknown id; then when two faults are in one action
     */
    public static Discipline inject(Discipline discipline, Collection<String> faults) {
        Map<String, ActionMutant> known = new LinkedHashMap<>();
        mutants(discipline).forEach(m -> known.put(m.id(), m));
        Map<String, AbstractAction> edited = new LinkedHashMap<>();
        for (String fault : faults) {
            ActionMutant mutant = known.get(mutantOf(fault));
            if (mutant == null) {
                List<String> names =
                        new ArrayList<>(ALL.stream().map(Design::id).toList());
                names.addAll(known.keySet());
                throw new BadSettingException(
                        "inject",
                        "the discipline has no fault '" + fault + "'" + Suggestion.phrase(fault, names)
                                + " ('moat list faults discipline' has its designs)");
            }
            AbstractAction action = mutant.action();
            if (edited.put(action.name(), action) != null) {
                throw new BadSettingException("inject", "two injected faults are in action '" + action.name() + "'");
            }
        }
        List<AbstractAction> actions = discipline.actions().stream()
                .map(a -> edited.getOrDefault(a.name(), a))
                .toList();
        return discipline.with(actions);
    }

    private static String mutantOf(String fault) {
        return ALL.stream()
                .filter(d -> d.id().equals(fault))
                .map(Design::mutant)
                .findFirst()
                .orElse(fault);
    }

    private static Design design(String id, String mutant, String says, String... breaks) {
        return new Design(id, mutant, says, List.of(breaks));
    }
}
