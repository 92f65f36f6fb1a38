package dev.moat.explain;

import dev.moat.explain.LogText.Found;
import dev.moat.explain.Said.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Faults and queue errors of a RISC-V IOMMU as Linux prints them. {@code @source} RISCV-IOMMU, fault queue, causes; command queue. */
final class RiscvFaults {
    private static final Pattern FAULT = LogText.form(
            "Fault (\\d{1,4}) devid: 0x([0-9a-f]{1,6})" + " iotval: ([0-9a-f]{1,16}) iotval2: ([0-9a-f]{1,16})");
    private static final Pattern QUEUE =
            LogText.form("Queue #\\d{1,2} error; fault:([01]) timeout:([01]) illegal:([01]) fence_w_ip:[01]");
    private static final Pattern WAIT = LogText.form("Hardware error: command (execution timeout|enqueue failed)");

    private static final String AFTER = "the device used a buffer after its driver had unmapped or freed it";
    private static final String WRONG =
            "the driver gave the device an address that the DMA API had not returned, or the device made one up";
    private static final String TABLES = "a missing mapping: no table of translations was looked at";
    private static final String NEXT =
            "record map and unmap events of this device (ftrace, system iommu), and look up the address";

    private final LogText log;

    RiscvFaults(LogText log) {
        this.log = log;
    }

    List<FaultAnswer> answers() {
        List<FaultAnswer> answers = new ArrayList<>(Requests.each(
                LogForm.RISCV_FAULT,
                log.all(FAULT),
                found -> found.group(1) + " " + found.group(2),
                group -> Optional.of(fault(group))));
        answers.addAll(Requests.each(
                LogForm.RISCV_QUEUE, log.all(QUEUE), found -> found.group(0), group -> Optional.of(queue(group))));
        answers.addAll(Requests.each(
                LogForm.RISCV_QUEUE, log.all(WAIT), RiscvFaults::what, group -> Optional.of(wait(group))));
        return answers;
    }

    private static FaultAnswer fault(List<Found> group) {
        Found first = group.get(0);
        int cause = Integer.parseInt(first.group(1));
        String device = "device 0x" + first.group(2);
        FaultAnswer answer =
                new FaultAnswer(LogForm.RISCV_FAULT, device + ", cause " + cause, first.lines()).times(group.size());
        String access = switch (cause) {
            case 1, 12, 20 -> "execute from ";
            case 5, 13, 21 -> "read ";
            case 7, 15, 23 -> "write ";
            default -> "";
        };
        answer.says(
                Kind.EVENT,
                access.isEmpty()
                        ? "the unit blocked a request of " + device + ": cause " + cause + ", " + name(cause)
                        : device + " asked to " + access + "0x" + first.group(3) + "; the unit blocked it: "
                                + name(cause));
        switch (cause) {
            case 12, 13, 15 -> page(answer);
            case 20, 21, 23 -> guestPage(answer, Long.parseUnsignedLong(first.group(4), 16));
            case 257, 258, 259, 260 -> context(answer, cause);
            case 1, 5, 7, 261, 265, 268, 269, 270, 274 -> {
                answer.says(
                        Kind.MEANING,
                        "a table or entry that the unit has to read is in no memory that it may read, or is corrupt");
                answer.says(Kind.EXCLUDED, "a missing mapping: an absent entry would have been read");
                answer.says(Kind.CAUSE, "the pointer to the table is wrong, or its memory was given away");
                answer.says(Kind.NEXT, "see whether the tables of the device are memory of the kernel");
            }
            case 256 -> {
                answer.says(Kind.MEANING, "the unit is off, and refuses every request");
                answer.says(Kind.EXCLUDED, TABLES);
                answer.says(Kind.CAUSE, "the device was left running by the firmware or an earlier kernel (kexec)");
                answer.says(Kind.NEXT, "compare the time with the unit's own probe");
            }
            case 266, 267 -> {
                answer.says(Kind.MEANING, "the device's process directory has no context for the process id (PASID)");
                answer.says(
                        Kind.CAUSE, "the PASID was unbound while the device still had requests of it, or never bound");
                answer.says(Kind.NEXT, "compare the process id with the bind and unbind calls of the driver");
            }
            default -> answer.says(Kind.MEANING, "Moat has nothing more to say of this cause");
        }
        return answer;
    }

    private static String name(int cause) {
        return switch (cause) {
            case 1, 5, 7 -> "access fault";
            case 12, 13, 15 -> "page fault of the first stage";
            case 20, 21, 23 -> "guest page fault, of the second stage";
            case 256 -> "all inbound transactions disallowed";
            case 257 -> "device directory entry load access fault";
            case 258 -> "device directory entry not valid";
            case 259 -> "device directory entry misconfigured";
            case 260 -> "transaction type disallowed";
            case 261, 262, 263, 264, 270, 271 -> "an entry of the MSI table or an interrupt file in memory";
            case 265 -> "process directory entry load access fault";
            case 266 -> "process directory entry not valid";
            case 267 -> "process directory entry misconfigured";
            case 268, 269, 272, 274 -> "corrupt data";
            case 273 -> "the unit's own message of an interrupt could not be written";
            default -> "a cause that the specification does not have";
        };
    }

    private static void page(FaultAnswer answer) {
        answer.says(
                Kind.MEANING,
                "the entry is absent, lacks the right, or has A or D clear where the unit may not set it");
        answer.says(Kind.CAUSE, AFTER);
        answer.says(Kind.CAUSE, "the buffer is mapped for the other direction only");
        answer.says(Kind.CAUSE, WRONG);
        answer.says(Kind.EXCLUDED, "a device without a driver: its context was found (an absent one is cause 258)");
        answer.says(Kind.NEXT, NEXT);
    }

    private static void guestPage(FaultAnswer answer, long second) {
        boolean implicit = (second & 1) != 0;
        answer.says(
                Kind.MEANING,
                "the second stage does not map guest address " + NumberText.hex(second & ~3L)
                        + (implicit ? ", where a table of the guest is" : ", to which the guest's own tables lead"));
        answer.says(
                Kind.EXCLUDED,
                implicit
                        ? "a missing mapping in the guest's tables"
                        : "a fault of the guest's tables: these were walked to their end");
        answer.says(
                Kind.CAUSE,
                implicit
                        ? "the guest's tables are in memory that was taken from the guest"
                        : "the page was taken from the guest while its device still used it");
        answer.says(Kind.NEXT, "look up the guest address in the hypervisor's memory map of the guest");
    }

    private static void context(FaultAnswer answer, int cause) {
        answer.says(
                Kind.MEANING,
                switch (cause) {
                    case 257 -> "the device directory's memory cannot be read by the unit";
                    case 258 -> "no context of the device is valid: no domain is attached, or the device is blocked";
                    case 259 -> "a reserved bit or a mode in the device's context is one that the unit does not have";
                    default ->
                        "the device id is wider than the directory, or the context does not permit ATS or a process id";
                });
        answer.says(Kind.EXCLUDED, TABLES);
        if (cause == 258 || cause == 259) {
            answer.says(Kind.CAUSE, "the device does DMA before a driver is attached or after it was detached");
            answer.says(Kind.CAUSE, "the context was changed in pieces, or an older one was not invalidated (IODIR)");
            answer.says(Kind.NEXT, "compare the time with probe and remove of the device's driver");
        } else {
            answer.says(
                    Kind.CAUSE,
                    cause == 260
                            ? "ATS is enabled in the device while its context does not permit it"
                            : "the directory's page was given away, or its address is wrong");
            answer.says(Kind.CAUSE, "the firmware's description maps the device to another device id (iommu-map)");
            answer.says(Kind.NEXT, "compare the device id with the firmware's mapping of requester ids");
        }
    }

    private static FaultAnswer queue(List<Found> group) {
        Found first = group.get(0);
        FaultAnswer answer = new FaultAnswer(LogForm.RISCV_QUEUE, "command queue", first.lines()).times(group.size());
        answer.says(
                Kind.EVENT,
                "the unit stopped at a command; nothing behind it is done before software repairs the queue");
        if (first.group(2).equals("0")) {
            answer.says(Kind.EXCLUDED, "a device that does not answer: that is timeout:1");
        }
        if (first.group(3).equals("1")) {
            answer.says(
                    Kind.MEANING,
                    "the command is illegal: an opcode, an operand or a reserved bit that the unit does not have");
            answer.says(Kind.CAUSE, "the command was written in pieces, or its memory was overwritten");
            answer.says(Kind.NEXT, "compare the command at the head (cqh) with the unit's capabilities");
        }
        if (first.group(1).equals("1")) {
            answer.says(
                    Kind.MEANING,
                    "the queue, or the word that a fence writes, is in memory that the unit may not access");
            answer.says(Kind.NEXT, "see whether the queue's address is memory of the kernel");
        }
        if (first.group(2).equals("1")) {
            answer.says(
                    Kind.MEANING,
                    "a device did not answer an invalidation of its translation cache (ATC) in time: "
                            + "pages that it leads to may not be reused");
            answer.says(Kind.CAUSE, "a device is gone, in reset or without power, or its ATS is broken");
            answer.says(Kind.NEXT, "see which device with ATS does not answer ('lspci -s'); try it with pci=noats");
            answer.shownBy("xen-device-tlb-timeout-is-success");
        }
        return answer;
    }

    private static String what(Found wait) {
        return wait.group(1).replaceAll("\\s+", " ");
    }

    private static FaultAnswer wait(List<Found> group) {
        Found first = group.get(0);
        String what = what(first);
        boolean full = what.startsWith("enqueue");
        FaultAnswer answer = new FaultAnswer(LogForm.RISCV_QUEUE, "command " + what, first.lines()).times(group.size());
        answer.says(
                Kind.EVENT,
                full
                        ? "the command queue stayed full, and a command was not written"
                        : "the unit did not complete an IOFENCE.C in time, so earlier invalidations may be pending still");
        answer.says(Kind.MEANING, "nothing that waits for these invalidations may be freed or reused yet");
        answer.says(Kind.CAUSE, "the unit stopped at a command (look for 'Queue #0 error')");
        answer.says(Kind.CAUSE, "the unit is without power or clock");
        answer.says(
                Kind.NEXT, "look for errors of the command queue before this line: Linux prints this one only once");
        answer.shownBy("xen-wait-timeout-is-success");
        return answer;
    }
}
