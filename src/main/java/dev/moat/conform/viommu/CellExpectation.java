package dev.moat.conform.viommu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a recorded cell says came of a row, and whether it is what the machine did. Some of it is compared by meaning: the
 * order of changed words, and the index of a reserved request, which has none.
 *
 * @param words the cell's words before {@code shadow}
 */
record CellExpectation(List<String> words) {
    private static final String CHANGED = "wrote=";
    private static final String RESERVED_REQUEST = "fr=F20@";

    /** Before this word stands what came of a row, behind it what happened to a shadow. */
    static final String SHADOW = "shadow";

    static CellExpectation of(String cell) {
        List<String> all =
                Arrays.stream(cell.split(" ")).filter(word -> !word.isEmpty()).toList();
        int shadow = all.indexOf(SHADOW);
        return new CellExpectation(shadow < 0 ? all : all.subList(0, shadow));
    }

    /** What a cell says that happened to a shadow. */
    static List<String> shadowOf(String cell) {
        List<String> all =
                Arrays.stream(cell.split(" ")).filter(word -> !word.isEmpty()).toList();
        int shadow = all.indexOf(SHADOW);
        return shadow < 0 ? List.of() : all.subList(shadow + 1, all.size());
    }

    /** Whether the first words are the same number, whatever stands before it; the others must mean the same. */
    boolean sameNumber(List<String> ours) {
        if (words.isEmpty() || ours.size() != words.size()) {
            return false;
        }
        String recorded = words.get(0);
        String number = recorded.substring(recorded.indexOf('=') + 1);
        List<String> replaced = new ArrayList<>(words);
        replaced.set(0, number);
        return new CellExpectation(replaced).matches(ours);
    }

    /** Whether a cell says anything. */
    static boolean isStated(String cell) {
        return !cell.isEmpty() && !cell.equals("n/a") && !cell.contains("?");
    }

    /** Whether the machine's words mean the same. */
    boolean matches(List<String> ours) {
        if (ours.size() != words.size()) {
            return false;
        }
        for (int i = 0; i < words.size(); i++) {
            // Of memory that is read only the recorder could not tell the address.
            boolean rom = ours.get(i).equals("pt=ok:rom") && words.get(i).startsWith("pt=ok:");
            if (!rom && !meaning(words.get(i)).equals(meaning(ours.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private static String meaning(String word) {
        if (word.startsWith(CHANGED)) {
            String[] changes = word.substring(CHANGED.length()).split(";");
            Arrays.sort(changes);
            return CHANGED + String.join(";", changes);
        }
        int sid = word.indexOf("/sid=");
        return word.startsWith(RESERVED_REQUEST) && sid >= 0 ? RESERVED_REQUEST + word.substring(sid) : word;
    }

    /** The words as a cell has them. */
    String text() {
        return String.join(" ", words);
    }
}
