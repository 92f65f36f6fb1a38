package dev.moat.conform.amdvi.record;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The columns of a file of recorded answers, in their order. */
public enum Column {
    QEMU,
    CASE,
    STEP,
    OP,
    DEV,
    ADDR,
    LEN,
    VAL,
    OBS,
    EVENTS,
    CMDHEAD,
    EVTTAIL,
    STATUS,
    SPEC,
    SPEC_EV,
    WHY,
    NOTE;

    /** The first line of a file. */
    public static final String HEADER =
            Arrays.stream(values()).map(Column::label).collect(Collectors.joining(","));

    /** As the first line spells it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
