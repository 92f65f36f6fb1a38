package dev.moat.certificate;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import java.util.Arrays;
import java.util.List;

/**
 * A certificate: a text of which each line is one step of a {@link Refutation}, its words separated by one blank. The first line is
 * {@value #FIRST}; then, in any order,
 *
 * <pre>
 * use N                 assertion N of the goal, from 1
 * instance S c ...      sentence S for these constants
 * witness S c ...       new constants for which sentence S is so, or is not
 * transitive a b c      equality of three constants
 * congruent R n a ... b ...  a relation's atom of a ..., n of them, and the same of b ...
 * clause L ...          literals, negative ones for opposites; follows by propagation
 * </pre>
 *
 * It proves a goal when each line is a step and the last one has led to a contradiction.
 */
public final class Certificate {
    /** The first line. */
    public static final String FIRST = "moat certificate 1";

    private Certificate() {}

    /**
     * Checks that a certificate proves a goal, and returns if and only if it does.
     *
     * @param file its name, for complaints
     * @return the number of its steps
     * @throws InputException at the first line that is no step; at the end when there is no contradiction
     */
    public static int check(GoalFile goal, String file, String text) {
        Refutation refutation = new Refutation(goal);
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(FIRST)) {
            throw new InputException(file, 1, 1, "a certificate begins with '" + FIRST + "'");
        }
        for (int i = 1; i < lines.size(); i++) {
            try {
                step(refutation, lines.get(i).split(" ", -1));
            } catch (RefusedStepException e) {
                throw new InputException(file, i + 1, 1, "no step of a proof: " + e.getMessage());
            }
        }
        if (!refutation.isComplete()) {
            throw InputText.end(file, text)
                    .error("the certificate proves nothing: there is no contradiction at its end");
        }
        return lines.size() - 1;
    }

    private static void step(Refutation refutation, String[] words) {
        switch (words[0]) {
            case "use" -> refutation.use(number(of(words, 2), 1));
            case "instance" -> refutation.instance(number(words, 1), from(words, 2, words.length));
            case "witness" -> refutation.witness(number(words, 1), from(words, 2, words.length));
            case "transitive" -> refutation.transitive(word(of(words, 4), 1), word(words, 2), word(words, 3));
            case "congruent" -> {
                int middle = 3 + Math.min(Math.max(number(words, 2), 0), words.length - 3);
                refutation.congruent(words[1], from(words, 3, middle), from(words, middle, words.length));
            }
            case "clause" -> {
                int[] literals = new int[words.length - 1];
                for (int i = 0; i < literals.length; i++) {
                    literals[i] = number(words, i + 1);
                }
                refutation.clause(literals);
            }
            default -> throw new RefusedStepException("'" + words[0] + "' is none");
        }
    }

    /** These words, of which there are no more than so many. */
    private static String[] of(String[] words, int most) {
        if (words.length > most) {
            throw new RefusedStepException("'" + words[most] + "' belongs to nothing");
        }
        return words;
    }

    private static List<String> from(String[] words, int first, int end) {
        return Arrays.asList(words).subList(first, end);
    }

    private static String word(String[] words, int at) {
        if (at >= words.length) {
            throw new RefusedStepException("words are missing");
        }
        return words[at];
    }

    private static int number(String[] words, int at) {
        try {
            return Integer.parseInt(word(words, at));
        } catch (NumberFormatException e) {
            throw new RefusedStepException("'" + words[at] + "' is no number");
        }
    }
}
