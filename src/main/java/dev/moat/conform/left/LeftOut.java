package dev.moat.conform.left;

import dev.moat.conform.rows.UnrepresentableException;
import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a recording that are not judged: those whose mechanism is not modelled, and the rest of a case from a row on that is
 * malformed or asks for what the machine does not have. The rows before it are judged, and so are the other cases.
 */
public final class LeftOut {
    private final SortedMap<String, Integer> skipped = new TreeMap<>();
    private final List<String> reasons = new ArrayList<>();
    private @Nullable InputException malformed;

    /** A row is not run, by the mechanism that Moat does not model. */
    public void skip(String mechanism) {
        skipped.merge(mechanism, 1, Integer::sum);
    }

    /**
     * The rest of a case is not judged.
     *
     * @param name of the case
     * @param rows that are not judged, the one at fault among them
     * @param reason with its place
     */
    public void add(String name, int rows, InputException reason) {
        skipped.merge(mechanism(reason), rows, Integer::sum);
        reasons.add("case " + name + ", its last " + (rows == 1 ? "row" : rows + " rows") + ": " + reason.getMessage());
        if (!(reason instanceof UnrepresentableException)) {
            refuse(reason);
        }
    }

    /** Lines are lost, as a line among them is no row; where, in words. */
    void addLost(String where, int rows, InputException reason) {
        skipped.merge(mechanism(reason), rows, Integer::sum);
        reasons.add(where + ": " + reason.getMessage());
        refuse(reason);
    }

    /** What follows a place at which the file is none is not read. */
    public void addRest(InputException reason) {
        reasons.add("the rest of the file: " + reason.getMessage());
        refuse(reason);
    }

    private void refuse(InputException reason) {
        if (malformed == null) {
            malformed = reason;
        }
    }

    /** Rows that are not judged, by why. */
    public SortedMap<String, Integer> skipped() {
        return Collections.unmodifiableSortedMap(skipped);
    }

    /** One for each case that is not judged to its end, and for the rest of the file, in the order of the file, with place and message. */
    public List<String> reasons() {
        return List.copyOf(reasons);
    }

    private static String mechanism(InputException reason) {
        return reason instanceof UnrepresentableException
                ? "case that Moat cannot represent"
                : "case with a malformed row";
    }

    /** Whether a row is malformed. */
    public boolean isMalformed() {
        return malformed != null;
    }

    /** Throws the {@link InputException} of the first malformed row, where there is one. */
    public void requireWellFormed() {
        if (malformed != null) {
            throw malformed;
        }
    }
}
