package dev.moat.audit;

import java.util.ArrayList;
import java.util.List;

/** An invalidation of the translation cache that was submitted and has not been seen to complete. */
final class Invalidation {
    /** How much it drops. */
    enum Scope {
        PAGES,
        DOMAIN,
        GLOBAL;

        /** Its place in arrays. */
        @SuppressWarnings("EnumOrdinal") // an index of arrays that live as long as one audit, stored nowhere
        int index() {
            return ordinal();
        }
    }

    final Scope scope;
    final int task;
    final int cpu;
    final long line;
    final long time;
    /** The stale pages that it covers. */
    final List<Stale> covers = new ArrayList<>();

    Invalidation(Scope scope, Event e) {
        this.scope = scope;
        this.task = e.task();
        this.cpu = e.cpu;
        this.line = e.line;
        this.time = e.time;
    }
}
