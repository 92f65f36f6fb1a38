package dev.moat.dma.swiotlb;

import dev.moat.dma.release.LinuxRelease;
import java.util.function.IntPredicate;

/**
 * The pool that a kernel makes at boot, by its {@code swiotlb=} option and the memory there is. {@code @source} LINUX-SWIOTLB.
 *
 * @param slots 0 when there is no pool
 * @param areas power of two
 * @param force whether everything bounces
 */
public record BootPool(int slots, int areas, boolean force) {
    private static final int DEFAULT_SLOTS = (64 << 20) >>> SwiotlbGeometry.LINUX.slotShift();
    private static final int FEWEST_SLOTS = (1 << 20) >>> SwiotlbGeometry.LINUX.slotShift();
    private static final int SEGMENT = SwiotlbGeometry.LINUX.segmentSlots();
    /** More than any machine has; numbers are cut off there. */
    private static final int MOST_SLOTS = 1 << 30;

    /**
     * What an option asks for: {@code [slots][,areas][,force|noforce]}, each part left out at will. Slots are rounded up to
     * segments, then to a power of two that has a segment for each area.
     *
     * @param option the text behind {@code swiotlb=}; what is not understood is passed over, as by Linux
     * @param cpus possible ones; an area for each if the option does not say
     * @param release from Linux 7.3 on the last word may go on
     */
    public static BootPool asked(String option, int cpus, LinuxRelease release) {
        Text text = new Text(option);
        long slots = text.atDigit() ? (text.number() + SEGMENT - 1) & -SEGMENT : DEFAULT_SLOTS;
        text.skipComma();
        // That there are 0 says 1; that nothing is said, one for each CPU.
        long areas = text.atDigit() ? Math.max(1, Math.min(text.number(), MOST_SLOTS / SEGMENT)) : 0;
        text.skipComma();
        if (text.says("noforce", release)) {
            return new BootPool(0, 1, false);
        }
        long powerOfTwo = powerOfTwo(areas == 0 ? cpus : areas);
        long rounded = powerOfTwo(Math.max(slots, SEGMENT * powerOfTwo));
        return new BootPool((int) rounded, (int) powerOfTwo, text.says("force", release));
    }

    /** As by Linux 6.1. */
    public BootPool made(IntPredicate attempt) {
        return made(attempt, LinuxRelease.LINUX_6_1);
    }

    /**
     * The pool that is made: if there is no memory for it, or it cannot be made suitable, with half the slots, down to 1 MiB.
     * In Linux 6.1 the number of areas stays, even where less than a segment is left for each.
     *
     * @param attempt makes a pool of so many slots, or says no
     * @param release from Linux 6.12 on there are not more areas than segments
     */
    public BootPool made(IntPredicate attempt, LinuxRelease release) {
        int left = slots;
        while (left > 0 && !attempt.test(left)) {
            left = left <= FEWEST_SLOTS ? 0 : ((left >>> 1) + SEGMENT - 1) & -SEGMENT;
        }
        boolean fewer = release.reducesAreas() && left > 0;
        return new BootPool(left, fewer ? Math.min(areas, left / SEGMENT) : areas, force);
    }

    private static long powerOfTwo(long value) {
        return value <= 1 ? 1 : Long.highestOneBit(value - 1) << 1;
    }

    /** An option being read from left to right. */
    private static final class Text {
        private final String text;
        private int at;

        Text(String text) {
            this.text = text;
        }

        boolean atDigit() {
            return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
        }

        void skipComma() {
            if (at < text.length() && text.charAt(at) == ',') {
                at++;
            }
        }

        boolean says(String word, LinuxRelease release) {
            return release.takesMoreOptions() ? rest().startsWith(word) : rest().equals(word);
        }

        String rest() {
            return text.substring(at);
        }

        /** A number as C reads it, where {@code 0x} and {@code 0} say the base; one that is too large is cut off. */
        long number() {
            int base = 10;
            if (text.charAt(at) == '0') {
                boolean hex = rest().length() > 2 && (rest().charAt(1) | ' ') == 'x' && digit(at + 2, 16) >= 0;
                base = hex ? 16 : 8;
                at += hex ? 2 : 0;
            }
            long value = 0;
            for (; digit(at, base) >= 0; at++) {
                value = Math.min(value * base + digit(at, base), MOST_SLOTS);
            }
            return value;
        }

        private int digit(int where, int base) {
            return where < text.length() && text.charAt(where) < 128 ? Character.digit(text.charAt(where), base) : -1;
        }
    }
}
