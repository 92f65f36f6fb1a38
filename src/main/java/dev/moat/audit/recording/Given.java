package dev.moat.audit.recording;

import dev.moat.iommu.Command;
import java.util.ArrayList;
import java.util.List;

/** A command that software gave a unit, and what it covers. */
final class Given {
    private final Command command;
    private final Moment when;
    private final int writer;
    private final List<Lingering> covered = new ArrayList<>();
    private long order;
    private boolean done;
    private boolean assumed;

    public Given(Command command, Moment when) {
        this(command, when, when.cpu());
    }

    /** A command that another CPU has written than the one that told the unit of it. */
    Given(Command command, Moment when, int writer) {
        this.command = command;
        this.when = when;
        this.writer = writer;
    }

    public Command command() {
        return command;
    }

    public Moment when() {
        return when;
    }

    /** The CPU that has written it. */
    int writer() {
        return writer;
    }

    /** Its place among the commands of its unit. */
    long order() {
        return order;
    }

    void order(long place) {
        order = place;
    }

    List<Lingering> covered() {
        return covered;
    }

    /** It stands for an older command, too, which is done no later. */
    public void inherit(Given older) {
        for (Lingering l : older.covered) {
            if (l.state() == Lingering.State.COVERED) {
                l.is(Lingering.State.COVERED, this);
                covered.add(l);
            }
        }
        older.covered.clear();
    }

    /** Whether it is known to be done. */
    public boolean isDone() {
        return done;
    }

    /** Whether that is only assumed, because nothing in the recording could show it. */
    public boolean isAssumed() {
        return assumed;
    }

    void finish(boolean onlyAssumed) {
        done = true;
        assumed = onlyAssumed;
    }
}
