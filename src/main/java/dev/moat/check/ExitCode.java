package dev.moat.check;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;

/**
 * The exit code of the process. Declared from the least to the most serious: a run of several scenarios ends with the
 * most serious code of any of them.
 */
public enum ExitCode {
    OK(0, "everything is as the scenarios expect; a control that fails as expected counts"),
    LIMIT(5, "inconclusive: a limit was hit, a goal is not proved, a replay does not end"),
    EXPECTATION(15, "an expectation missed: a control or fault is not caught, or a count differs"),
    VIOLATION(12, "a violation that the scenario does not expect"),
    DISAGREEMENT(14, "two judges disagree, for example a search and the replay of its counterexample"),
    USAGE(2, "usage: an unknown command, option, name or value on the command line"),
    BAD_INPUT(65, "a malformed input file, or a component of your own that fails"),
    IO(74, "a file cannot be read or written"),
    SOLVER(71, "the solver cannot be loaded or died"),
    INTERNAL(70, "an internal error of Moat"),
    /** Java itself ends with this; no command answers it. */
    HUNG_UP(129, "ended by SIGHUP, as 130"),
    INTERRUPTED(130, "interrupted (SIGINT): Moat prints the counts so far and writes the reports"),
    /** As {@link #HUNG_UP}. */
    TERMINATED(143, "ended by SIGTERM, as 130");

    private final int code;
    private final String says;

    ExitCode(int code, String says) {
        this.code = code;
        this.says = says;
    }

    /** The number. */
    public int code() {
        return code;
    }

    /** The code of this number, {@link #INTERNAL} for one that is none of Moat's. */
    public static ExitCode of(int code) {
        return Arrays.stream(values()).filter(e -> e.code == code).findFirst().orElse(INTERNAL);
    }

    /** What it means, in a few words. */
    public String says() {
        return says;
    }

    /** The most serious of several; OK of none. */
    public static ExitCode worst(Collection<ExitCode> codes) {
        return codes.isEmpty() ? OK : Collections.max(codes);
    }
}
