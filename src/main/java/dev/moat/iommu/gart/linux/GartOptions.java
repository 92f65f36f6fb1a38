package dev.moat.iommu.gart.linux;

/**
 * The GART part of the kernel parameter {@code iommu=}: items between commas, recognised by their beginning. An
 * unknown item is skipped. {@code @source} LINUX-GART.
 *
 * @param size {@code @unit} bytes of the window that the driver uses; 0 when nothing is said. As in Linux an int, so
 *     that 2 GiB and more become a number near 2^64
 * @param fullFlush whether every mapping empties the TLBs
 * @param noAgp whether AGP is kept from the table
 */
public record GartOptions(long size, boolean fullFlush, boolean noAgp) {
    /** What holds when nothing is said. */
    public static final GartOptions DEFAULT = new GartOptions(0, true, false);

    /** Reads the parameter's value. */
    public static GartOptions of(String value) {
        GartOptions options = DEFAULT;
        for (String item : value.split(",", -1)) {
            options = options.with(item);
        }
        return options;
    }

    /**
     * The same after one more item. A number at its begin is the size, hexadecimal after 0x and octal after 0, as in C; what follows the
     * number counts as if it stood alone.
     */
    public GartOptions with(String item) {
        boolean hex = (item.startsWith("0x") || item.startsWith("0X")) && isDigit(item, 2, 16);
        int radix = hex ? 16 : item.startsWith("0") ? 8 : 10;
        int first = hex ? 2 : 0;
        int i = first;
        long value = 0;
        while (isDigit(item, i, radix)) {
            value = value * radix + Character.digit(item.charAt(i), radix);
            i++;
        }
        String rest = item.substring(i == first ? 0 : i);
        boolean full = !rest.startsWith("nofullflush") && (fullFlush || rest.startsWith("fullflush"));
        return new GartOptions(i == first ? size : (int) value, full, noAgp || rest.startsWith("noagp"));
    }

    private static boolean isDigit(String text, int i, int radix) {
        return i < text.length() && text.charAt(i) < 0x80 && Character.digit(text.charAt(i), radix) >= 0;
    }
}
