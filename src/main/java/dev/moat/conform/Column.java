package dev.moat.conform;

import java.util.Locale;

/** The columns of a file of recorded grant-table answers, in order. */
enum Column {
    SUITE,
    CASE,
    STEP,
    ACTOR_VER,
    ACTOR,
    OP,
    BATCH,
    ARGS,
    HRC,
    STATUS,
    STATUS_NAME,
    OUT,
    ENTRIES,
    PTES;

    /** The name in the file's first line, which is also how comparisons name the column. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
