package dev.moat.check.cover;

import dev.moat.check.Engine;
import dev.moat.check.cover.Bench.Seen;
import dev.moat.check.cover.Combination.Outcome;
import dev.moat.model.BadSettingException;
import dev.moat.model.Composed;
import dev.moat.model.Conflict;
import dev.moat.model.Model;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every combination of choices, in the smallest bounds in which each of them is at work: without it the machine reaches other
 * states, or the same ones in other ways.
 */
public final class Covering {
    /** After so many bounds whose search is cut those are left out in which not even each choice by itself is at work. */
    private static final int MOST_CUTS = 2;

    /** So many bounds of each choice are joined, and so many joined ones are tried. */
    private static final int MOST_OWN = 3;

    private static final int MOST_JOINED = 9;

    private static final Set<Outcome> SHOWS = EnumSet.of(Outcome.BROKEN, Outcome.COVERED, Outcome.DISAGREES);

    private final Bench bench;
    private final KnownBreaks known;
    private final List<Choice> all;
    private final Map<Choice, Boolean> silent = new ConcurrentHashMap<>();
    private final Map<Choice, List<SmallBounds>> working = new ConcurrentHashMap<>();

    /**
     * @param states of each search; one that needs more covers nothing
     * @param known what choices break, with reasons
     */
    public Covering(Composed component, Catalog catalog, Engine engine, long states, KnownBreaks known) {
        this(
                new Bench(component, catalog, engine, states, UnaryOperator.identity()),
                known,
                Choice.all(component.parameters(), component.mechanisms(Map.of())));
    }

    private Covering(Bench bench, KnownBreaks known, List<Choice> all) {
        this.bench = bench;
        this.known = known;
        this.all = all;
    }

    /** The same where every machine has a change; for defects that the array has to find. */
    Covering with(UnaryOperator<Model> change) {
        return new Covering(bench.with(change), known, all);
    }

    /** The same with other reasons on file; what is searched is searched once for both. */
    Covering knowing(KnownBreaks other) {
        return new Covering(bench, other, all);
    }

    /**
     * Tries combinations on so many threads; the results are in their order and, as long as the time is not up, the same for any
     * number.
     *
     * @param seconds after which no further one is tried, and those that are being tried are given up
     */
    public List<Combination> tried(List<List<Choice>> combinations, int threads, long seconds) {
        List<Combination> done = new ArrayList<>();
        new InTurn(threads, seconds)
                .each(combinations, this::tried, c -> new Combination(c, Outcome.UNTRIED, ""), done::add);
        return done;
    }

    /** Tries one combination. */
    public Combination tried(List<Choice> choices) {
        Optional<Conflict> conflict = bench.conflict(choices);
        if (conflict.isPresent()) {
            Outcome outcome =
                    conflict.get().ground() == Conflict.Ground.CANNOT_BE ? Outcome.CANNOT_BE : Outcome.NOT_MODELLED;
            return new Combination(choices, outcome, conflict.get().because());
        }
        List<Choice> least = bench.least(choices);
        if (least.size() < choices.size()) {
            Combination same = searched(least);
            return new Combination(choices, same.outcome(), same.because());
        }
        return searched(choices);
    }

    /**
     * What the first bounds show in which the choices can be together and are all at work. Bounds in which each of them is at work by
     * itself come first, and those in which none is are left out. Where the numbers of states or transitions tell that a choice is at
     * work, more happens than where only the states do: such bounds are sought first.
     */
    private Combination searched(List<Choice> choices) {
        if (choices.size() > 1 && choices.stream().anyMatch(this::isSilent)) {
            return searched(choices, false);
        }
        Combination found = searched(choices, true);
        return SHOWS.contains(found.outcome()) ? found : searched(choices, false);
    }

    private Combination searched(List<Choice> choices, boolean byNumbers) {
        Tries tries = new Tries(choices, byNumbers);
        if (choices.size() > 1 && tries.idleAlone) {
            // At work nowhere by itself: one search where the others are; where they are only with a fault, anywhere.
            tries.once(1);
            tries.once(-1);
            return tries.found != null ? tries.found : uncovered(choices, tries);
        }
        if (choices.size() > 1) {
            SmallBounds.SMALLER.stream()
                    .filter(rung -> areAtWork(choices, rung))
                    .forEach(rung -> tries.at(rung, 0));
        }
        SmallBounds.SMALLER.forEach(rung -> tries.at(rung, 0));
        if (byNumbers && choices.size() > 2) {
            // Of three, one is often at work beside another one only.
            tries.onBothSides();
            tries.beside();
        }
        if (byNumbers) {
            return tries.found != null ? tries.found : new Combination(choices, Outcome.NOT_SEEN, "");
        }
        if (choices.size() > 1 && tries.found == null) {
            joined(choices, MOST_OWN).stream().limit(MOST_JOINED).forEach(rung -> tries.at(rung, -1));
        }
        tries.onBothSides();
        tries.beside();
        return tries.found != null ? tries.found : uncovered(choices, tries);
    }

    /** Whether each of some choices is at work in some bounds without the others: those are tried first. */
    private boolean areAtWork(List<Choice> choices, SmallBounds rung) {
        return choices.stream().allMatch(c -> works(c).contains(rung));
    }

    private Combination uncovered(List<Choice> choices, Tries tries) {
        if (!tries.fits) {
            return new Combination(choices, Outcome.NOT_MODELLED, tries.refused);
        }
        // Searches that were cut do not say that what is on file is still so.
        if (tries.whole && tries.cuts < MOST_CUTS && known.has(choices, KnownBreaks.IDLE)) {
            return new Combination(choices, Outcome.IDLE, known.reason(choices, KnownBreaks.IDLE));
        }
        // What a search would have shown that was cut, a refusal of other bounds does not tell.
        String excluded = tries.open() ? "" : excluded(choices);
        if (!tries.open() && excluded.isEmpty() && choices.size() > 1) {
            // Bounds that bring one of them to work exclude those that bring another one.
            excluded = excluded(choices, joined(choices, Integer.MAX_VALUE));
        }
        if (!excluded.isEmpty()) {
            return new Combination(choices, Outcome.NOT_MODELLED, excluded);
        }
        if (tries.open() && known.has(choices, KnownBreaks.TOO_LARGE)) {
            return new Combination(choices, Outcome.ELSEWHERE, known.reason(choices, KnownBreaks.TOO_LARGE));
        }
        return new Combination(choices, tries.open() ? Outcome.CUT : Outcome.NOT_SEEN, "");
    }

    /** The bounds in which choices are tried, one after the other, until some show what becomes of them. */
    private final class Tries {
        private final List<Choice> choices;
        private final boolean byNumbers;
        private @Nullable Combination found;
        private int cuts;
        /** Whether bounds were left out as too large for anybody to tell what is at work there. */
        private boolean skips;
        /** Bounds that have been searched. */
        private final Set<SmallBounds> seen = new HashSet<>();
        /** Whether bounds were tried in which not each choice is at work by itself. */
        private boolean late;
        /** Whether some search of a machine without faults was whole. */
        private boolean whole;
        /** Whether some bounds go with the choices; and why those do not that were tried first. */
        private boolean fits;

        private String refused = "";
        /** As never at work together. */
        private final boolean onFile;
        /** One of them is on file by itself. */
        private final boolean idleAlone;

        Tries(List<Choice> choices, boolean byNumbers) {
            this.choices = choices;
            this.byNumbers = byNumbers;
            onFile = !known.reason(choices, KnownBreaks.IDLE).isEmpty();
            idleAlone = choices.stream()
                    .anyMatch(c -> !known.reason(List.of(c), KnownBreaks.IDLE).isEmpty());
        }

        /** Whether something was not searched to its end that might have shown them at work. */
        boolean open() {
            return cuts > 0 || (skips && !whole);
        }

        /** In bounds with both sides, which are larger: with a second CPU too large. */
        void onBothSides() {
            if (!choices.contains(Choice.SECOND_CPU) && !onFile) {
                SmallBounds.LADDER.forEach(rung -> at(rung, 0));
            }
        }

        /** In bounds in which not each of the choices is at work by itself, the fewest first. */
        void beside() {
            for (int idle = 1; idle < choices.size(); idle++) {
                for (SmallBounds rung : SmallBounds.SMALLER) {
                    // What is on file as never at work is tried once where the others are: is it still so?
                    if (cuts < MOST_CUTS && !(onFile && late)) {
                        at(rung, idle);
                    }
                }
            }
        }

        /** Until one search was whole, or too many were cut. */
        void once(int idle) {
            SmallBounds.SMALLER.stream()
                    .takeWhile(rung -> !whole && cuts < MOST_CUTS)
                    .forEach(rung -> at(rung, idle));
        }

        /** @param idle how many of the choices are not to be at work there by themselves; -1 for any number */
        void at(SmallBounds plain, int idle) {
            if (found != null || seen.contains(plain)) {
                return;
            }
            try {
                SmallBounds rung = bench.fitted(choices, plain);
                // Too large for anybody to tell what is at work says nothing about what is on file.
                boolean tells = !onFile || idleAlone || bench.areKnown(Choice.without(choices), rung);
                if (tells && (idle < 0 || choices.size() == 1 || idle(choices, rung) == idle)) {
                    late |= idle > 0;
                    seen.add(plain);
                    Combination shown = searched(choices, rung, byNumbers);
                    boolean cut = shown != null && shown.outcome() == Outcome.CUT;
                    cuts += cut ? 1 : 0;
                    whole |= !cut && rung.faults().isEmpty();
                    found = cut ? null : shown;
                }
                skips |= !tells;
                fits = true;
            } catch (BadSettingException e) {
                // What these bounds add does not go with the choices; others may.
                refused = refused.isEmpty() ? String.valueOf(e.getMessage()) : refused;
            }
        }
    }

    /**
     * Bounds that are joined of those in which each choice is at work by itself: where no bounds have all of them at work.
     *
     * @param most so many bounds of each choice
     */
    private List<SmallBounds> joined(List<Choice> choices, int most) {
        return SmallBounds.joined(choices.stream()
                .map(c -> works(c).stream().limit(most).toList())
                .toList());
    }

    /** The bounds in which a choice is at work by itself, those of the fewest states first. */
    private List<SmallBounds> works(Choice choice) {
        return working.computeIfAbsent(choice, c -> {
            List<SmallBounds> smaller = SmallBounds.SMALLER.stream()
                    .filter(rung -> isAtWork(c, rung))
                    .toList();
            List<SmallBounds> all = !smaller.isEmpty() || c.equals(Choice.SECOND_CPU)
                    ? smaller
                    : SmallBounds.LADDER.stream()
                            .filter(rung -> isAtWork(c, rung))
                            .toList();
            return all.stream()
                    .sorted(Comparator.comparing(rung -> bench.states(c, rung)))
                    .toList();
        });
    }

    /** Why none of the bounds in which some choice is at work by itself goes with the others; empty where some do. */
    private String excluded(List<Choice> choices) {
        Stream<String> reasons = choices.stream().map(c -> excluded(choices, works(c)));
        return reasons.filter(because -> !because.isEmpty()).findFirst().orElse("");
    }

    private String excluded(List<Choice> choices, List<SmallBounds> rungs) {
        String because = "";
        for (SmallBounds rung : rungs) {
            Optional<Conflict> conflict = bench.conflict(choices, rung);
            if (conflict.isEmpty()) {
                return "";
            }
            because = conflict.get().because();
        }
        return because;
    }

    private boolean isAtWork(Choice choice, SmallBounds plain) {
        try {
            return bench.differ(List.of(choice), List.of(), bench.fitted(List.of(choice), plain));
        } catch (BadSettingException e) {
            return false;
        }
    }

    /** Whether no bounds show a choice by the numbers of states or transitions, so that with others they are not asked for it either. */
    private boolean isSilent(Choice choice) {
        return silent.computeIfAbsent(
                choice, c -> SmallBounds.SMALLER.stream().noneMatch(rung -> bench.showsByNumbers(c, rung)));
    }

    /** How many of some choices make no difference here, each by itself. */
    private int idle(List<Choice> choices, SmallBounds rung) {
        bench.machine(choices, rung);
        int idle = 0;
        for (Choice choice : choices) {
            idle += bench.differ(List.of(choice), List.of(), rung) ? 0 : 1;
        }
        return idle;
    }

    /** What some bounds show of choices; null when not all of them are at work there. */
    private @Nullable Combination searched(List<Choice> choices, SmallBounds rung, boolean byNumbers) {
        List<List<Choice>> fewer = Choice.without(choices);
        List<Seen> without = fewer.stream().map(f -> at(f, rung)).toList();
        // Where a search was cut nobody knows what the rest of the states would tell apart.
        if (!without.stream().allMatch(Seen::isWhole)) {
            return new Combination(choices, Outcome.CUT, "");
        }
        Seen own = at(choices, rung);
        if (!rung.faults().isEmpty() && own.broken().contains(Scenario.NO_DEADLOCK)) {
            return null; // none of the choices is what repairs the fault
        }
        Set<String> fresh = new TreeSet<>(own.broken());
        without.forEach(w -> fresh.removeAll(w.broken()));
        List<Choice> there = Choice.there(all, choices, rung);
        fresh.removeIf(property -> known.has(there, property));
        if (!fresh.isEmpty()) {
            return new Combination(choices, Outcome.BROKEN, String.join(", ", fresh) + " in " + rung);
        }
        // A design that breaks a property, for a reason that is on file, is not the discipline's either.
        if (!own.wrongClaim().isEmpty()
                && own.broken().isEmpty()
                && rung.faults().isEmpty()) {
            return new Combination(choices, Outcome.DISAGREES, own.wrongClaim() + " in " + rung);
        }
        if (!own.complete()) {
            return new Combination(choices, Outcome.CUT, "");
        }
        if (byNumbers && fewer.stream().anyMatch(f -> bench.haveSameNumbers(f, choices, rung))) {
            return null;
        }
        return fewer.stream().allMatch(f -> bench.differ(choices, f, rung))
                ? new Combination(choices, Outcome.COVERED, rung.toString())
                : null;
    }

    /** What a machine of some choices shows; the properties that it breaks with fewer of them it breaks with all. */
    private Seen at(List<Choice> choices, SmallBounds rung) {
        Set<String> less = new TreeSet<>();
        Choice.without(choices).forEach(w -> less.addAll(at(w, rung).broken()));
        less.remove(Scenario.NO_DEADLOCK); // that, more of them may mend
        Seen own = bench.search(bench.machine(choices, rung), less);
        List<String> broken =
                Stream.concat(less.stream(), own.broken().stream()).toList();
        return new Seen(broken, own.wrongClaim(), own.complete());
    }
}
