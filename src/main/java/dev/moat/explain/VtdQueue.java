package dev.moat.explain;

import dev.moat.bits.BitField;
import dev.moat.explain.LogText.Found;
import dev.moat.explain.Said.Kind;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.PasidDescriptors;
import dev.moat.iommu.vtd.format.Registers.Fsts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Errors of VT-d's invalidation queue, with the descriptors that Linux prints. {@code @source} VTD-QI. */
final class VtdQueue {
    private static final Pattern ERROR = LogText.form(
            "VT-d detected Invalidation (Queue|Time-out|Completion) Error: (?:SID|Reason) ([0-9a-f]{1,4})\\b"
                    + "|iommu_fault_status: Invalidation (Queue|Time-out|Completion) Error");
    private static final Pattern DESCRIPTOR = LogText.form(
            "QI (HEAD|PRIOR): [A-Za-z-]{1,20}(?: [A-Za-z-]{1,20}){0,4} qw0 = 0x([0-9a-f]{1,16}), qw1 = 0x([0-9a-f]{1,16})");
    private static final Pattern SLOW =
            LogText.form("IOMMU#?\\d{1,4}: QI( dev)? wait descriptor (taking too long|took \\d{1,9}ms)"
                    + "|queue invalidate wait descriptor was not executed");
    private static final Pattern STATUS = LogText.form("handling fault status reg ([0-9a-f]{1,8})\\b");
    private static final long ERRORS = Fsts.IQE.mask() | Fsts.ICE.mask() | Fsts.ITE.mask();
    private static final Pattern REGISTER = Pattern.compile("IQ([HT]) = ([0-9a-f]{1,8})\\b");
    private static final int WITHIN = 6;
    /** The reasons of IQERCD.IQEI from 1 on (VT-d specification, Invalidation Queue Error Record Register). */
    private static final List<String> REASONS = List.of(
            "the tail register has a value that is no place of the queue",
            "the unit could not read its queue",
            "the unit does not have this type of descriptor",
            "a descriptor of a type that the unit has, with a reserved field that is set",
            "IQA_REG.DW has a width that the mode forbids: 128 bits in scalable or abort-dma mode, or 256 bits on a unit that has neither",
            "the tail is no multiple of 32 bytes, and descriptors have 256 bits (IQA_REG.DW)",
            "RTADDR_REG.TTM has a value that the unit does not have");
    /** Of these the ones that are about the descriptor at the head. */
    private static final int TYPE = 3;

    private static final int RESERVED = 4;

    private final LogText log;
    private final MachineFacts machine;

    VtdQueue(LogText log, MachineFacts machine) {
        this.log = log;
        this.machine = machine;
    }

    /** A descriptor of the queue as the log prints it. */
    private record Printed(Found at, long lo, long hi) {
        int type() {
            return (int) (Descriptors.TYPE.get(lo) | Descriptors.TYPE_HIGH.get(lo) << Descriptors.TYPE.width());
        }

        /** Whether devices must answer it. */
        boolean isOfDevice() {
            return type() == Descriptors.DEVICE_TLB || type() == PasidDescriptors.PASID_DEVICE_TLB;
        }

        long sourceId() {
            return type() == Descriptors.DEVICE_TLB
                    ? Descriptors.DeviceTlb.SID.get(lo)
                    : PasidDescriptors.DeviceTlb.SID.get(lo);
        }

        String name() {
            return switch (type()) {
                case Descriptors.CONTEXT_CACHE -> "context-cache invalidation";
                case Descriptors.IOTLB -> "IOTLB invalidation";
                case Descriptors.DEVICE_TLB -> "device-TLB invalidation";
                case Descriptors.INTERRUPT_ENTRY_CACHE -> "interrupt-entry-cache invalidation";
                case Descriptors.WAIT -> "wait";
                case PasidDescriptors.PASID_IOTLB -> "PASID-based IOTLB invalidation";
                case PasidDescriptors.PASID_CACHE -> "PASID-cache invalidation";
                case PasidDescriptors.PASID_DEVICE_TLB -> "PASID-based device-TLB invalidation";
                default -> "descriptor of no type that Moat knows";
            };
        }

        List<BitField> low() {
            return switch (type()) {
                case PasidDescriptors.PASID_IOTLB, PasidDescriptors.PASID_CACHE -> PasidDescriptors.LO;
                case PasidDescriptors.PASID_DEVICE_TLB -> PasidDescriptors.DeviceTlb.LO;
                default -> Descriptors.fieldsLo(lo);
            };
        }

        List<BitField> high() {
            return switch (type()) {
                case PasidDescriptors.PASID_IOTLB -> PasidDescriptors.IOTLB_HI;
                case PasidDescriptors.PASID_CACHE -> PasidDescriptors.NOTHING;
                case PasidDescriptors.PASID_DEVICE_TLB -> PasidDescriptors.DeviceTlb.HI;
                default -> Descriptors.fieldsHi(lo);
            };
        }

        /** What is invalidated, of a device's own translations. */
        String range() {
            if (type() != Descriptors.DEVICE_TLB) {
                return "";
            }
            long address = Descriptors.DeviceTlb.ADDR.get(hi);
            if (!Descriptors.DeviceTlb.S.isSet(hi)) {
                return ", the page at " + NumberText.hex(address << 12);
            }
            // The page number ends in ones up to the size; all of them but the highest bit is every page.
            int ones = Long.numberOfTrailingZeros(~address);
            return ones >= Descriptors.DeviceTlb.ADDR.width() - 1
                    ? ", all pages"
                    : ", 2^" + (ones + 1) + " pages at " + NumberText.hex((address & -(2L << ones)) << 12);
        }
    }

    List<FaultAnswer> answers() {
        List<FaultAnswer> answers = new ArrayList<>(
                Requests.each(LogForm.VTD_QUEUE, log.all(ERROR), this::key, group -> Optional.of(error(group))));
        answers.addAll(Requests.each(
                LogForm.VTD_QUEUE,
                log.all(SLOW),
                found -> found.group(1) + found.group(2).startsWith("took"),
                group -> Optional.of(slow(group))));
        answers.addAll(Requests.each(
                LogForm.VTD_QUEUE,
                log.all(STATUS).stream().filter(this::isAlone).toList(),
                found -> "" + (status(found) & ERRORS),
                group -> Optional.of(status(group))));
        return answers;
    }

    private static long status(Found register) {
        Long status = NumberText.hex(register.group(1));
        return status == null ? 0 : status;
    }

    /** Whether the status register shows an error of the queue that no line near it explains. */
    private boolean isAlone(Found register) {
        int line = register.first();
        return (status(register) & ERRORS) != 0
                && log.between(ERROR, Math.max(0, line - WITHIN), line + WITHIN).isEmpty();
    }

    /** Older kernels print nothing but the register. */
    private FaultAnswer status(List<Found> group) {
        Found first = group.get(0);
        long status = status(first);
        FaultAnswer answer = new FaultAnswer(
                        LogForm.VTD_QUEUE, "status register " + NumberText.hex(status), first.lines())
                .times(group.size());
        answer.says(Kind.WORDS, "FSTS: " + NumberText.fields(Fsts.FIELDS, status));
        if (Fsts.ITE.isSet(status)) {
            timedOut(answer, first, null, null);
        } else if (Fsts.IQE.isSet(status)) {
            refused(answer, 0, null);
        } else {
            completion(answer);
        }
        return answer;
    }

    private static void completion(FaultAnswer answer) {
        answer.says(Kind.EVENT, "an unexpected or invalid completion of a device-TLB invalidation arrived");
        answer.says(
                Kind.CAUSE, "the device sent an invalidation completion that belongs to no request, or a broken one");
        answer.says(Kind.NEXT, "disable ATS of the device (pci=noats) and see whether the error stays away");
    }

    private static String kind(Found error) {
        return error.group(1) + error.group(3);
    }

    private String key(Found error) {
        Printed head = printed(error, "HEAD");
        return kind(error) + " " + error.group(2) + " " + (head == null ? "" : NumberText.hex(head.lo()));
    }

    private @Nullable Printed printed(Found error, String which) {
        for (Found found : log.between(DESCRIPTOR, error.last() - 1, error.last() + WITHIN)) {
            Long lo = NumberText.hex(found.group(2));
            Long hi = NumberText.hex(found.group(3));
            if (found.group(1).equals(which) && lo != null && hi != null) {
                return new Printed(found, lo, hi);
            }
        }
        return null;
    }

    private FaultAnswer error(List<Found> group) {
        Found first = group.get(0);
        FaultAnswer answer = new FaultAnswer(
                        LogForm.VTD_QUEUE,
                        "invalidation " + kind(first).toLowerCase(Locale.ROOT) + " error",
                        first.lines())
                .times(group.size());
        Printed head = printed(first, "HEAD");
        Printed prior = printed(first, "PRIOR");
        words(answer, head, "head of the queue");
        words(answer, prior, "entry before the head");
        switch (kind(first)) {
            case "Queue" -> refused(answer, reason(first), head);
            case "Time-out" -> timedOut(answer, first, head, prior);
            default -> {
                completion(answer);
                sourceId(answer, first);
            }
        }
        return answer;
    }

    private static void words(FaultAnswer answer, @Nullable Printed printed, String place) {
        if (printed != null) {
            String device =
                    printed.isOfDevice() ? " of " + NumberText.requester(printed.sourceId()) + printed.range() : "";
            answer.says(
                    Kind.WORDS,
                    place + ": " + printed.name() + device + ": " + NumberText.fields(printed.low(), printed.lo())
                            + "; second word " + NumberText.fields(printed.high(), printed.hi()),
                    printed.at().lines());
        }
    }

    private static void sourceId(FaultAnswer answer, Found error) {
        Long sourceId = NumberText.hex(error.group(2));
        if (sourceId != null && sourceId != 0) {
            answer.says(Kind.MEANING, "the unit names " + NumberText.requester(sourceId) + " as the device");
        } else if (sourceId != null) {
            answer.says(Kind.MEANING, "SID 0 names no device: a unit that does not record the device reports 0");
        }
    }

    private void timedOut(FaultAnswer answer, Found error, @Nullable Printed head, @Nullable Printed prior) {
        answer.says(Kind.EVENT, "a device-TLB invalidation did not complete in time");
        if (error.match().groupCount() > 1) {
            sourceId(answer, error);
        }
        Printed asked = head != null && head.isOfDevice() ? head : prior != null && prior.isOfDevice() ? prior : null;
        List<Integer> by = asked == null
                ? answer.lines()
                : Requests.with(answer, asked.at().lines());
        answer.says(
                Kind.MEANING,
                "the unit aborts the waits that were pending, without their status writes: nothing that waits for them may be freed"
                        + " or reused yet",
                by);
        Long given = error.match().groupCount() > 1 ? NumberText.hex(error.group(2)) : null;
        long named = given == null ? 0 : given;
        boolean isNamed = named != 0;
        String who = isNamed
                ? NumberText.requester(named)
                : asked == null ? "the device" : NumberText.requester(asked.sourceId());
        answer.says(Kind.CAUSE, who + " is gone, in reset or without power", by);
        for (Found gone : machine.gone(error.first())) {
            answer.says(
                    Kind.CAUSE,
                    "the log reports near it that a device does not answer",
                    Requests.with(answer, gone.lines()));
        }
        answer.says(Kind.CAUSE, who + " is there and its ATS is broken or overloaded", by);
        if (asked == null && head != null && !isNamed) {
            answer.says(
                    Kind.MEANING,
                    "neither descriptor of the log is for a device, so they do not tell which one it is",
                    Requests.with(answer, head.at().lines()));
        }
        answer.says(
                Kind.NEXT,
                "see whether " + who
                        + " still answers ('lspci -s', link state of its port); if it does, try it with pci=noats",
                by);
        answer.shownBy("xen-device-tlb-timeout-is-success", "xen-wait-frame-freed-after-timeout");
    }

    /** What the unit gives as the reason; 0 if it gives none. */
    private static int reason(Found error) {
        Long given = error.match().groupCount() > 1 ? NumberText.hex(error.group(2)) : null;
        return given == null || given > REASONS.size() ? 0 : given.intValue();
    }

    private static void refused(FaultAnswer answer, int reason, @Nullable Printed head) {
        if (reason > 0) {
            answer.says(Kind.MEANING, "the unit gives reason " + reason + ": " + REASONS.get(reason - 1));
        }
        if (reason > 0 && reason != TYPE && reason != RESERVED) {
            answer.says(Kind.EVENT, "the unit stopped its queue, and fetches nothing before software clears the error");
            answer.says(
                    Kind.EXCLUDED,
                    "the content of a descriptor, or a device that does not answer: each has another reason");
            answer.says(Kind.CAUSE, REASONS.get(reason - 1));
            answer.says(Kind.NEXT, "read IQH_REG, IQT_REG, IQA_REG and RTADDR_REG, and the memory of the queue");
            return;
        }
        answer.says(
                Kind.EVENT,
                "the unit refused a descriptor of its queue, and fetches no other before software clears the error");
        answer.says(Kind.EXCLUDED, "a device that does not answer: the queue's error is about reading a descriptor");
        if (head == null) {
            answer.says(Kind.CAUSE, "a descriptor with a reserved bit, or of a type that the unit does not have");
            if (reason == 0) {
                answer.says(Kind.CAUSE, "the unit could not read its queue");
            }
            answer.says(Kind.NEXT, "read the descriptor at the queue's head (a newer Linux prints it)");
        } else {
            List<Integer> by = Requests.with(answer, head.at().lines());
            String reserved = Stream.of(
                            NumberText.reserved(head.low(), head.lo()), NumberText.reserved(head.high(), head.hi()))
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining("; second word "));
            if (!reserved.isEmpty()) {
                answer.says(Kind.CAUSE, "the descriptor at the head has reserved fields set: " + reserved, by);
            } else {
                answer.says(Kind.CAUSE, "the unit does not have this type of descriptor or this granularity", by);
                answer.says(Kind.CAUSE, "the descriptor was overwritten after the error", by);
            }
            if (reason == 0) {
                answer.says(Kind.CAUSE, "the unit could not read its queue", by);
            }
            answer.says(
                    Kind.NEXT,
                    "compare the descriptor with the unit's capabilities (cap, ecap), for example page-selective invalidation and PASID",
                    by);
        }
        answer.shownBy("xen-invalidation-page-without-psi", "xen-recovery-skips-descriptor");
    }

    private FaultAnswer slow(List<Found> group) {
        Found first = group.get(0);
        FaultAnswer answer =
                new FaultAnswer(LogForm.VTD_QUEUE, "a wait that takes too long", first.lines()).times(group.size());
        if (first.group(2).startsWith("took")) {
            answer.says(Kind.EVENT, "a wait of Xen's completed, later than it should");
            answer.says(Kind.EXCLUDED, "a unit or device that does not answer at all: the wait completed");
            answer.says(Kind.CAUSE, "a device answers invalidations of its TLB slowly, or the unit has much to do");
            answer.says(Kind.NEXT, "see whether it is reported while one device is busy or in reset");
            return answer;
        }
        answer.says(Kind.EVENT, "Xen waits for the unit longer than it should take");
        Found head = null;
        Found tail = null;
        for (Found register : log.between(REGISTER, first.last(), first.last() + WITHIN)) {
            head = register.group(1).equals("H") ? register : head;
            tail = register.group(1).equals("T") ? register : tail;
        }
        Long h = head == null ? null : NumberText.hex(head.group(2));
        Long t = tail == null ? null : NumberText.hex(tail.group(2));
        boolean ofDevice = !first.group(1).isEmpty();
        if (h != null && t != null && head != null && tail != null) {
            List<Integer> by = Requests.with(answer, List.of(head.first(), tail.first()));
            if (h.equals(t)) {
                answer.says(
                        Kind.MEANING,
                        "head and tail are equal: the unit has fetched everything, and something is still being done",
                        by);
            } else {
                answer.says(
                        Kind.MEANING,
                        "the head is behind the tail: the unit does not fetch, or waits within the queue",
                        by);
            }
        }
        if (ofDevice) {
            answer.says(
                    Kind.CAUSE,
                    "a device does not answer a device-TLB invalidation: gone, in reset, or with broken ATS");
        } else {
            answer.says(
                    Kind.CAUSE, "a device-TLB invalidation of another CPU, before it in the queue, is not answered");
            answer.says(Kind.CAUSE, "the unit stopped at an error of the queue");
            answer.says(Kind.CAUSE, "the unit cannot read or write memory: powered down, or without access");
        }
        answer.says(
                Kind.NEXT,
                "look for 'iommu_fault_status' lines and at FSTS of the unit: bits 4 to 6 are errors of the queue");
        answer.shownBy("xen-runs-stalls", "xen-wait-timeout-is-success");
        return answer;
    }
}
