package dev.moat.notation.text;

import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a call has changed an entry of I/O tables last, as the tables in memory are walked. An edit that goes by it notes it in a slot of each
 * CPU, which is not there otherwise.
 */
enum EntryChange {
    /** The call has changed no entry. */
    NONE,
    /** There was no entry. */
    ADDED,
    /** The entry allows more than before. */
    WIDENED,
    /** The entry allows less than before. */
    NARROWED,
    /** The entry leads to another frame. */
    MOVED,
    /** There is no entry any more. */
    REMOVED;

    private static final String SLOT = "cpu.entry-change";
    private static final int BITS = 3;

    /** As an edit says it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> words() {
        return Arrays.stream(values())
                .filter(c -> c != NONE)
                .map(EntryChange::word)
                .toList();
    }

    /** The change that a word names. */
    static Optional<EntryChange> of(String word) {
        return Arrays.stream(values())
                .filter(c -> c != NONE && c.word().equals(word))
                .findFirst();
    }

    /** The last change of each CPU's call; declared where it is first asked for. */
    static Slots noted(SchemaBuilder declared) {
        List<Slots> families = declared.families();
        Optional<Slots> known =
                families.stream().filter(f -> f.name().equals(SLOT)).findFirst();
        if (known.isPresent()) {
            return known.get();
        }
        Slots pc = families.stream()
                .filter(f -> f.name().equals("pc"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("operations without CPUs"));
        return declared.slots(
                        SLOT, Role.HYPERVISOR, Writer.HYPERVISOR, pc.index().get(0))
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .called(Arrays.stream(values()).map(EntryChange::word).toArray(String[]::new))
                .bits(BITS);
    }

    /** The steps of an operation, each of which notes what it does to an entry. */
    static List<Step> noting(Operation operation, Slots noted, Abstraction meaning) {
        if (operation.steps().stream().anyMatch(step -> step.code() instanceof Noting)) {
            return operation.steps();
        }
        Walks walks = new Walks(meaning);
        List<Step> steps = new ArrayList<>();
        for (Step step : operation.steps()) {
            steps.add(step.running(new Noting(step.code(), noted, walks)));
        }
        return steps;
    }

    private record Noting(StepCode code, Slots noted, Walks walks) implements StepCode {
        @Override
        public int run(long[] s, int cpu) {
            boolean[] before = walks.of(s);
            int outcome = code.run(s, cpu);
            EntryChange change = walks.change(before, walks.of(s));
            if (change != NONE) {
                noted.set(s, cpu, change.ordinal());
            }
            return outcome;
        }
    }

    /** What walks of the tables in memory allow: reading each frame at each page of each space, then writing. */
    private static final class Walks {
        private static final List<String> RIGHTS = List.of("mapR", "mapW");

        private final Abstraction meaning;

        Walks(Abstraction meaning) {
            this.meaning = meaning;
        }

        /** {@code @shape} atoms of mapR, then of mapW; the frame varies first. Empty where there are no I/O tables. */
        boolean[] of(long[] s) {
            int size = atoms();
            boolean[] all = new boolean[RIGHTS.size() * size];
            int[] place = new int[3];
            for (int n = 0; n < all.length; n++) {
                Relation relation = meaning.relation(RIGHTS.get(n / size)).orElse(null);
                if (relation != null) {
                    relation.place(n % size, place);
                    all[n] = relation.code().holds(s, place[0], place[1], place[2], 0, 0);
                }
            }
            return all;
        }

        private int atoms() {
            return meaning.relation(RIGHTS.get(0)).map(Relation::atoms).orElse(0);
        }

        /** The change of the page that lost most. */
        EntryChange change(boolean[] before, boolean[] after) {
            int frames = meaning.relation(RIGHTS.get(0))
                    .map(r -> r.places().get(2).size())
                    .orElse(0);
            EntryChange most = NONE;
            for (int page = 0; page < before.length / RIGHTS.size(); page += frames) {
                EntryChange one = ofPage(before, after, page, frames);
                most = one.compareTo(most) > 0 ? one : most;
            }
            return most;
        }

        private EntryChange ofPage(boolean[] before, boolean[] after, int first, int frames) {
            boolean lost = false;
            boolean gained = false;
            boolean was = false;
            boolean is = false;
            boolean other = false;
            for (int f = first; f < first + frames; f++) {
                int w = f + before.length / RIGHTS.size();
                boolean had = before[f] || before[w];
                boolean has = after[f] || after[w];
                was |= had;
                is |= has;
                other |= had && !has;
                lost |= (before[f] && !after[f]) || (before[w] && !after[w]);
                gained |= (!before[f] && after[f]) || (!before[w] && after[w]);
            }
            if (!lost && !gained) {
                return NONE;
            } else if (!was || !is) {
                return is ? ADDED : REMOVED;
            }
            return other || (lost && gained) ? MOVED : lost ? NARROWED : WIDENED;
        }
    }
}
