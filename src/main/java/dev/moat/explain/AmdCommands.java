package dev.moat.explain;

import dev.moat.explain.AmdEvents.Event;
import dev.moat.explain.LogText.Found;
import dev.moat.explain.Said.Kind;
import dev.moat.iommu.amdvi.format.Commands;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Commands of AMD-Vi that fail, and waits that do not complete. {@code @source} AMDVI-COMMANDS. */
final class AmdCommands {
    private static final Pattern WAIT = LogText.form(
            "(?:AMD-Vi|AMD IOMMU)[^\\n]{0,40}Completion-Wait loop timed out|AMD-Vi: Warning: ComWaitInt bit did not assert");
    private static final Pattern COMMAND = Pattern.compile("CMD\\[([0-3])]: ([0-9a-f]{8})");
    private static final Pattern STOPPED =
            Pattern.compile("ILLEGAL_COMMAND_ERROR|COMMAND_HARDWARE_ERROR|COMMAND_HW_ERROR");
    private static final Pattern NO_ANSWER = Pattern.compile("IOTLB_INV_TIMEOUT");

    private final LogText log;
    private final MachineFacts machine;
    private final Requests requests;

    AmdCommands(LogText log, MachineFacts machine) {
        this.log = log;
        this.machine = machine;
        requests = new Requests(machine);
    }

    /** Of waits; the events are explained by who has them. */
    List<FaultAnswer> answers() {
        return Requests.each(LogForm.AMD_WAIT, log.all(WAIT), found -> "", group -> Optional.of(waits(group)));
    }

    /**
     * A command that the unit refused.
     *
     * @param end the line before which its words stand
     */
    void refused(FaultAnswer answer, Event event, int end) {
        boolean illegal = event.type().startsWith("ILLEGAL");
        answer.says(
                Kind.EVENT,
                illegal
                        ? "the unit refused a command, and takes no other before software restarts the command buffer"
                        : "the unit could not read a command from its buffer, and takes no other before software restarts it");
        answer.says(Kind.EXCLUDED, "a device that does not answer: the event is about the command itself");
        if (!illegal) {
            answer.says(Kind.CAUSE, "the command buffer's address is wrong, or its page was freed");
            answer.says(Kind.CAUSE, "memory at this address is defective (look for machine checks)");
            answer.says(Kind.NEXT, "see whether the address of the line is memory by the firmware's map");
            answer.shownBy("amdvi-restart-drops-commands");
            return;
        }
        long[] words = new long[4];
        List<Integer> by = new ArrayList<>(answer.lines());
        int found = 0;
        for (Found word : log.between(COMMAND, event.at().last() - 1, end)) {
            Long value = NumberText.hex(word.group(2));
            words[Integer.parseInt(word.group(1))] = value == null ? 0 : value;
            by.add(word.first());
            found++;
        }
        if (found == words.length) {
            long lo = (words[1] << 32) | words[0];
            long hi = (words[3] << 32) | words[2];
            int opcode = (int) Commands.OPCODE.get(lo);
            answer.says(
                    Kind.WORDS,
                    "command: " + NumberText.fields(Commands.fieldsLo(lo), lo) + "; second word "
                            + NumberText.fields(Commands.fieldsHi(lo), hi),
                    by);
            boolean known = opcode >= Commands.COMPLETION_WAIT && opcode <= Commands.INVALIDATE_IOMMU_ALL;
            String reserved =
                    NumberText.reserved(Commands.fieldsLo(lo), lo) + NumberText.reserved(Commands.fieldsHi(lo), hi);
            if (!known) {
                answer.says(Kind.CAUSE, "opcode " + NumberText.hex(opcode) + " is no command", by);
            } else if (!reserved.isEmpty()) {
                answer.says(
                        Kind.CAUSE,
                        "the command has reserved fields set (by the format that Moat has): " + reserved,
                        by);
            } else {
                answer.says(
                        Kind.CAUSE, "the unit does not have this command or this form of it (extended features)", by);
            }
        } else {
            answer.says(Kind.CAUSE, "a command with a reserved bit, or one that the unit does not have");
        }
        answer.says(Kind.CAUSE, "the command buffer was overwritten");
        answer.says(Kind.NEXT, "boot with amd_iommu_dump, and compare the command with the unit's extended features");
        answer.shownBy("amdvi-restart-drops-commands");
    }

    /** A device that does not answer an invalidation of its TLB. */
    void noAnswer(FaultAnswer answer, Event event) {
        answer.says(Kind.EVENT, event.device() + " did not answer an invalidation of its TLB in time");
        answer.says(Kind.EXCLUDED, "a missing mapping: the event is about an invalidation");
        answer.says(Kind.CAUSE, "the device is gone, in reset or without power");
        for (Found gone : machine.gone(event.at().first())) {
            answer.says(
                    Kind.CAUSE,
                    "the log reports near it that a device does not answer",
                    Requests.with(answer, gone.lines()));
        }
        answer.says(Kind.CAUSE, "the device is there and its ATS is broken");
        answer.says(
                Kind.MEANING,
                "translations may still be in the device's TLB, so pages that they lead to may not be reused");
        answer.says(Kind.NEXT, "see whether the device still answers ('lspci -s'); if it does, try it with pci=noats");
        answer.shownBy("xen-device-tlb-timeout-is-success");
    }

    private FaultAnswer waits(List<Found> group) {
        Found first = group.get(0);
        FaultAnswer answer = new FaultAnswer(LogForm.AMD_WAIT, "a completion wait", first.lines()).times(group.size());
        answer.says(
                Kind.EVENT,
                "the unit did not complete a COMPLETION_WAIT in time, so earlier invalidations may be pending still");
        answer.says(Kind.MEANING, "nothing that waits for these invalidations may be freed or reused yet");
        List<Found> stopped = log.all(STOPPED);
        List<Found> unanswered = log.all(NO_ANSWER);
        String device = "a device does not answer an invalidation of its TLB (gone, in reset, broken ATS)";
        String halted = "the unit stopped at a command that it refused";
        boolean before = !stopped.isEmpty() && stopped.get(0).first() <= first.first();
        if (before) {
            answer.says(
                    Kind.CAUSE,
                    halted + ": the log reports it before",
                    Requests.with(answer, stopped.get(0).lines()));
            answer.says(
                    Kind.EXCLUDED,
                    device + ": the unit took no commands any more, whatever devices do",
                    Requests.with(answer, stopped.get(0).lines()));
        } else {
            if (unanswered.isEmpty()) {
                answer.says(Kind.CAUSE, device);
            } else {
                answer.says(
                        Kind.CAUSE,
                        device + ": the log has IOTLB_INV_TIMEOUT",
                        Requests.with(answer, unanswered.get(0).lines()));
            }
            answer.says(Kind.CAUSE, halted);
            answer.says(
                    Kind.CAUSE,
                    "the unit is without power or clock, or hangs (look for suspend, graphics resets, firmware updates)");
        }
        requests.earlier(answer);
        answer.says(
                Kind.NEXT,
                "look for AMD-Vi events before the first of these lines, and boot with amd_iommu_dump to get the command buffer");
        answer.shownBy("xen-wait-timeout-is-success", "xen-runs-stalls");
        return answer;
    }
}
