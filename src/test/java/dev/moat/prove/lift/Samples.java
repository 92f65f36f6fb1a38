package dev.moat.prove.lift;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Code that has each instruction that the lifter translates, in pieces. */
final class Samples {
    static final int PIECES = 14;
    static final int WORDS = 4;

    private static final int[] INTS = {7, -3, 100, 5};
    private static final long[] LONGS = {1, 1L << 40, -9, 12};
    private static final Object FIRST = new Object();
    private static final Object SECOND = new Object();

    private static final List<Way> WAYS = List.of(Way.UP, Way.DOWN, Way.UP);

    enum Way {
        UP,
        DOWN
    }

    private final int piece;

    Samples(int piece) {
        this.piece = piece;
    }

    /** Answers a number, and may change the state or throw. */
    long run(long[] s, int a, int b, long c) {
        return switch (piece) {
            case 0 -> ints(a, b);
            case 1 -> longs(s[0], c);
            case 2 -> shifts(a, b, c);
            case 3 -> narrowed(a, b, c);
            case 4 -> divided(s, a, b, c);
            case 5 -> compared(a, b);
            case 6 -> comparedLongs(s[0], c);
            case 7 -> chosen(a, b);
            case 8 -> stored(s, a, b, c);
            case 9 -> looked(s, a, b);
            case 10 -> referred(a, b);
            case 11 -> element(a);
            case 12 -> called(a, b);
            case 13 -> listed(b);
            default -> 0;
        };
    }

    private static long ints(int a, int b) {
        int sum = (a + b) * 31;
        int bits = (a & b) * 7 ^ (a | b);
        return (sum - bits) ^ -b;
    }

    private static long longs(long x, long y) {
        long sum = (x + y) * 31L;
        long bits = (x & y) * 7L ^ (x | y);
        return (sum - bits) ^ -y;
    }

    private static long shifts(int a, int b, long c) {
        int ofInt = (a << b) * 3 ^ (a >> b) * 5 ^ (a >>> b);
        return ofInt ^ (c << b) * 3 ^ (c >> b) * 5 ^ (c >>> b);
    }

    private static long narrowed(int a, int b, long c) {
        long wide = a;
        return wide * 3 ^ (byte) b ^ (short) a * 1024L ^ (char) b * 4096L ^ (int) c;
    }

    private static long divided(long[] s, int a, int b, long c) {
        return a / b ^ (a % b) * 100 ^ c / s[1] ^ (c % s[1]) * 100;
    }

    private static long compared(int a, int b) {
        int r = a < b ? 1 : 0;
        r |= a <= b ? 2 : 0;
        r |= a > b ? 4 : 0;
        r |= a >= b ? 8 : 0;
        r |= a == b ? 16 : 0;
        r |= a != b ? 32 : 0;
        r |= a < 0 ? 64 : 0;
        r |= a <= 0 ? 128 : 0;
        r |= a > 0 ? 256 : 0;
        r |= a >= 0 ? 512 : 0;
        r |= a == 0 ? 1024 : 0;
        r |= a != 0 ? 2048 : 0;
        return r;
    }

    private static long comparedLongs(long x, long y) {
        return (x < y ? 1 : 0) | (x == y ? 2 : 0) | (x > y ? 4 : 0);
    }

    private static long chosen(int a, int b) {
        int near = switch (a) {
            case 0 -> 11;
            case 1 -> 12;
            case 2 -> 13;
            default -> -1;
        };
        int far = switch (b) {
            case 1 -> 101;
            case 1000 -> 102;
            case 100_000 -> 103;
            default -> 104;
        };
        return near * 1000L + far;
    }

    private static long stored(long[] s, int a, int b, long c) {
        s[a & 3] = c;
        long last = s[2] = c + 1;
        s[b & 3] += a;
        s[3]++;
        s[b] = last;
        return last;
    }

    private static long looked(long[] s, int a, int b) {
        long r = s.length;
        for (int i = 0; i < s.length; i++) {
            r = r * 31 + s[i];
        }
        return r + INTS[a] * 300L + LONGS[b];
    }

    private static long referred(int a, int b) {
        Object x = a < 0 ? FIRST : SECOND;
        Object y = b < 0 ? FIRST : null;
        return (x == FIRST ? 1 : 0) | (x != SECOND ? 2 : 0) | (y == null ? 4 : 0) | (y != null ? 8 : 0);
    }

    /** An element that the state decides. */
    private static long element(int a) {
        Way way = WAYS.get(a);
        return way.compareTo(Way.DOWN) * 10L + (way.equals(Way.DOWN) ? 5 : 7) + way.ordinal();
    }

    private static @Nullable Way way(int a) {
        if (a == 0) {
            return null;
        }
        return a < 0 ? Way.UP : Way.DOWN;
    }

    /** Of nothing, in some states. */
    private static long called(int a, int b) {
        Way way = way(a);
        int there = b < 0 || way != null ? way.ordinal() : 5;
        return there * 10L + (b > 5 ? way.compareTo(Way.UP) : 3);
    }

    private static long listed(int b) {
        List<Integer> numbers = List.of(4, 5, 6);
        return numbers.get(b);
    }
}
