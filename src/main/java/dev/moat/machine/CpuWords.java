package dev.moat.machine;

import dev.moat.state.Schema;
import java.util.stream.IntStream;

/**
 * The words of a state in which CPUs keep their locals. An operation writes only these words before it is known
 * whether the call makes sense. To restore them is cheaper than to copy a large state.
 */
final class CpuWords {
    /** Machines of more words are not compared: to do so for each start would take longer than what they are simulated for. */
    private static final int MOST_COMPARED = 48;

    private final int[] words;
    private final boolean[] local;
    private final long[] saved;

    CpuWords(Machine machine) {
        Schema schema = machine.schema();
        words = schema.families().stream()
                .filter(f -> f.width() > 0 && (machine.isOfCpus(f) || f.takenByStarts()))
                .flatMapToInt(f -> IntStream.range(0, f.size()).map(f::wordOf))
                .distinct()
                .toArray();
        saved = new long[words.length];
        local = new boolean[schema.words()];
        for (int w : words) {
            local[w] = true;
        }
    }

    /** Remembers them. */
    void save(long[] s) {
        for (int i = 0; i < words.length; i++) {
            saved[i] = s[words[i]];
        }
    }

    /** Puts them back as they were when they were saved. */
    void restore(long[] s) {
        for (int i = 0; i < words.length; i++) {
            s[words[i]] = saved[i];
        }
    }

    /** Whether the machine is so small that what a start writes is looked at. */
    boolean compares() {
        return local.length <= MOST_COMPARED;
    }

    /** Whether two states are the same but for them, which is what a start owes; said of every start of a large machine. */
    boolean onlyDifference(long[] a, long[] b) {
        for (int w = 0; w < local.length && compares(); w++) {
            if (a[w] != b[w] && !local[w]) {
                return false;
            }
        }
        return true;
    }
}
