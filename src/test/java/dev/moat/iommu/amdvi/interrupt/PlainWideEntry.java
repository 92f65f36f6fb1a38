package dev.moat.iommu.amdvi.interrupt;

import java.math.BigInteger;

/**
 * An entry of 128 bits read bit by bit, from the fact sheet (section 8), the document's two tables of fields and what Linux and QEMU say
 * of them; it shares nothing with the unit. Its answer is a sentence.
 */
final class PlainWideEntry {
    private final BigInteger entry;
    private final boolean extended;

    /** @param extended whether XTEn is set: destinations have 32 bits, and 8 otherwise */
    PlainWideEntry(long low, long high, boolean extended) {
        byte[] bytes = new byte[17];
        for (int i = 0; i < 8; i++) {
            bytes[16 - i] = (byte) (low >>> (8 * i));
            bytes[8 - i] = (byte) (high >>> (8 * i));
        }
        entry = new BigInteger(bytes);
        this.extended = extended;
    }

    private long bits(int last, int first) {
        long value = 0;
        for (int bit = last; bit >= first; bit--) {
            value = 2 * value + (entry.testBit(bit) ? 1 : 0);
        }
        return value;
    }

    private boolean isSet(int bit) {
        return bits(bit, bit) == 1;
    }

    String answer(boolean canPost) {
        if (!isSet(0)) {
            return isSet(1) ? "aborted in silence" : "aborted";
        }
        boolean guest = isSet(7);
        if (guest && !canPost) {
            return "illegal";
        }
        return guest ? guest() : remapped();
    }

    private String remapped() {
        boolean reserved = bits(63, 32) != 0 || bits(119, 72) != 0 || isWide();
        if (reserved || bits(4, 2) > 1) {
            return "illegal";
        }
        String type = bits(4, 2) == 0 ? "fixed" : "lowest priority";
        String mode = isSet(6) ? "logical" : "physical";
        return type + " to " + mode + " " + destination() + " vector " + bits(71, 64);
    }

    private String guest() {
        if (bits(5, 3) != 0 || bits(75, 72) != 0 || bits(119, 116) != 0 || isWide()) {
            return "illegal";
        }
        String then = isSet(6) ? ", rings " + destination() : isSet(2) ? ", logs " + bits(63, 32) : "";
        return "posted to page " + bits(115, 76) + " vector " + bits(71, 64) + then;
    }

    /** Whether bits are set that a destination has only with XTEn. */
    private boolean isWide() {
        return !extended && (bits(31, 16) != 0 || bits(127, 120) != 0);
    }

    private long destination() {
        return extended ? bits(127, 120) * (1 << 24) + bits(31, 8) : bits(15, 8);
    }
}
