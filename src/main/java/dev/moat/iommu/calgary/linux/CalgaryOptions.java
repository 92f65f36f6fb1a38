package dev.moat.iommu.calgary.linux;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The kernel parameter {@code calgary=}: items between commas, recognised by their beginning. A later size replaces an
 * earlier one. An unknown item is skipped, but a bus that is no number ends the reading. {@code @source}
 * LINUX-CALGARY.
 */
public final class CalgaryOptions {
    private static final List<String> SIZES = List.of("64k", "128k", "256k", "512k", "1M", "2M", "4M", "8M");
    private static final String DISABLE = "disable";
    private static final int BUSES = 256;

    private @Nullable Integer size;
    private boolean emptySlots;
    private final SortedSet<Integer> disabled = new TreeSet<>();

    private CalgaryOptions() {}

    /** Reads the parameter's value. */
    public static CalgaryOptions of(String value) {
        CalgaryOptions options = new CalgaryOptions();
        for (String item : value.split(",", -1)) {
            if (!options.take(item)) {
                break;
            }
        }
        return options;
    }

    /** False when the rest is not read. */
    private boolean take(String item) {
        for (int i = 0; i < SIZES.size(); i++) {
            if (item.startsWith(SIZES.get(i))) {
                size = i;
            }
        }
        emptySlots |= item.startsWith("translate_empty_slots");
        if (!item.startsWith(DISABLE)) {
            return true;
        }
        String rest = item.substring(DISABLE.length());
        return disable(rest.startsWith("=") ? rest.substring(1) : rest);
    }

    /** The number may be hexadecimal or octal, as in C; what follows it does not count, nor what does not fit into an unsigned int. */
    private boolean disable(String text) {
        boolean hex = (text.startsWith("0x") || text.startsWith("0X")) && digit(text, 2, 16) >= 0;
        int radix = hex ? 16 : text.startsWith("0") ? 8 : 10;
        int i = hex ? 2 : 0;
        int first = i;
        long bus = 0;
        while (digit(text, i, radix) >= 0) {
            bus = bus * radix + digit(text, i, radix);
            i++;
        }
        if (i == first) {
            return false;
        }
        bus &= 0xffff_ffffL;
        if (bus < BUSES) {
            disabled.add((int) bus);
        }
        return true;
    }

    private static int digit(String text, int i, int radix) {
        return i < text.length() && text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), radix) : -1;
    }

    /** Size specification of the tables, or null. */
    public @Nullable Integer size() {
        return size;
    }

    /** Whether buses without devices are translated too. */
    public boolean emptySlots() {
        return emptySlots;
    }

    /** Buses that are not translated. */
    public SortedSet<Integer> disabled() {
        return disabled;
    }
}
