package dev.moat.explain;

import dev.moat.explain.LogText.Found;
import dev.moat.explain.Requests.Leaf;
import dev.moat.explain.Said.Kind;
import dev.moat.iommu.vtd.format.FaultCondition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** DMA requests that VT-d blocked, in all spellings of Linux and Xen. {@code @source} VTD-FAULT-REASONS. */
final class VtdFaultLines {
    private static final int SCALABLE = 0x30;
    /** Of Linux's list, and no condition of a unit of Moat's: a second-level entry lacks a right. */
    private static final int SECOND_LEVEL_RIGHT = 0x79;
    /** Lines in which its reason is. */
    private static final int NEAR = 4;

    static final String DEVICE = "\\[?\\[((?:0x)?(?:[0-9a-f]{4,8}:)?(?:0x)?[0-9a-f]{2}:(?:0x)?[0-9a-f]{2}\\.[0-7])]";

    private static final Pattern REQUEST =
            LogText.form("\\[DMA (Read|Write)(?: NO_PASID| PASID (?:0x)?([0-9a-f]{1,8}))?]"
                    + " Request device " + DEVICE + "(?: PASID ([0-9a-f]{1,8}))? fault addr ((?:0x)?[0-9a-f]{1,16})"
                    + "(?:, iommu reg = [0-9a-fx]{1,18})?");
    /** Linux's; decimal without 0x. */
    static final Pattern LINUX_REASON = LogText.form("\\[fault reason (0x)?([0-9a-f]{1,3})]");
    /** Xen's, hexadecimal; with h before Xen 4.5. */
    static final Pattern XEN_REASON =
            LogText.form("(?:(?:DMAR|INTR-REMAP|UNKNOWN): reason |\\[fault reason )([0-9a-f]{2})(?: -|h])");

    /** The status register with bit 0, PFO. */
    private static final Pattern OVERFLOWN = LogText.form("handling fault status reg [0-9a-f]{0,7}[13579bdf]\\b");

    static final Pattern ANOTHER = LogText.form("Request device");

    private final LogText log;
    private final MachineFacts machine;
    private final Requests requests;

    VtdFaultLines(LogText log, MachineFacts machine) {
        this.log = log;
        this.machine = machine;
        requests = new Requests(machine);
    }

    /** The line of a report's reason; null if the log has none before the next report. */
    private static @Nullable Found reasonLine(LogText log, Found report) {
        Found another = log.next(ANOTHER, report.last(), NEAR);
        Found linux = log.next(LINUX_REASON, report.last() - 1, NEAR);
        Found xen = log.next(XEN_REASON, report.last() - 1, NEAR);
        boolean isXen = linux == null || (xen != null && xen.first() < linux.first());
        Found reason = isXen ? xen : linux;
        return reason == null || (another != null && another.first() <= reason.first()) ? null : reason;
    }

    /** The reason behind a report, or -1 if the log has none before the next report. */
    static int reason(LogText log, Found report) {
        Found line = reasonLine(log, report);
        if (line == null) {
            return -1;
        }
        boolean xen = isXen(line);
        String digits = line.group(xen ? 1 : 2);
        boolean decimal = !xen && line.group(1).isEmpty();
        // Letters without 0x are no number of Linux's.
        return decimal && !digits.matches("\\d+") ? -1 : Integer.parseInt(digits, decimal ? 10 : 16);
    }

    private static boolean isXen(Found reason) {
        return reason.match().groupCount() == 1;
    }

    /** The lines of a report and of its reason. */
    static List<Integer> linesWithReason(LogText log, Found report) {
        List<Integer> lines = new ArrayList<>(report.lines());
        Found reason = reasonLine(log, report);
        if (reason != null) {
            lines.addAll(reason.lines());
        }
        return lines;
    }

    List<FaultAnswer> answers() {
        return Requests.each(
                LogForm.VTD_DMA,
                log.all(REQUEST),
                found -> NumberText.device(found.group(3)) + " " + found.group(1) + " " + reason(log, found),
                this::answer);
    }

    private Optional<FaultAnswer> answer(List<Found> group) {
        Found first = group.get(0);
        int code = reason(log, first);
        Long address = NumberText.hex(first.group(5));
        if (address == null) {
            return Optional.empty();
        }
        String device = NumberText.device(first.group(3));
        boolean write = first.group(1).equals("Write");
        String verb = write ? "write" : "read";
        List<Long> addresses = group.stream()
                .map(found -> NumberText.hex(found.group(5)))
                .filter(Objects::nonNull)
                .toList();
        String reason = code < 0 ? "no reason in the log" : "reason " + NumberText.hex(code);
        FaultAnswer answer = new FaultAnswer(
                        LogForm.VTD_DMA,
                        device + ", " + verb + ", " + reason,
                        code < 0 ? first.lines() : linesWithReason(log, first))
                .times(group.size());
        String pasid = first.group(2) + first.group(4);
        answer.says(
                Kind.EVENT,
                device + " asked to " + verb + " " + Requests.addresses(addresses)
                        + (pasid.isEmpty() || pasid.matches("f{5,8}")
                                ? ""
                                : " with PASID " + NumberText.hex(Long.parseLong(pasid, 16)))
                        + "; the unit blocked the request");
        if (code < 0) {
            answer.says(
                    Kind.MEANING,
                    "the line with the reason is not next to the report, so nothing is said of the cause");
            answer.says(Kind.NEXT, "look for the line '[fault reason ..]' or 'reason .. -' that follows the report");
            return Optional.of(answer);
        }
        for (Found status : log.between(OVERFLOWN, Math.max(0, first.first() - NEAR), first.first())) {
            answer.says(
                    Kind.MEANING,
                    "the unit had no free fault record (PFO): other faults at that time were lost",
                    Requests.with(answer, status.lines()));
        }
        Leaf leaf = new VtdEntryLines(log).tables(answer, first);
        Found line = reasonLine(log, first);
        boolean xen = line != null && isXen(line);
        explain(answer, code, new Requests.Request(device, address, write, xen, leaf));
        return Optional.of(answer);
    }

    /** The condition that has a reason: of scalable mode from 0x30 on, else of legacy mode; a few from 0x30 on are of both. */
    private static Optional<FaultCondition> condition(int code) {
        return Stream.of(code >= SCALABLE, false)
                .flatMap(mode -> Arrays.stream(FaultCondition.values())
                        .filter(c -> c != FaultCondition.NONE && c.reason(mode) == code))
                .findFirst();
    }

    private void explain(FaultAnswer answer, int code, Requests.Request request) {
        Optional<FaultCondition> condition = condition(code);
        if (code == SECOND_LEVEL_RIGHT) {
            right(answer, code, request);
            return;
        }
        if (condition.isEmpty()) {
            answer.says(Kind.MEANING, "reason " + NumberText.hex(code) + " is none of a DMA request that Moat knows");
            return;
        }
        switch (condition.get()) {
            case ROOT_NOT_PRESENT, CONTEXT_NOT_PRESENT -> absent(answer, request);
            case NO_WRITE_PERMISSION, NO_READ_PERMISSION, FIRST_LEVEL_NOT_WRITABLE -> right(answer, code, request);
            case FIRST_LEVEL_NOT_PRESENT -> firstLevel(answer, request);
            case ADDRESS_BEYOND_WIDTH, NOT_CANONICAL -> {
                requests.place(answer, request.device(), request.address());
                tooWide(answer);
            }
            case ROOT_ACCESS,
                    CONTEXT_ACCESS,
                    SECOND_LEVEL_ACCESS,
                    DIRECTORY_ACCESS,
                    PASID_ENTRY_ACCESS,
                    FIRST_LEVEL_ACCESS,
                    FIRST_LEVEL_TOP_ACCESS,
                    SECOND_LEVEL_TOP_ACCESS,
                    ROOT_RESERVED,
                    CONTEXT_RESERVED,
                    CONTEXT_INVALID,
                    SECOND_LEVEL_RESERVED,
                    FIRST_LEVEL_RESERVED,
                    DIRECTORY_RESERVED,
                    PASID_ENTRY_RESERVED,
                    PASID_ENTRY_INVALID,
                    ROOT_POINTER_INVALID -> malformed(answer, condition.get());
            case REQUEST_TYPE_BLOCKED -> blockedType(answer);
            case INTERRUPT_ADDRESS -> {
                answer.says(
                        Kind.MEANING,
                        "the address is one of interrupts, or a translation leads there; DMA to it is blocked");
                answer.says(Kind.CAUSE, "the device was given an address in the interrupt window");
                answer.says(Kind.CAUSE, "an entry of the tables points into the interrupt window");
                answer.says(Kind.NEXT, Requests.TRACE);
                answer.shownBy("viommu-window-led-to");
            }
            case PASID_NOT_ENABLED,
                    PASID_TOO_LARGE,
                    PAGE_REQUEST_NOT_ENABLED,
                    PASID_OF_REQUESTER,
                    DIRECTORY_NOT_PRESENT,
                    PASID_ENTRY_NOT_PRESENT,
                    EXECUTE_NOT_ENABLED,
                    SUPERVISOR_NOT_ENABLED,
                    TRANSLATED_WITH_PASID,
                    PASID_BEYOND_UNIT -> pasid(answer, condition.get());
            default ->
                answer.says(Kind.MEANING, "the reason is " + name(condition.get()) + "; Moat has no more to say of it");
        }
    }

    /** 0x5, 0x6 and what they are in scalable mode, where first-level tables have another reason for absent entries. */
    private void right(FaultAnswer answer, int code, Requests.Request request) {
        answer.says(
                Kind.MEANING,
                "root and context entry were accepted, and the tables of the domain give no "
                        + (request.write() ? "write" : "read") + " right at this address: an absent entry"
                        + (code < SCALABLE || code == SECOND_LEVEL_RIGHT ? "" : " of second-level tables")
                        + " and an entry without the right have the same reason");
        requests.place(answer, request.device(), request.address());
        requests.missing(answer, request);
        requests.caching(answer);
        answer.shownBy("xen-tables-upper-level-read-only");
    }

    /** 0x71. */
    private void firstLevel(FaultAnswer answer, Requests.Request request) {
        answer.says(Kind.MEANING, "an entry of the first-level tables on the way to this address is not present");
        requests.place(answer, request.device(), request.address());
        Leaf absent = new Leaf(false, false, false, "an entry without the right has another reason", answer.lines());
        requests.missing(
                answer,
                new Requests.Request(request.device(), request.address(), request.write(), request.xen(), absent));
    }

    /** 0x1, 0x2. */
    private void absent(FaultAnswer answer, Requests.Request request) {
        String device = request.device();
        answer.says(
                Kind.MEANING,
                "the unit has no context entry for requester " + device
                        + ", so no domain is assigned to it; page tables were not looked at, and the address does not matter");
        Optional<Integer> own = machine.group(device);
        Optional<Integer> sibling = machine.siblingGroup(device);
        String phantom =
                "the requester is no device that software knows: a phantom function, or an alias behind a bridge";
        if (own.isPresent()) {
            List<Integer> lines = Requests.with(answer, List.of(own.get()));
            answer.says(Kind.EXCLUDED, phantom + ": the kernel has put it in a group", lines);
        } else if (sibling.isPresent()) {
            answer.says(
                    Kind.CAUSE,
                    "the requester is a function that the log puts in no group, though another function of the device is in one:"
                            + " a DMA alias that needs a quirk",
                    Requests.with(answer, List.of(sibling.get())));
        } else {
            answer.says(Kind.CAUSE, phantom);
        }
        answer.says(
                Kind.CAUSE,
                "the device does DMA before a driver is attached or after it was detached, as after a reset or in a crash kernel");
        requests.earlier(answer);
        answer.says(
                Kind.NEXT,
                "compare " + NumberText.withoutSegment(device) + " with lspci"
                        + (request.xen() ? " of domain 0" : " and with /sys/kernel/iommu_groups")
                        + ": a requester that is not listed is an alias");
        answer.shownBy("xen-assign-alias-forgotten");
    }

    /** 0x4. */
    private void tooWide(FaultAnswer answer) {
        answer.says(
                Kind.MEANING,
                "the address has more bits than the unit or the tables of the domain translate; no entry was looked at");
        answer.says(Kind.EXCLUDED, "a buffer used after unmap: no mapping can be at this address");
        answer.says(Kind.CAUSE, "the device sent a wrong address");
        answer.says(Kind.CAUSE, "the domain's tables have fewer levels than its addresses need");
        answer.says(
                Kind.NEXT,
                "compare the address with the DMA mask of the driver and with the width of the unit (cap, bits 21:16)");
        answer.shownBy("xen-entry-levels-too-few");
    }

    private static void malformed(FaultAnswer answer, FaultCondition condition) {
        boolean read = condition.name().endsWith("_ACCESS");
        answer.says(
                Kind.MEANING,
                read
                        ? "the unit could not read an entry on the way: the pointer to its table leads to no memory"
                        : "the unit met an entry that it does not accept: a reserved bit, or fields that do not fit the unit");
        answer.says(Kind.EXCLUDED, "a missing mapping: an absent entry has another reason");
        answer.says(Kind.CAUSE, "a table's page was freed and written by its next owner while the unit still used it");
        answer.says(Kind.CAUSE, "software wrote an entry that this unit does not support, or wrote it in pieces");
        answer.says(
                Kind.NEXT,
                "print the entry (debugfs dmar_translation_struct, or Xen's iommu=verbose) and compare it with the unit's capabilities");
        answer.shownBy("xen-table-freed-before-wait", "xen-table-linked-before-zeroed");
    }

    private static void blockedType(FaultAnswer answer) {
        answer.says(
                Kind.MEANING,
                "the device sent a translation request or a translated request (ATS), which its context entry does not permit");
        answer.says(Kind.EXCLUDED, "a missing mapping: page tables were not looked at");
        answer.says(
                Kind.CAUSE, "ATS is still enabled in the device while its context entry was changed to one without it");
        answer.says(Kind.CAUSE, "the device uses ATS although nobody enabled it");
        answer.says(Kind.NEXT, "look at 'lspci -vv' of the device for ATSCtl: Enable+");
        answer.shownBy("xen-deassign-ats-stays-on");
    }

    private static String name(FaultCondition condition) {
        return condition.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static void pasid(FaultAnswer answer, FaultCondition condition) {
        boolean without = answer.said().stream().noneMatch(said -> said.text().contains(" with PASID "));
        answer.says(
                Kind.MEANING,
                "the unit has no entry that permits requests " + (without ? "without PASID" : "of this PASID")
                        + " of the device (" + name(condition) + ")");
        answer.says(Kind.EXCLUDED, "a page that is not mapped: page tables were not looked at");
        if (without) {
            answer.says(Kind.CAUSE, "the device does DMA before a driver is attached or after it was detached");
            answer.says(
                    Kind.CAUSE, "the entry was written, and the unit does not see it yet (cache lines, invalidation)");
        } else {
            answer.says(Kind.CAUSE, "the PASID was unbound while the device still had requests of it");
            answer.says(Kind.CAUSE, "the device uses a PASID that was never bound to it");
            answer.shownBy("svm-not-drained");
        }
        answer.says(
                Kind.NEXT,
                "print the PASID entry (debugfs dmar_translation_struct) and compare the time with attach, bind and unbind of the driver");
    }
}
