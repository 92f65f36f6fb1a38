package dev.moat.planted.xen;

import dev.moat.state.Packing;
import dev.moat.state.SchemaBuilder;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.ToIntFunction;

/** Planted: says that it reads states through slots, and takes words of them. */
public final class ReadsWords {
    private ReadsWords() {}

    static void build(SchemaBuilder schema) {
        schema.readsThroughSlots();
    }

    /** Its own code is looked for from there. */
    static final class Code {
        private long[] kept = new long[1];

        long word(long[] s) {
            return s[0];
        }

        long later(long[] s) {
            kept = s;
            return kept[0];
        }

        int whole(long[] s) {
            return Arrays.hashCode(s);
        }

        void packed(Packing packing, long[] s, long[] to) {
            packing.pack(s, to, 0);
        }

        void stored(long[] s) {
            s[0] = 1;
        }

        long[] another(long[] s) {
            return s.clone();
        }

        int length(long[] s) {
            return s.length;
        }

        int lengthOfAnother(long[] s) {
            long[] same = s;
            return same.length;
        }

        ToIntFunction<long[]> handed() {
            return Arrays::hashCode;
        }

        ToIntFunction<long[]> handedAsAnything() {
            return Objects::hashCode;
        }

        int oneOfSeveral(long[] s) {
            return Objects.hash(s, 1);
        }
    }

    static final Code CODE = new Code();
}
