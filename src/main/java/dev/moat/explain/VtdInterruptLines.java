package dev.moat.explain;

import dev.moat.explain.LogText.Found;
import dev.moat.explain.Said.Kind;
import dev.moat.iommu.vtd.interrupt.InterruptFault;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Interrupt requests that VT-d blocked. {@code @source} VTD-FAULT-REASONS. */
final class VtdInterruptLines {
    private static final Pattern REQUEST = LogText.form("INTR-REMAP]?:? Request device " + VtdFaultLines.DEVICE
            + " fault index ((?:0x)?[0-9a-f]{1,8})(?:, iommu reg = [0-9a-fx]{1,18})?");

    private static final Pattern RESUME =
            LogText.form("PM: (?:suspend exit|resume of devices)|Waking up from system sleep state");

    private final LogText log;
    private final MachineFacts machine;

    VtdInterruptLines(LogText log, MachineFacts machine) {
        this.log = log;
        this.machine = machine;
    }

    List<FaultAnswer> answers() {
        return Requests.each(
                LogForm.VTD_INTERRUPT,
                log.all(REQUEST),
                found -> NumberText.device(found.group(1)) + " " + VtdFaultLines.reason(log, found),
                this::answer);
    }

    private Optional<FaultAnswer> answer(List<Found> group) {
        Found first = group.get(0);
        String device = NumberText.device(first.group(1));
        int code = VtdFaultLines.reason(log, first);
        Long index = NumberText.hex(first.group(2));
        if (index == null) {
            return Optional.empty();
        }
        List<Integer> lines = code < 0 ? first.lines() : VtdFaultLines.linesWithReason(log, first);
        FaultAnswer answer = new FaultAnswer(
                        LogForm.VTD_INTERRUPT,
                        device + ", " + (code < 0 ? "no reason in the log" : "reason " + NumberText.hex(code)),
                        lines)
                .times(group.size());
        answer.says(Kind.EVENT, device + " sent an interrupt request, which the unit blocked");
        switch (code) {
            case InterruptFault.COMPATIBILITY_BLOCKED -> compatible(answer, first);
            case InterruptFault.SOURCE_INVALID -> source(answer, index);
            case InterruptFault.ENTRY_NOT_PRESENT -> absent(answer, index);
            case InterruptFault.INDEX_TOO_LARGE, InterruptFault.REQUEST_RESERVED -> request(answer, code, index);
            case InterruptFault.ENTRY_ACCESS,
                    InterruptFault.ENTRY_RESERVED,
                    InterruptFault.DESCRIPTOR_ACCESS,
                    InterruptFault.DESCRIPTOR_RESERVED -> entry(answer, code, index);
            default ->
                answer.says(
                        Kind.MEANING,
                        "the log has no reason next to the report that Moat knows, so nothing is said of the cause");
        }
        return Optional.of(answer);
    }

    private void compatible(FaultAnswer answer, Found report) {
        answer.says(
                Kind.MEANING,
                "the request had the format without an index (compatibility format), which is blocked while interrupts are"
                        + " remapped: the number printed as index is no entry of the table");
        answer.says(Kind.EXCLUDED, "a missing or wrong entry of the table: no entry was looked at");
        machine.interruptMode()
                .filter(mode -> mode.group(1).equals("x2apic"))
                .ifPresent(mode -> answer.says(
                        Kind.EXCLUDED,
                        "a setting that compatibility format is refused (CFIS): in x2APIC mode it is always refused",
                        Requests.with(answer, mode.lines())));
        answer.says(
                Kind.CAUSE,
                "the sender's message was never set up by the kernel's interrupt remapping: an I/O APIC, HPET or device that the"
                        + " firmware programmed");
        answer.says(Kind.CAUSE, "a driver or firmware wrote the device's MSI address and data itself");
        List<Found> resumes = log.between(RESUME, 0, report.first());
        boolean resumed = !resumes.isEmpty();
        if (resumed) {
            answer.says(
                    Kind.CAUSE,
                    "firmware restored an old message at resume, before the kernel restored its own",
                    Requests.with(answer, resumes.get(resumes.size() - 1).lines()));
        }
        answer.says(
                Kind.NEXT,
                (resumed ? "see whether it is reported without a suspend before; " : "")
                        + "compare the address of the device's MSI capability ('lspci -vvxxx'): bit 4 is set in a remapped message");
        answer.shownBy("interrupts-compatible-passes");
    }

    private static void source(FaultAnswer answer, long index) {
        answer.says(
                Kind.MEANING,
                "entry " + index
                        + " of the interrupt table is present, and is for another requester: the source-id check failed");
        answer.says(Kind.EXCLUDED, "a freed entry: the entry is present");
        answer.says(
                Kind.CAUSE,
                "the request carries another requester id than the device, because of a bridge or a DMA alias");
        answer.says(Kind.CAUSE, "the device still sends a message whose entry now belongs to another device");
        answer.says(
                Kind.NEXT,
                "print entry " + index
                        + " (debugfs ir_translation_struct, Xen debug key 'V') and compare its SID with the requester");
        answer.shownBy("interrupts-no-source");
    }

    private void absent(FaultAnswer answer, long index) {
        answer.says(Kind.MEANING, "entry " + index + " of the interrupt table is not present");
        answer.says(Kind.EXCLUDED, "a request of compatibility format: the request carried an index");
        answer.says(Kind.CAUSE, "the device sent its message after the interrupt was freed");
        machine.earlierKernel()
                .ifPresent(found -> answer.says(
                        Kind.CAUSE,
                        "the message was set up by an earlier kernel, whose table this one does not use",
                        Requests.with(answer, found.lines())));
        answer.says(Kind.CAUSE, "the message was enabled in the device before the entry was written");
        answer.says(
                Kind.NEXT,
                "compare the time with request_irq and free_irq of the driver; a message that an earlier kernel set up comes once, at start");
        answer.shownBy("interrupts-no-iec", "interrupts-index-reused");
    }

    private static void request(FaultAnswer answer, int code, long index) {
        answer.says(
                Kind.MEANING,
                code == InterruptFault.INDEX_TOO_LARGE
                        ? "index " + index + " is beyond the interrupt table"
                        : "a reserved field of the request is set");
        answer.says(Kind.EXCLUDED, "a wrong entry of the table: no entry was looked at");
        answer.says(
                Kind.CAUSE,
                "the message in the device is not the one that the kernel wrote: overwritten, or with a wrong sub-handle");
        answer.says(
                Kind.NEXT, "read the device's MSI capability or MSI-X table, and compare it with the kernel's message");
        answer.shownBy("interrupts-sum-wraps");
    }

    private static void entry(FaultAnswer answer, int code, long index) {
        boolean posted = code >= InterruptFault.DESCRIPTOR_ACCESS;
        boolean read = code == InterruptFault.ENTRY_ACCESS || code == InterruptFault.DESCRIPTOR_ACCESS;
        String what = posted
                ? "the posted-interrupt descriptor of entry " + index
                : "entry " + index + " of the interrupt table";
        answer.says(Kind.MEANING, read ? "the unit could not read " + what : what + " has a reserved bit or value");
        answer.says(Kind.EXCLUDED, "a wrong message of the device: its index is in the table");
        answer.says(
                Kind.CAUSE,
                read
                        ? "the address of the table or descriptor leads to no memory"
                        : "software wrote it in pieces, or for another unit");
        answer.says(Kind.NEXT, "print the entry (debugfs ir_translation_struct, Xen debug key 'V')");
        answer.shownBy("interrupts-torn");
    }
}
