package dev.moat.explain;

import dev.moat.explain.LogText.Found;
import dev.moat.explain.MachineFacts.Range;
import dev.moat.explain.Said.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is the same for requests of all units: which reports are one fault, where an address lies, and why nothing is mapped there. */
final class Requests {
    /** Addresses of one fault that are printed. */
    private static final int MOST_ADDRESSES = 4;
    /** Faults of one form that are explained. */
    private static final int MOST_FAULTS = 40;

    private static final long WINDOW = 0xfee00000L;
    private static final long WINDOW_END = 0xfeefffffL;
    /** A trace says what no log does. */
    static final String TRACE =
            "record map, unmap and fault events ('moat audit --recipe linux-6.12' prints the script) and look up"
                    + " the address: a trace shows whether it was ever mapped, with which direction, and when it was unmapped";

    static final String XEN_TABLES =
            "boot Xen with iommu=verbose, so that it prints the entries of each fault; debug key 'o' prints the"
                    + " tables of all domains";

    private final MachineFacts machine;

    Requests(MachineFacts machine) {
        this.machine = machine;
    }

    /** Explains one report of each fault, in the order of the first: those of one key are the same fault. At most {@link #MOST_FAULTS}. */
    static List<FaultAnswer> each(
            LogForm form,
            List<Found> all,
            Function<Found, String> key,
            Function<List<Found>, Optional<FaultAnswer>> explain) {
        Map<String, List<Found>> groups = new LinkedHashMap<>();
        List<Found> left = new ArrayList<>();
        for (Found found : all) {
            String name = key.apply(found);
            if (groups.size() < MOST_FAULTS || groups.containsKey(name)) {
                groups.computeIfAbsent(name, k -> new ArrayList<>()).add(found);
            } else {
                left.add(found);
            }
        }
        List<FaultAnswer> answers = new ArrayList<>();
        groups.values().forEach(group -> explain.apply(group).ifPresent(answers::add));
        if (!left.isEmpty()) {
            Found last = left.get(left.size() - 1);
            answers.add(new FaultAnswer(form, "others", List.of(left.get(0).first(), last.last()))
                    .times(left.size())
                    .says(Kind.EVENT, left.size() + " further reports are of other faults, and are not explained"));
        }
        return answers;
    }

    /** The addresses of some reports, the first few, for a sentence. */
    static String addresses(List<Long> all) {
        List<String> distinct = all.stream().distinct().map(NumberText::hex).toList();
        String first = String.join(", ", distinct.subList(0, Math.min(MOST_ADDRESSES, distinct.size())));
        return distinct.size() > MOST_ADDRESSES
                ? first + " and " + (distinct.size() - MOST_ADDRESSES) + " others"
                : first;
    }

    static boolean isInWindow(long address) {
        return address >= WINDOW && address <= WINDOW_END;
    }

    /** Says where an address lies, as far as the log tells. */
    void place(FaultAnswer answer, String device, long address) {
        if (isInWindow(address)) {
            answer.says(
                    Kind.ADDRESS,
                    NumberText.hex(address)
                            + " is in the interrupt window 0xfee00000 to 0xfeefffff, where no memory is mapped");
        }
        if (machine.isBeyondWidth(address)) {
            answer.says(
                    Kind.ADDRESS,
                    NumberText.hex(address) + " has more than " + machine.bits()
                            + " bits, the width of the widest unit that the log lists",
                    with(answer, machine.unitLines()));
        }
        Range map = machine.memory(address);
        if (map != null) {
            answer.says(
                    Kind.ADDRESS,
                    NumberText.hex(address) + " as a machine address is '" + map.what() + "' in the firmware's map ("
                            + map + ")",
                    with(answer, List.of(map.line())));
        } else if (!machine.memoryLines().isEmpty() && !isInWindow(address)) {
            answer.says(
                    Kind.ADDRESS,
                    NumberText.hex(address)
                            + " is in no range of the firmware's map as logged: it is not the machine address of memory",
                    with(answer, machine.memoryLines()));
        }
        ReservedRange reserved = machine.reserved(device, address);
        ReservedRange identity = machine.identity(device, address);
        if (reserved != null) {
            answer.says(
                    Kind.ADDRESS,
                    NumberText.hex(address) + " is in a range that the firmware reserves for "
                            + (reserved.isOfSome() ? "some device" : device) + " (" + reserved.name() + ", " + reserved
                            + ")",
                    with(answer, List.of(reserved.line())));
        }
        if (identity != null) {
            answer.says(
                    Kind.ADDRESS,
                    "the kernel had mapped " + identity + " 1:1 for " + device,
                    with(answer, List.of(identity.line())));
        }
    }

    /**
     * A request that was blocked because a right was missing.
     *
     * @param xen whether Xen reports it
     * @param leaf the entry of its page, if tables are in the log
     */
    record Request(
            String device,
            long address,
            boolean write,
            boolean xen,
            @Nullable Leaf leaf) {}

    /** Says why no mapping with the right may have been at the address of a request, and why not. */
    void missing(FaultAnswer answer, Request request) {
        long address = request.address();
        Leaf leaf = request.leaf();
        boolean beyond = machine.isBeyondWidth(address) || isInWindow(address);
        List<Integer> wide = with(answer, machine.isBeyondWidth(address) ? machine.unitLines() : List.of());
        String after = request.xen()
                ? "the device used a page that its domain no longer had: given up, or a grant that was unmapped"
                : "the device used a buffer after its driver had unmapped or freed it";
        String wrong = request.xen()
                ? "the device was given an address that is not its domain's, or made one up"
                : "the driver gave the device an address that the DMA API had not returned, or the device made one up";
        String direction = request.xen()
                ? "the page is mapped read-only, as a read-only grant is"
                : "the buffer is mapped for the other direction only ("
                        + (request.write() ? "DMA_TO_DEVICE" : "DMA_FROM_DEVICE") + ")";
        boolean hasDirection = request.write() || !request.xen();
        if (beyond) {
            String why = isInWindow(address)
                    ? "no memory is mapped in the interrupt window"
                    : "no mapping can be at so wide an address";
            answer.says(Kind.EXCLUDED, after + ": " + why, wide);
            answer.says(Kind.CAUSE, wrong, wide);
        } else if (leaf != null && leaf.present() && !leaf.allows(request.write())) {
            answer.says(
                    Kind.EXCLUDED, after + ": the entry was still present when the tables were printed", leaf.lines());
            answer.says(Kind.CAUSE, direction, leaf.lines());
        } else if (leaf != null && leaf.present()) {
            answer.says(
                    Kind.CAUSE,
                    "the mapping was made between the request and the printing of the tables, which give the right",
                    leaf.lines());
            answer.says(Kind.CAUSE, "the unit used an older translation, which was not invalidated", leaf.lines());
            answer.shownBy("xen-promotion-not-invalidated");
        } else {
            List<Integer> by = leaf == null ? answer.lines() : leaf.lines();
            answer.says(Kind.CAUSE, after, by);
            answer.says(Kind.CAUSE, wrong, by);
            if (leaf == null && hasDirection) {
                answer.says(Kind.CAUSE, direction);
            } else if (leaf != null && hasDirection) {
                answer.says(Kind.EXCLUDED, direction + ": " + leaf.evidence(), by);
            }
            firmware(answer, request.device(), address);
        }
        answer.says(Kind.NEXT, request.xen() ? XEN_TABLES : TRACE);
    }

    /** Ranges that must be mapped 1:1 while the device has its driver or its guest. */
    private void firmware(FaultAnswer answer, String device, long address) {
        ReservedRange reserved = machine.reserved(device, address);
        ReservedRange identity = machine.identity(device, address);
        Range map = machine.memory(address);
        if (identity != null) {
            answer.says(
                    Kind.CAUSE,
                    "the 1:1 mapping of the reserved range was removed when the device changed its domain",
                    with(answer, List.of(identity.line())));
            answer.shownBy("dma-direct-mapped-late-vtd");
        } else if (reserved != null) {
            answer.says(
                    Kind.CAUSE,
                    "the firmware still uses the reserved range for this device, and it is not mapped 1:1 in the device's domain",
                    with(answer, List.of(reserved.line())));
            answer.shownBy("dma-direct-mapped-late-vtd");
        } else if (map != null && map.what().equals("reserved")) {
            List<Integer> lines = new ArrayList<>(machine.reservedLines());
            lines.add(map.line());
            answer.says(
                    Kind.CAUSE,
                    "the firmware uses this memory with the device and "
                            + (machine.reservedLines().isEmpty()
                                    ? "the log shows no reserved range for it (RMRR, IVMD)"
                                    : "declares no reserved range (RMRR, IVMD) there"),
                    with(answer, lines));
        }
    }

    /** Says whether units of VT-d may have cached that nothing was mapped, as virtual ones do. */
    void caching(FaultAnswer answer) {
        if (machine.units().stream().anyMatch(MachineFacts.Unit::caching)) {
            answer.says(
                    Kind.CAUSE,
                    "the unit is a virtual one that caches absent entries (CAP.CM), and a new mapping was not invalidated",
                    with(answer, machine.unitLines()));
            answer.shownBy("xen-caching-mode-present-under-did-0");
        } else if (!machine.units().isEmpty()) {
            answer.says(
                    Kind.EXCLUDED,
                    "an absent entry that the unit had cached: no unit of the log has CAP.CM",
                    with(answer, machine.unitLines()));
        }
    }

    /** Names an earlier kernel as a cause, if the log tells of one. */
    void earlier(FaultAnswer answer) {
        machine.earlierKernel()
                .ifPresent(found -> answer.says(
                        Kind.CAUSE,
                        "an earlier kernel left the device running: this one found translation enabled",
                        with(answer, found.lines())));
    }

    static List<Integer> with(FaultAnswer answer, List<Integer> more) {
        List<Integer> all = new ArrayList<>(answer.lines());
        all.addAll(more);
        return all;
    }

    /**
     * The entry of a page as the log has it.
     *
     * @param evidence how the log tells that it was absent
     */
    record Leaf(boolean present, boolean reads, boolean writes, String evidence, List<Integer> lines) {
        boolean allows(boolean write) {
            return write ? writes : reads;
        }
    }
}
