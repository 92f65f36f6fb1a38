package dev.moat.twin.calgary;

import java.util.List;
import java.util.TreeSet;

/** The kernel's {@code calgary=} option and the table size chosen from it (section 3, corrections). */
final class SlowCalgaryOptions {
    private static final List<String> SIZES = List.of("64k", "128k", "256k", "512k", "1M", "2M", "4M", "8M");
    private static final int UNSPECIFIED = 7;

    private int size = -1;
    private boolean emptySlots;
    private final TreeSet<Integer> disabled = new TreeSet<>();

    private SlowCalgaryOptions(List<String> options) {
        options.forEach(this::option);
    }

    private void option(String option) {
        for (int i = 0; i < SIZES.size(); i++) {
            if (option.startsWith(SIZES.get(i))) {
                size = i;
            }
        }
        emptySlots |= option.startsWith("translate_empty_slots");
        if (option.startsWith("disable=") && option.length() > "disable=".length()) {
            int bus = Integer.decode(option.substring("disable=".length()));
            if (bus < 256) {
                disabled.add(bus);
            }
        }
    }

    /**
     * What the options lead to, as the recorded rows say it.
     *
     * @param pages of the first kernel; 0: not known
     */
    static String answer(List<String> options, long pages, boolean kdump) {
        SlowCalgaryOptions read = new SlowCalgaryOptions(options);
        int size = read.size;
        if (size < 0) {
            size = kdump && pages > 0 ? Math.min(UNSPECIFIED, order(pages * 4096 / 8192)) : UNSPECIFIED;
        }
        StringBuilder buses = new StringBuilder();
        read.disabled.forEach(bus -> buses.append(Integer.toHexString(bus)).append('.'));
        return "size=" + size + " empty=" + (read.emptySlots ? 1 : 0) + " disabled=" + buses;
    }

    /** Pages that hold so many bytes, as a power of two. */
    private static int order(long bytes) {
        int order = 0;
        while (4096L << order < bytes) {
            order++;
        }
        return order;
    }
}
