package dev.moat.audit.read;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Finds a name in a fixed list from its bytes, without making a string. */
final class NameTable {
    private final byte[][] names;
    /** Open addressing: 0 for an empty place, otherwise the number of the name plus one. */
    private final int[] table;

    /** The names get the numbers of their places in the list. */
    NameTable(List<String> list) {
        names = list.stream().map(n -> n.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
        table = new int[Integer.highestOneBit(Math.max(1, list.size())) * 8];
        for (int i = 0; i < names.length; i++) {
            int at = place(hash(names[i], 0, names[i].length));
            while (table[at] != 0) {
                at = (at + 1) % table.length;
            }
            table[at] = i + 1;
        }
    }

    private static int hash(byte[] b, int from, int to) {
        int h = 0;
        for (int i = from; i < to; i++) {
            h = 31 * h + b[i];
        }
        return h;
    }

    private int place(int hash) {
        return (hash ^ hash >>> 15) & (table.length - 1);
    }

    /** The number of the name that these bytes spell, or -1. */
    int find(byte[] b, int from, int to) {
        int at = place(hash(b, from, to));
        while (table[at] != 0) {
            byte[] name = names[table[at] - 1];
            if (java.util.Arrays.equals(name, 0, name.length, b, from, to)) {
                return table[at] - 1;
            }
            at = (at + 1) % table.length;
        }
        return -1;
    }
}
