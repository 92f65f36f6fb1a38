package dev.moat.explore;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists and tables of a few entries as bytes; each begins with the number of its entries. */
final class Wire {
    private Wire() {}

    /** Writes texts in their order. */
    public static void texts(DataOutput out, Collection<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    /** Reads what {@link #texts(DataOutput, Collection)} wrote. */
    public static List<String> texts(DataInput in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.add(in.readUTF());
        }
        return texts;
    }

    /** Writes numbers in their order. */
    public static void numbers(DataOutput out, List<Integer> numbers) throws IOException {
        out.writeInt(numbers.size());
        for (int number : numbers) {
            out.writeInt(number);
        }
    }

    /** Reads what {@link #numbers(DataOutput, List)} wrote. */
    public static List<Integer> numbers(DataInput in) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            numbers.add(in.readInt());
        }
        return numbers;
    }

    /** Writes counts by name, in the order of the table. */
    public static void counts(DataOutput out, Map<String, Long> counts) throws IOException {
        out.writeInt(counts.size());
        for (Map.Entry<String, Long> entry : counts.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeLong(entry.getValue());
        }
    }

    /** Reads what {@link #counts(DataOutput, Map)} wrote, in the same order. */
    public static Map<String, Long> counts(DataInput in) throws IOException {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String name = in.readUTF();
            counts.put(name, in.readLong());
        }
        return counts;
    }
}
