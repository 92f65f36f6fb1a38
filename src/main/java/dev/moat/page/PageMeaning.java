package dev.moat.page;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.state.Abstraction;
import dev.moat.state.Listing;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a state means for devices, whatever the tables look like: the true tuples of the relations that say whose devices and
 * frames are, where a walk leads, what caches serve, and what is in flight.
 */
final class PageMeaning {
    private static final List<String> SHOWN = List.of(
            "owner",
            "free",
            "assigned",
            "hold",
            "holdW",
            "opening",
            "live",
            "closing",
            "ent",
            "cent",
            "mapR",
            "mapW",
            "mayR",
            "mayW",
            "flyR",
            "flyW",
            "dirty",
            "dirtyQ",
            "getsR",
            "getsW");
    /** More atoms than that are not asked one by one. */
    private static final long MOST_ATOMS = 1 << 14;
    /** More tuples than that of one relation nobody reads. */
    private static final int MOST_TUPLES = 200;

    private final Abstraction abstraction;
    private final Texts texts;
    private final Set<String> cut = new TreeSet<>();

    PageMeaning(Abstraction abstraction, Texts texts) {
        this.abstraction = abstraction;
        this.texts = texts;
    }

    /** For each relation its true tuples, each the numbers of its elements' labels. */
    JsonObject json(long[] s) {
        JsonObject all = new JsonObject();
        for (String name : SHOWN) {
            abstraction.relation(name).ifPresent(r -> {
                JsonArray tuples = tuples(r, s);
                if (!tuples.isEmpty()) {
                    all.add(name, tuples);
                }
            });
        }
        return all;
    }

    private JsonArray tuples(Relation relation, long[] s) {
        List<Sort> places = relation.places();
        JsonArray found = new JsonArray();
        Listing.Sink sink = (a, b, c, d, e) -> {
            if (found.size() < MOST_TUPLES) {
                found.add(labels(places, new int[] {a, b, c, d, e}));
            } else {
                cut.add(relation.name());
            }
        };
        if (abstraction.listing(relation.name()).isPresent()) {
            abstraction.listing(relation.name()).get().listing().list(s, sink);
        } else if (atoms(places) <= MOST_ATOMS) {
            ask(relation, s, sink);
        } else {
            cut.add(relation.name());
        }
        return found;
    }

    /** Names of the relations that are true of more than was told of some state so far, or may be: a page must not deny that. */
    JsonArray cut() {
        return Texts.array(cut);
    }

    private static long atoms(List<Sort> places) {
        long atoms = 1;
        for (Sort place : places) {
            atoms = Math.min(MOST_ATOMS + 1, atoms * place.size());
        }
        return atoms;
    }

    private static void ask(Relation relation, long[] s, Listing.Sink sink) {
        int[] sizes = {1, 1, 1, 1, 1};
        for (int i = 0; i < relation.places().size(); i++) {
            sizes[i] = relation.places().get(i).size();
        }
        Listing.each(sizes, (a, b, c, d, e) -> {
            if (relation.code().holds(s, a, b, c, d, e)) {
                sink.add(a, b, c, d, e);
            }
        });
    }

    private JsonArray labels(List<Sort> places, int[] elements) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            numbers.add(texts.number(places.get(i).label(elements[i])));
        }
        return Texts.numbers(numbers);
    }
}
