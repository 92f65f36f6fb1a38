package dev.moat.prove.infer;

import dev.moat.logic.Discipline;
import dev.moat.logic.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** All sorts, and the relations that a discipline speaks of, by number, in the vocabulary's order. */
final class Signature {
    private final List<String> sorts = new ArrayList<>();
    private final List<String> relations = new ArrayList<>();
    private final List<int[]> places = new ArrayList<>();

    /** What a discipline speaks of. */
    public Signature(Discipline discipline) {
        Vocabulary vocabulary = discipline.vocabulary();
        Set<String> known = discipline.relations();
        sorts.addAll(vocabulary.sorts());
        for (String relation : vocabulary.relations()) {
            if (known.contains(relation)) {
                relations.add(relation);
                places.add(placesOf(vocabulary, relation).stream()
                        .mapToInt(sorts::indexOf)
                        .toArray());
            }
        }
    }

    private static List<String> placesOf(Vocabulary vocabulary, String relation) {
        List<String> places = vocabulary.places(relation);
        return places == null ? List.of() : places;
    }

    /** A vocabulary of these alone, so that a solver need not know all others. */
    public Vocabulary words() {
        StringBuilder text = new StringBuilder();
        sorts.forEach(s -> text.append("(declare-sort ").append(s).append(" 0)\n"));
        for (int r = 0; r < relations.size(); r++) {
            String of = Arrays.stream(places.get(r)).mapToObj(sorts::get).collect(Collectors.joining(" "));
            text.append("(declare-fun ")
                    .append(relations.get(r))
                    .append(" (")
                    .append(of)
                    .append(") Bool)\n");
        }
        return Vocabulary.read("signature", text.toString());
    }

    public List<String> sorts() {
        return sorts;
    }

    public List<String> relations() {
        return relations;
    }

    /** The number of a sort; -1 for one that it does not know. */
    public int sort(String name) {
        return sorts.indexOf(name);
    }

    /** The number of a relation; -1 for one that it does not know. */
    public int relation(String name) {
        return relations.indexOf(name);
    }

    /** The sorts of a relation's places, by number. */
    public int[] places(int relation) {
        return places.get(relation);
    }
}
