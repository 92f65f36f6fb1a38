package dev.moat.check.proof;

import dev.moat.discipline.InstanceBounds;
import dev.moat.input.InputException;
import dev.moat.input.InputText;
import dev.moat.model.BadSettingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A lasso of a response as a file, with text for a reader and the data to run it again. A replay takes the subject and
 * the names of steps from it, and trusts neither. It judges its own run, with all helpers of the rule, and compares
 * the changes of each step.
 *
 * @param file its name, for complaints
 * @param text the file as it is
 * @param about what it is a run of
 * @param stem the steps before what is repeated
 * @param round the steps that are repeated
 */
public record RecordedLasso(String file, String text, About about, List<Step> stem, List<Step> round) {
    /**
     * What a file is about.
     *
     * @param rule whose answer never comes
     * @param waits the elements that wait, as {@link GroundRule#label} has them
     * @param injected what is left out of the discipline and of rules
     * @param family what the discipline is varied by; empty where it is the plain one
     * @param bounds of the instance
     */
    public record About(String rule, String waits, List<String> injected, String family, InstanceBounds bounds) {
        public About {
            injected = List.copyOf(injected);
        }
    }

    /** How the names of such files end. */
    public static final String SUFFIX = ".lasso.txt";

    private static final int MAX_BYTES = 1 << 20;
    private static final String TITLE =
            "A run on which a response never comes. 'moat replay' of this file runs it again and judges it.";
    private static final String RULE = "rule: ";
    private static final String WAITS = "waits: ";
    private static final String INJECTED = "injected: ";
    private static final String FAMILY = "family: ";
    private static final String INSTANCE = "instance: ";
    private static final String STEM = "stem:";
    private static final String ROUND = "and then for ever:";
    private static final String GAP = ", ";
    private static final Pattern STEP = Pattern.compile("\\s{0,3}\\d+ {2}(\\S[^()]*\\([^()]*\\))(\\s.*)?");

    /** A step of a file: the letter's name, and the line that it is on. */
    record Step(String letter, int line) {}

    public RecordedLasso {
        stem = List.copyOf(stem);
        round = List.copyOf(round);
    }

    /**
     * The text of a file.
     *
     * @param injected what was left out
     * @param family empty for the plain discipline
     */
    public static String text(ResponseLasso lasso, List<String> injected, String family) {
        List<String> lines = new ArrayList<>(List.of(TITLE));
        lines.add(RULE + lasso.rule().id());
        lines.add(WAITS + lasso.waits());
        lines.add(INJECTED + String.join(GAP, injected));
        lines.add(FAMILY + family);
        lines.add(INSTANCE + lasso.stem().instance().bounds());
        lines.add(STEM);
        lines.addAll(lasso.stem().lines());
        lines.add(ROUND);
        lines.addAll(lasso.round().lines());
        return String.join("\n", lines) + "\n";
    }

    /**
     * Reads a file.
     *
     * @throws InputException when it is larger than 1 MiB or no UTF-8; then at the first line that is not as {@link #text} writes it
     * @throws IOException when it cannot be read
     */
    public static RecordedLasso read(Path path) throws IOException {
        String file = path.toString();
        String text = InputText.read(path, MAX_BYTES);
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(TITLE)) {
            throw new InputException(file, 1, 1, "no recorded lasso: the first line is to be '" + TITLE + "'");
        }
        Header header = new Header(file, lines);
        String rule = header.after(1, RULE);
        String waits = header.after(2, WAITS);
        String faults = header.after(3, INJECTED);
        String family = header.after(4, FAMILY);
        InstanceBounds bounds = header.bounds(5);
        header.after(6, STEM);
        int loop = lines.indexOf(ROUND);
        if (loop < 0) {
            throw InputText.end(file, text).error("the line '" + ROUND + "' is missing");
        }
        List<String> injected = faults.isEmpty() ? List.of() : Arrays.asList(faults.split(GAP));
        About about = new About(rule, waits, injected, family, bounds);
        return new RecordedLasso(file, text, about, header.steps(7, loop), header.steps(loop + 1, lines.size()));
    }

    private record Header(String file, List<String> lines) {
        String after(int at, String key) {
            if (at >= lines.size() || !lines.get(at).startsWith(key)) {
                int last = Math.min(at, lines.size() - 1);
                throw new InputException(file, last + 1, 1, "'" + key.strip() + "' is missing");
            }
            return lines.get(at).substring(key.length());
        }

        InstanceBounds bounds(int at) {
            try {
                return InstanceBounds.read(after(at, INSTANCE));
            } catch (BadSettingException e) {
                throw new InputException(file, at + 1, INSTANCE.length() + 1, String.valueOf(e.getMessage()));
            }
        }

        /** Lines of steps; what a step changes may be on a line of its own. */
        List<Step> steps(int from, int to) {
            List<Step> steps = new ArrayList<>();
            for (int i = from; i < to; i++) {
                Matcher step = STEP.matcher(lines.get(i));
                if (step.matches()) {
                    steps.add(new Step(step.group(1), i + 1));
                } else if (steps.isEmpty() || !lines.get(i).startsWith(" ")) {
                    throw new InputException(file, i + 1, 1, "neither a step nor what one changes");
                }
            }
            return steps;
        }
    }
}
