package dev.moat.conform.viommu;

import dev.moat.conform.rows.Cell;
import dev.moat.input.InputException;
import java.util.List;
import java.util.Set;

/** The arguments of a recorded operation, words between spaces. Errors name the word that is wrong. */
final class Arguments {
    private final Cell operation;
    private final Cell all;
    private final List<Cell> words;

    public Arguments(Cell operation, Cell all) {
        this.operation = operation;
        this.all = all;
        words = all.words();
    }

    String operation() {
        return operation.text();
    }

    InputException unknown() {
        return operation.unknown("operation", Set.of());
    }

    InputException wrong(String wanted) {
        return all.error(operation.text() + " needs " + wanted);
    }

    /** Throws unless there are that many. */
    void count(int least, int most) {
        if (words.size() < least || words.size() > most) {
            String range = least == most ? "" + least : least + " to " + most;
            throw wrong(range + " arguments, not " + words.size());
        }
    }

    public long number(int index, int bits) {
        return number(words.get(index), bits);
    }

    private static long number(Cell word, int bits) {
        return word.prefixed(bits == Long.SIZE ? -1L : (1L << bits) - 1);
    }

    /** The only argument, a number. */
    public long only() {
        return numbers(1, 1, Long.SIZE)[0];
    }

    /** All arguments, numbers. */
    public long[] numbers(int least, int most, int bits) {
        count(least, most);
        return words.stream().mapToLong(word -> number(word, bits)).toArray();
    }

    Device device(int index) {
        Cell word = words.get(index);
        Device device = Device.of(word.text());
        if (device == null) {
            throw word.unknown("device", Device.labels());
        }
        return device;
    }

    /** Which of two words it is. */
    public int choice(int index, String first, String second) {
        return words.get(index).choice(List.of(first, second));
    }
}
