package dev.moat.viommu.hostile;

import dev.moat.iommu.RegisterUnit;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/** The bounds of one machine with a hostile guest: its memory, the registers that it writes, and the values that it uses. */
final class HostileSetting {
    private static final int STRIDE = 4;
    /** IQA. */
    static final int QUEUE_ADDRESS = 0x90;

    /** The queue's tail and address, and where it is switched on. {@code @source} VT-d specification 2.x, chapter 10.4. */
    private static final int[] QUEUE = {0x18, 0x88, QUEUE_ADDRESS};

    /** Bus 0, device 1, functions 0 and 1. */
    private static final int FIRST_SOURCE = 8;

    private static final String WILD = "wild";

    final Sort pages;
    final Sort words;
    final Sort registerSort;
    final Sort valueSort;
    final Sort sources = Sort.numbered("Source", "sid", 2);
    final boolean requests;
    /** Whether the guest knows the manual, half of the time. */
    final boolean knowing;

    private final int[] offsets;
    private final long[] values;

    HostileSetting(Setting s) {
        pages = Sort.numbered("GuestPage", "g", s.number("pages"));
        words = Sort.numbered("Word", "w", s.number("words"));
        boolean all = s.text("registers").equals("all");
        offsets = all ? everyOffset() : QUEUE;
        values = all ? manyValues(pages.size()) : queueValues(pages.size());
        requests = all;
        knowing = !s.text("guest").equals(WILD);
        if (knowing && !all) {
            throw new BadSettingException(
                    "guest", "guest=" + s.text("guest") + " writes every register: it needs registers=all");
        }
        registerSort = labelled("Register", offsets.length, i -> Integer.toHexString(offsets[i]));
        valueSort = labelled("Value", values.length, i -> Long.toHexString(values[i]));
    }

    /** The name of an element. */
    private interface Label {
        String of(int i);
    }

    private static Sort labelled(String name, int size, Label label) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add("x" + label.of(i));
        }
        return new Sort(name, all);
    }

    /** Everything in the first 256 bytes, where the architecture's registers are, and those whose places a capability names. */
    private static int[] everyOffset() {
        int last = 0x100;
        int[] all = new int[last / STRIDE + 12];
        for (int i = 0; i < last / STRIDE; i++) {
            all[i] = i * STRIDE;
        }
        int[] more = {
            0x100, 0x104, 0x108, 0x10c, 0x220, 0x224, 0x228, 0x22c, 2, 0x7fc, RegisterUnit.PAGE - 4, RegisterUnit.PAGE
        };
        System.arraycopy(more, 0, all, last / STRIDE, more.length);
        return all;
    }

    /** Nothing, everything, every bit, small numbers, and pointers to each page, the one behind, and none, with any flags. */
    private static long[] manyValues(int pages) {
        List<Long> all = new ArrayList<>(List.of(
                0L,
                -1L,
                3L,
                5L,
                0x7fL,
                0x25L,
                0x45L,
                0x11L,
                0x12L,
                0x21L,
                0x22L,
                0x31L,
                0x32L,
                0xff0L,
                0xfee01000L,
                Long.MAX_VALUE));
        for (int bit = 0; bit < Long.SIZE; bit++) {
            all.add(1L << bit);
        }
        long[] flags = {0, 1, 3, 7, 0x43, 0x83, 0x401, 0x807, 0xff1, 0x105};
        for (int page = 0; page <= pages; page++) {
            for (long flag : flags) {
                all.add((long) page << 12 | flag);
            }
        }
        return all.stream().distinct().mapToLong(Long::longValue).toArray();
    }

    /** The queue on, a wait whose status is written, addresses for that, one of which is a tail, too. */
    private static long[] queueValues(int pages) {
        return new long[] {0, 1L << 26, 0x25, (long) pages << 12, 0xffc};
    }

    /** What a driver that begins writes: pointers to a page in IQA, RTADDR and IRTA, and every function on; offsets and values in turn. */
    static long[] starting(int page) {
        long at = (long) page << 12;
        return new long[] {0x18, 0, 0x90, at, 0x20, at, 0xb8, at | 1, 0x18, 0xc7000000L};
    }

    int offset(int register) {
        return offsets[register];
    }

    long value(int value) {
        return values[value];
    }

    static int source(int number) {
        return FIRST_SOURCE + number;
    }

    static List<Parameter> parameters(String family, String[] families) {
        return List.of(
                Parameter.number("pages", "Pages of the guest's memory; the next one is Xen's.", 1, 1, 16),
                Parameter.number("words", "Words that a page holds over and over again.", 2, 1, 8),
                Parameter.choice(
                        "registers",
                        "What the guest writes: the registers of its queue with a few values, or every register with many, and requests.",
                        "queue",
                        "queue",
                        "all"),
                Parameter.choice(
                        "guest",
                        "Whether every write is a random one, or half of them set up tables, fill the queue and clear errors as the manual says.",
                        WILD,
                        WILD,
                        "knowing"),
                Parameter.choice(family, "What the guest sees.", "vtd", families));
    }
}
