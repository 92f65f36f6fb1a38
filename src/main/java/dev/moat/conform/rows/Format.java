package dev.moat.conform.rows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A kind of recording, told by its first line: its columns, and which of them name a case. For example
 *
 * <pre>{@code
 * Format.of("amdvi", "qemu,case,step,op,dev,addr,len,val,obs").casesBy("qemu", "case")
 * }</pre>
 *
 * <p>Rows of one case follow one another, and their {@code step} rises. A format without a column {@code step} does not count steps.
 */
public final class Format {
    private final String name;
    private final List<String> columns;
    private List<String> caseBy = List.of();
    private Set<String> optional = Set.of();
    private int firstStep;
    private boolean sharesSteps;
    private Optional<Console> console = Optional.empty();
    private final Map<String, Integer> places = new HashMap<>();

    /**
     * Lines of a machine's console among the rows.
     *
     * @param prefix what they begin with
     * @param crash what is found in one that says that the machine crashed
     */
    record Console(String prefix, Pattern crash) {}

    private Format(String name, List<String> columns) {
        this.name = name;
        this.columns = columns;
        columns.forEach(column -> places.put(column, places.size()));
    }

    private Format(Format other, List<String> columns) {
        this(other.name, columns);
        caseBy = other.caseBy;
        optional = other.optional;
        firstStep = other.firstStep;
        sharesSteps = other.sharesSteps;
        console = other.console;
    }

    /**
     * A format in which every row is a case of its own.
     *
     * @param name of the kind of recording, as messages print it
     * @param header the first line: names of columns with commas between them
     */
    public static Format of(String name, String header) {
        return new Format(name, List.of(header.split(",")));
    }

    private Format changed(Consumer<Format> change) {
        Format copy = new Format(this, columns);
        change.accept(copy);
        return copy;
    }

    /** The same with rows that belong to the case which these columns name. */
    public Format casesBy(String... named) {
        return changed(format -> format.caseBy = List.of(named));
    }

    /** The same, of which a file may lack these columns; their cells are then empty. */
    public Format optional(String... more) {
        return changed(format -> format.optional = Set.of(more));
    }

    /** The same, the first step of a case having this number; otherwise it is 0. */
    public Format stepsFrom(int first) {
        return changed(format -> format.firstStep = first);
    }

    /** The same in which rows that follow one another may have the same step, as the elements of one call. */
    public Format sharingSteps() {
        return changed(format -> format.sharesSteps = true);
    }

    /**
     * The same, recorded over the serial line of a machine that may crash. Lines of its console are not read. A last line that has too few
     * cells, and no end or the console's prefix in it, is the end of a recording that was cut, and no error.
     *
     * @param prefix what lines of the console begin with
     * @param crash what is found in one that says that the machine crashed
     */
    public Format besideConsole(String prefix, Pattern crash) {
        return changed(format -> format.console = Optional.of(new Console(prefix, crash)));
    }

    /** The format of a file with this first line, without columns that the file lacks; empty where it is none of these formats. */
    static Optional<Format> of(Collection<Format> formats, String header) {
        List<String> found = Arrays.asList(header.split(",", -1));
        for (Format format : formats) {
            List<String> wanted = new ArrayList<>(format.columns);
            wanted.removeIf(column -> format.optional.contains(column) && !found.contains(column));
            if (wanted.equals(found)) {
                return Optional.of(wanted.equals(format.columns) ? format : new Format(format, wanted));
            }
        }
        return Optional.empty();
    }

    /** The first lines of formats, for a message. */
    static String headers(Collection<Format> formats) {
        return formats.stream()
                .map(format -> format.header() + (formats.size() > 1 ? " (" + format.name + ")" : ""))
                .collect(Collectors.joining(" or "));
    }

    /** As messages name it. */
    public String name() {
        return name;
    }

    /** The first line of a file. */
    public String header() {
        return String.join(",", columns);
    }

    /** In the order of a row. */
    public List<String> columns() {
        return columns;
    }

    /** Whether a file of this format has such a column. */
    public boolean has(String column) {
        return places.containsKey(column);
    }

    /** The columns that name a case. */
    List<String> caseBy() {
        return caseBy;
    }

    int firstStep() {
        return firstStep;
    }

    boolean sharesSteps() {
        return sharesSteps;
    }

    Optional<Console> console() {
        return console;
    }

    /**
     * Where a column is in a row; -1 for an optional one that the file lacks.
     *
     * @throws IllegalArgumentException for one that the format does not have
     */
    int place(String column) {
        Integer place = places.get(column);
        if (place == null && !optional.contains(column)) {
            throw new IllegalArgumentException(name + " has no column " + column);
        }
        return place == null ? -1 : place;
    }
}
