package dev.moat.conform.xen;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Runs the rows of one hypercall on the machine and compares what they answer with what was recorded. */
final class StepRunner {
    private static final int EFAULT = -14;
    /** What the recorder says of an element that Xen could not read. */
    private static final String NOT_WRITTEN = "status-not-written";

    private final XenBench bench;
    private final Observer observer;
    private final Comparer comparer;
    private final Map<XenOp, RowRunner> runners;

    /** @param runners for every operation of the case */
    public StepRunner(XenBench bench, Observer observer, Comparer comparer, Map<XenOp, RowRunner> runners) {
        this.bench = bench;
        this.observer = observer;
        this.comparer = comparer;
        this.runners = runners;
    }

    /**
     * Entries that later elements addressed show on the first row only when they changed. An element of {@code cache_flush} has no
     * status: the first one that fails is what the hypercall returns, and those after it are not looked at.
     *
     * @param step the elements, of which those at the end may be where Xen cannot read them
     */
    public void run(List<XenRow> step) {
        int end = readable(step);
        int failed = end < step.size() ? EFAULT : 0;
        List<XenAnswer> answers = new ArrayList<>();
        List<Integer> also = new ArrayList<>();
        Set<Integer> unread = new LinkedHashSet<>();
        for (XenRow row : step) {
            XenAnswer answer = XenAnswer.plain(NOT_WRITTEN, List.of());
            if (answers.size() < end) {
                answer = Objects.requireNonNull(runners.get(row.op())).run(row);
            }
            answers.add(answer);
            if (row.op() == XenOp.CACHE_FLUSH && answer.hrc() < 0) {
                failed = answer.hrc();
                break;
            }
            also.addAll(answer.entries());
            also.addAll(answer.also());
        }
        while (answers.size() < step.size()) {
            answers.add(XenAnswer.plain("", List.of()));
        }
        for (int i = 0; i < step.size(); i++) {
            XenRow row = step.get(i);
            XenAnswer answer = failed == 0 ? answers.get(i) : answers.get(i).within(failed);
            comparer.compare(row, answer, bench.tables().version(row.actor()));
            if (i >= end) {
                List<Integer> shown = shown(row);
                comparer.compareEntries(row, observer.now(shown));
                unread.addAll(shown);
            } else if (i > 0) {
                comparer.compareEntries(row, observer.now(answers.get(i).entries()));
            }
        }
        if (end < step.size()) {
            unread.retainAll(shown(step.get(0)));
        }
        List<Integer> addressed = new ArrayList<>(answers.get(0).entries());
        addressed.addAll(unread);
        comparer.compareEntries(step.get(0), observer.entries(addressed, also));
    }

    /**
     * The entries that a row shows. Of an element that Xen could not read, some recorders show the entry that it would have
     * addressed, others none: both are right, as long as what is shown is what is there.
     */
    private List<Integer> shown(XenRow row) {
        return comparer.entryNames(row).stream()
                .flatMap(name -> bench.entryNamed(name).stream())
                .toList();
    }

    /** Elements in memory that Xen can read: the recorder marks those that it put where nothing is mapped. */
    private static int readable(List<XenRow> step) {
        int end = step.size();
        while (end > 1 && step.get(end - 1).text("out").equals(NOT_WRITTEN)) {
            end--;
        }
        return end;
    }
}
