package dev.moat.explain;

import dev.moat.bits.BitField;
import dev.moat.explain.LogText.Found;
import dev.moat.explain.Requests.Request;
import dev.moat.explain.Said.Kind;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Events;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Events that AMD-Vi logged, as Linux and Xen print them. {@code @source} AMDVI-EVENTS. */
final class AmdEvents {
    private static final String BDF = "((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])";

    private static final Pattern LINUX =
            LogText.form("(?:AMD(?:-Vi| IOMMU): )?Event logged \\[([A-Z_]{5,40})([^\\]]{0,200})");
    /** Xen before 4.12, and from then on. */
    private static final Pattern XEN =
            LogText.form("AMD-Vi: ([A-Z_]{5,40}): (?:domain = (\\d{1,5}), device id = (?:0x)?([0-9a-f]{1,4}), fault"
                    + " address = (?:0x)?([0-9a-f]{1,16}), flags = (?:0x)?([0-9a-f]{1,4})"
                    + "|" + BDF + " d(\\d{1,5}) addr (?:0x)?([0-9a-f]{1,16}) flags (?:0x)?([0-9a-f]{1,4}))");

    private static final Pattern OWNER = Pattern.compile(BDF + ":\\s*$");
    private static final Pattern FIELD = Pattern.compile("(device|domain|address|flags|pasid)=(\\S{1,24})");

    private static final Pattern DTE = Pattern.compile("DTE\\[([0-3])]: ([0-9a-f]{16})");
    private static final Pattern ANY = LogText.form("Event logged \\[|Completion-Wait loop");
    private static final int WITHIN = 12;

    /** The range of HyperTransport; Linux keeps addresses out of it, Xen prints it with the sign extended. */
    private static final long HT = 0xfd00000000L;

    private static final long HT_END = 0xffffffffffL;

    private final LogText log;
    private final Requests requests;
    private final AmdCommands commands;

    AmdEvents(LogText log, MachineFacts machine) {
        this.log = log;
        requests = new Requests(machine);
        commands = new AmdCommands(log, machine);
    }

    /**
     * An event; numbers are -1 if the log has none.
     *
     * @param flags bits 59:48 of the entry's first word, as drivers print them
     */
    record Event(Found at, String type, String device, long domain, long address, long flags, boolean xen) {
        boolean has(BitField flag) {
            return flags >= 0 && flag.isSet(flags << 48);
        }
    }

    List<FaultAnswer> answers() {
        List<Found> all = new ArrayList<>(log.all(LINUX));
        all.addAll(log.all(XEN));
        all.sort(Comparator.comparing(Found::first));
        List<FaultAnswer> answers = new ArrayList<>(Requests.each(
                LogForm.AMD_EVENT,
                all,
                found -> {
                    Event event = event(found);
                    return event.type() + " " + event.device() + " " + event.domain() + " " + event.flags();
                },
                this::answer));
        answers.addAll(commands.answers());
        return answers;
    }

    private Event event(Found found) {
        if (found.match().groupCount() > 2) {
            boolean old = !found.group(3).isEmpty();
            String device = old ? NumberText.requester(number(found.group(3), 16)) : NumberText.device(found.group(6));
            return new Event(
                    found,
                    found.group(1),
                    device,
                    number(found.group(old ? 2 : 7), 10),
                    number(found.group(old ? 4 : 8), 16),
                    number(found.group(old ? 5 : 9), 16),
                    true);
        }
        String device = "";
        long domain = -1;
        long address = -1;
        long flags = -1;
        Matcher fields = FIELD.matcher(found.group(2));
        while (fields.find()) {
            String value = fields.group(2).replaceFirst("[,\\]]$", "");
            switch (fields.group(1)) {
                case "device" -> device = value.matches(BDF) ? NumberText.device(value) : "";
                case "domain" -> domain = number(value, 16);
                case "address" -> address = number(value, 16);
                case "flags" -> flags = number(value, 16);
                default -> {}
            }
        }
        if (device.isEmpty()) {
            Matcher owner = OWNER.matcher(log.before(found));
            device = owner.find() ? NumberText.device(owner.group(1)) : "a device that the line does not name";
        }
        return new Event(found, found.group(1), device, domain, address, flags, false);
    }

    /** The line before which an event's words stand: that of the next event, or a few further. */
    private int end(Event event) {
        Found next = log.next(ANY, event.at().last(), WITHIN);
        return next == null ? event.at().last() + WITHIN : next.first();
    }

    private static long number(String text, int radix) {
        if (radix == 10) {
            return text.isEmpty() ? -1 : Long.parseLong(text);
        }
        Long value = NumberText.hex(text);
        return value == null ? -1 : value;
    }

    private Optional<FaultAnswer> answer(List<Found> group) {
        Event event = event(group.get(0));
        FaultAnswer answer = new FaultAnswer(
                        LogForm.AMD_EVENT,
                        event.device() + ", " + event.type()
                                + (event.flags() < 0 ? "" : ", flags " + NumberText.hex(event.flags())),
                        event.at().lines())
                .times(group.size());
        switch (event.type()) {
            case "IO_PAGE_FAULT" -> pageFault(answer, event, group);
            case "ILLEGAL_DEV_TABLE_ENTRY" -> illegalEntry(answer, event);
            case "DEV_TAB_HARDWARE_ERROR", "DEV_TABLE_HW_ERROR", "PAGE_TAB_HARDWARE_ERROR", "PAGE_TABLE_HW_ERROR" ->
                unreadable(answer, event);
            case "ILLEGAL_COMMAND_ERROR", "COMMAND_HARDWARE_ERROR", "COMMAND_HW_ERROR" ->
                commands.refused(answer, event, end(event));
            case "IOTLB_INV_TIMEOUT" -> commands.noAnswer(answer, event);
            case "INVALID_DEVICE_REQUEST", "INVALID_DEV_REQUEST" -> invalid(answer, event);
            case "INVALID_PPR_REQUEST", "RMP_PAGE_FAULT", "RMP_FAULT", "RMP_HW_ERROR" ->
                answer.says(
                        Kind.EVENT,
                        event.device() + ": the unit logged " + event.type()
                                + ", about page requests or the table of memory owners (RMP), which Moat does not model");
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(answer);
    }

    private void pageFault(FaultAnswer answer, Event event, List<Found> group) {
        if (event.flags() < 0 || event.address() == -1) {
            answer.says(
                    Kind.EVENT,
                    event.device()
                            + ": the unit blocked a request; its numbers cannot be read, so nothing is said of the cause");
            return;
        }
        long address = event.address();
        boolean write = event.has(Events.RW);
        List<Long> addresses =
                group.stream().map(found -> event(found).address()).toList();
        answer.says(
                Kind.EVENT,
                event.device() + " asked "
                        + (event.has(Events.I)
                                ? "for an interrupt by "
                                : event.has(Events.TR) ? "for the translation of " : write ? "to write " : "to read ")
                        + Requests.addresses(addresses) + "; the unit blocked it (flags: "
                        + NumberText.fields(Events.LO, event.flags() << 48).replace("=0x1", "") + ")");
        if (event.has(Events.I)) {
            interrupt(answer, event);
            return;
        }
        boolean inHost = address >>> 40 == 0xffffffL || address >>> 40 == 0;
        if (inHost && (address & HT_END) >= HT) {
            answer.says(
                    Kind.ADDRESS,
                    NumberText.hex(address)
                            + " is in the range of HyperTransport (0xfd00000000 to 0xffffffffff), where no memory is reached");
        }
        if (!event.xen() && event.domain() == 0) {
            withoutDomain(answer);
        }
        cause(answer, event, address, write);
    }

    private void withoutDomain(FaultAnswer answer) {
        answer.says(
                Kind.MEANING,
                "Linux gives domain 0x0000 to no device: the device had no domain when it sent the request, or the unit did not"
                        + " report it");
        answer.says(Kind.CAUSE, "the device does DMA before a driver is attached or after it was detached");
        answer.says(Kind.CAUSE, "the requester is an alias or phantom function, for which no entry was written");
        requests.earlier(answer);
        answer.says(
                Kind.NEXT,
                "see whether the report comes with probe, remove or reset of the driver, and whether the requester is in lspci");
        answer.shownBy("dma-claim-without-blocking");
    }

    private void cause(FaultAnswer answer, Event event, long address, boolean write) {
        if (!event.has(Events.PR)) {
            answer.says(
                    Kind.MEANING,
                    "no entry is present for this address (PR clear): not mapped, or beyond the levels of the tables, or the device's"
                            + " entry has no tables (TV clear)");
            requests.place(answer, event.device(), address);
            requests.missing(
                    answer,
                    new Request(
                            event.device(),
                            address,
                            write,
                            event.xen(),
                            new Requests.Leaf(false, false, false, "PR would be set", answer.lines())));
            answer.shownBy("amdvi-growth-not-invalidated", "amdvi-unity-unmapped-first");
        } else if (event.has(Events.RZ)) {
            answer.says(Kind.MEANING, "an entry on the way has a reserved bit set (PR and RZ)");
            tableContent(answer);
        } else if (event.has(Events.PE)) {
            permission(answer, event, address, write);
        } else {
            answer.says(Kind.MEANING, "an entry on the way has an illegal level or size (PR without PE and RZ)");
            tableContent(answer);
        }
    }

    private void permission(FaultAnswer answer, Event event, long address, boolean write) {
        answer.says(
                Kind.MEANING,
                "an entry is present and lacks the right to " + (write ? "write" : "read")
                        + " (PR and PE): in a table, or in the" + " device table entry of a device that is blocked");
        requests.place(answer, event.device(), address);
        answer.says(Kind.EXCLUDED, "an absent entry, as after unmap: PR would be clear");
        answer.says(Kind.CAUSE, "the page is mapped for the other direction only");
        answer.says(Kind.CAUSE, "the device is blocked: its device table entry has no tables and neither right");
        answer.says(Kind.CAUSE, "the right was added and an older translation was not invalidated");
        answer.says(Kind.NEXT, event.xen() ? Requests.XEN_TABLES : Requests.TRACE);
        answer.shownBy("amdvi-promotion-not-invalidated");
    }

    private static void tableContent(FaultAnswer answer) {
        answer.says(Kind.EXCLUDED, "a page that is not mapped: an absent entry has PR clear");
        answer.says(Kind.CAUSE, "a table's page was freed and written by its next owner while the unit still used it");
        answer.says(Kind.CAUSE, "software wrote an entry that the unit does not accept, or in pieces");
        answer.says(Kind.NEXT, "print the tables of the domain at this address");
        answer.shownBy("xen-table-freed-before-wait", "amdvi-superpage-next-level-first");
    }

    private void interrupt(FaultAnswer answer, Event event) {
        answer.says(
                Kind.MEANING,
                event.has(Events.PR)
                        ? "the device's entry of the interrupt table is present, and the unit does not accept it"
                        : "the device's interrupt table has no enabled entry for this message (PR clear)");
        answer.says(Kind.EXCLUDED, "a missing mapping of memory: the request was an interrupt (flag I)");
        answer.says(
                Kind.CAUSE,
                "the device sent its message after the interrupt was freed, or before its entry was written");
        answer.says(Kind.CAUSE, "the entry was disabled for a moment while it was changed");
        answer.says(
                Kind.CAUSE,
                "the index of the message is beyond the device's table, or the device table entry aborts its interrupts");
        requests.earlier(answer);
        answer.says(Kind.NEXT, "compare the time with request_irq, free_irq and changes of affinity of this device");
        answer.shownBy("amdvi-interrupts-disabled-first", "amdvi-interrupts-lost-by-cache");
    }

    private void illegalEntry(FaultAnswer answer, Event event) {
        answer.says(Kind.EVENT, "the unit does not accept the device table entry of " + event.device());
        Long[] quads = new Long[4];
        List<Integer> by = new ArrayList<>(answer.lines());
        for (Found found : log.between(DTE, event.at().last() - 1, end(event))) {
            quads[Integer.parseInt(found.group(1))] = NumberText.hex(found.group(2));
            by.add(found.first());
        }
        List<List<BitField>> fields =
                List.of(DeviceTableEntry.QUAD0, DeviceTableEntry.QUAD1, DeviceTableEntry.QUAD2, DeviceTableEntry.QUAD3);
        StringBuilder reserved = new StringBuilder();
        boolean whole = true;
        for (int i = 0; i < quads.length; i++) {
            Long quad = quads[i];
            whole &= quad != null;
            if (quad != null) {
                answer.says(Kind.WORDS, "DTE[" + i + "]: " + NumberText.fields(fields.get(i), quad), by);
                String bits = NumberText.reserved(fields.get(i), quad);
                reserved.append(bits.isEmpty() ? "" : " DTE[" + i + "] " + bits);
            }
        }
        boolean mode = quads[0] != null && DeviceTableEntry.MODE.get(quads[0]) == DeviceTableEntry.MODE_RESERVED;
        answer.says(
                Kind.MEANING,
                event.has(Events.RZ)
                        ? "a reserved bit of the entry was set (RZ)"
                        : "the entry is beyond the device table, or has an illegal value");
        answer.says(Kind.EXCLUDED, "a missing mapping: page tables were not looked at");
        if (reserved.length() > 0) {
            answer.says(
                    Kind.CAUSE,
                    "the printed entry has reserved bits set (by the format that Moat has; newer units define more):"
                            + reserved,
                    by);
        } else if (mode) {
            answer.says(Kind.CAUSE, "the printed entry has Mode 7, which has no meaning", by);
        } else if (whole) {
            answer.says(Kind.EXCLUDED, "a reserved bit that is still set: the printed entry has none", by);
            answer.says(
                    Kind.CAUSE,
                    "the unit read the entry while it was changed, or a cached one that was not invalidated",
                    by);
            answer.says(
                    Kind.CAUSE,
                    "the entry asks for something that this unit does not have, for example more levels",
                    by);
        } else {
            answer.says(Kind.CAUSE, "software wrote an entry that this unit does not accept, or changed it in pieces");
            answer.says(Kind.CAUSE, "the requester id is beyond the device table");
        }
        answer.says(Kind.NEXT, "compare the printed entry with the one that the driver meant to write for this device");
        answer.shownBy("amdvi-move-changed-without-pause");
    }

    private static void unreadable(FaultAnswer answer, Event event) {
        boolean deviceTable = event.type().startsWith("DEV");
        answer.says(
                Kind.EVENT,
                "the unit could not read the " + (deviceTable ? "device table" : "page tables") + " of "
                        + event.device() + (event.address() < 0 ? "" : " at " + NumberText.hex(event.address())));
        answer.says(Kind.EXCLUDED, "a missing mapping: an absent entry would have been read");
        answer.says(Kind.CAUSE, "the pointer to the table is wrong or leads to no memory");
        answer.says(Kind.CAUSE, "the table's page was freed and its content replaced while the unit still used it");
        answer.says(Kind.CAUSE, "memory at this address is defective (look for machine checks)");
        answer.says(
                Kind.NEXT,
                "see whether the address is memory by the firmware's map, and whether it is always the same");
        answer.shownBy("xen-table-freed-before-wait");
    }

    private void invalid(FaultAnswer answer, Event event) {
        answer.says(
                Kind.EVENT,
                event.device() + " sent a request of a kind that is not permitted"
                        + (event.address() == -1 ? "" : ", at " + NumberText.hex(event.address())));
        if (event.address() != -1) {
            requests.place(answer, event.device(), event.address());
        }
        answer.says(Kind.EXCLUDED, "a missing mapping: page tables were not looked at");
        answer.says(Kind.CAUSE, "the device read or probed an address that is for interrupts or reserved");
        answer.says(
                Kind.CAUSE, "the device sent a translated request (ATS) that its device table entry does not permit");
        answer.says(Kind.NEXT, "look at 'lspci -vv' of the device for ATSCtl, and at the address above");
        answer.shownBy("xen-deassign-ats-stays-on");
    }
}
