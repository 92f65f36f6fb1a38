package dev.moat.twin.gart;

/**
 * The part of the aperture that the driver uses (sheet, sections 4 and 14), from the machine and its command line.
 *
 * @param busBase address of its first page
 * @param pages of it; 0: there is no aperture to use
 * @param offset of its first entry in the table, in bytes
 * @param fullFlush whether each map flushes
 */
record SlowGartPart(long busBase, long pages, long offset, boolean fullFlush) {
    private static final long FOUR_GIGABYTES = 1L << 32;

    static SlowGartPart of(GartUnderTest.Machine made) {
        boolean fullFlush = true;
        long aperture = 0x200_0000L << made.order();
        // Section 4: a GPU has the lower half, unless the command line says how much is whose.
        long wanted = made.options().contains(GartUnderTest.AGP) ? aperture / 2 : aperture;
        for (String option : made.options()) {
            if (option.endsWith("fullflush")) {
                fullFlush = option.equals("fullflush");
            } else if (!option.isEmpty() && Character.isDigit(option.charAt(0))) {
                wanted = Long.decode(option);
            }
        }
        if (made.apertureBase() == 0 || made.apertureBase() + aperture > FOUR_GIGABYTES) {
            return new SlowGartPart(0, 0, 0, fullFlush);
        }
        long size = trimmed(made.apertureBase(), wanted);
        return new SlowGartPart(
                made.apertureBase() + aperture - size, size >>> 12, 4 * (aperture - size >>> 12), fullFlush);
    }

    /** What is missing from the end of the part, counted from the aperture's base, to 2 MiB is taken off. */
    private static long trimmed(long apertureBase, long size) {
        long end = apertureBase + size;
        long rounded = end + 0x1f_ffff & ~0x1f_ffffL;
        return size - (rounded - end);
    }
}
