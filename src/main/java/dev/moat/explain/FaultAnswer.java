package dev.moat.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** What is said of one fault, and of the same fault again. It is filled by who explains it. */
final class FaultAnswer {
    private final LogForm form;
    private final String subject;
    private final List<Integer> lines = new ArrayList<>();
    private final List<Said> said = new ArrayList<>();
    private final TreeSet<String> shown = new TreeSet<>();
    private int times = 1;

    FaultAnswer(LogForm form, String subject, List<Integer> lines) {
        this.form = form;
        this.subject = subject;
        this.lines.addAll(lines);
    }

    /** Adds a sentence that the fault's own first lines bear. */
    FaultAnswer says(Said.Kind kind, String text) {
        return says(kind, text, lines);
    }

    /** Adds a sentence that other lines bear. */
    FaultAnswer says(Said.Kind kind, String text, List<Integer> by) {
        said.add(new Said(kind, text, by));
        return this;
    }

    /** Names scenarios that show a cause; each is a control, which {@code moat check} and {@code moat show} have. */
    FaultAnswer shownBy(String... scenarios) {
        shown.addAll(Arrays.asList(scenarios));
        return this;
    }

    /** The fault is reported so often. */
    FaultAnswer times(int count) {
        times = count;
        return this;
    }

    /** The form of its lines. */
    public LogForm form() {
        return form;
    }

    /** Which fault it is: device, address, reason. */
    public String subject() {
        return subject;
    }

    /** The lines of its first report. */
    public List<Integer> lines() {
        return List.copyOf(lines);
    }

    /** How often the log reports it. */
    public int times() {
        return times;
    }

    /** The sentences in the order of their kinds. */
    public List<Said> said() {
        return said.stream().sorted(Comparator.comparing(Said::kind)).toList();
    }

    /** Ids of scenarios that show one of its causes. */
    public List<String> shown() {
        return List.copyOf(shown);
    }
}
