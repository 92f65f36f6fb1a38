package dev.moat.viommu.fault;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Injected faults of interrupts under a vIOMMU. {@code @source} lantianyu/Xen, vvtd.c, for those of its own. */
public final class InterruptFaults {
    private static final String IN_DOMAIN = "interrupt-in-domain";
    private static final String FOLLOWS = "interrupt-follows-entry";
    private static final String ARRIVES = "routed-interrupt-arrives";
    private static final String ONE_DEVICE = "index-is-one-devices";
    private static final String DETACH = "detach-leaves-no-interrupt";
    private static final String RECORDED = "blocked-interrupt-is-recorded";

    private static final String BY_ITS_ENTRY = "message-goes-by-its-entry";
    private static final String WOKEN = "waiting-vcpu-is-woken";
    private static final String NOTICED = "posted-interrupt-is-noticed";
    /** Readings, as {@code dev.moat.iommu.Interrupts} has them. */
    private static final int BUSES_SWAPPED = 1;

    private static final int QUALIFIER_IGNORED = 2;
    private static final int SILENT_AS_PRESENT = 3;
    private static final int BY_BUS = 4;

    private static final List<InjectedFault> OF_ENTRIES = List.of(
            fault(
                    "binding.never-refreshed",
                    "The host's entry stays as the guest's was when the device was bound, whatever the guest invalidates.",
                    "lantianyu/Xen, vvtd.c: the entry is not read again after the guest changed it",
                    List.of(FOLLOWS, ARRIVES),
                    e -> e.decide("binding.refreshes", (s, guest, b, c) -> 0)),
            fault(
                    "binding.destination-unchecked",
                    "The destination in a guest's entry is used as a virtual CPU without a check against their number.",
                    "derived: a guest's destination is a number like any other that a guest writes",
                    List.of(IN_DOMAIN),
                    e -> e.decide("binding.vcpu", (s, guest, to, each) -> (guest * each + to - 1) % (2 * each))),
            fault(
                    "entry.source-unverified",
                    "The host's entries accept messages of any device.",
                    "XSA-49, CVE-2013-1952 (2013): any source accepted; derived also from XSA-36, CVE-2013-0153 (2013)",
                    List.of(IN_DOMAIN, ONE_DEVICE),
                    e -> e.decide("host.verifies", (s, device, b, c) -> 0)),
            fault(
                    "entry.cache-never-invalidated",
                    "The unit is not asked to forget an entry that was changed.",
                    "VT-d specification 2.x, chapter 6.5.2.7; asterinas 3920: an entry used again without an invalidation",
                    List.of(FOLLOWS, DETACH, ONE_DEVICE),
                    e -> e.decide("iec.asked", (s, index, b, c) -> 0)),
            order(
                    "invalidation.completed-before-host-cache",
                    "The guest sees its wait done before the physical unit has forgotten the entry.",
                    "derived: VT-d specification 2.x, chapter 6.5.2.8: a wait is done after the invalidations before it",
                    List.of(FOLLOWS),
                    e -> e.moveBefore("invalidate_entry", "complete", "ask")),
            order(
                    "detach.index-freed-before-cache",
                    "An index is free before the physical unit has forgotten its entry.",
                    "derived from XSA-36, CVE-2013-0153 (2013), part 2",
                    List.of(DETACH, ONE_DEVICE),
                    e -> e.moveBefore("detach_device", "free-index", "ask")),
            fault(
                    "detach.entry-stays",
                    "A device goes, and its entry stays.",
                    "derived from XSA-36, CVE-2013-0153 (2013), part 2, of AMD-Vi: entries of devices that are gone",
                    List.of(DETACH, ONE_DEVICE),
                    e -> e.drop("detach_device", "clear-entry")),
            order(
                    "entry.written-in-halves",
                    "The words of an entry are stored one after the other while devices use it.",
                    "Xen before 93358e8e83 (2017): an entry in use not written at once",
                    List.of(IN_DOMAIN, ONE_DEVICE),
                    e -> e.decide("entry.stores-at-once", (s, a, b, c) -> 0)),
            fault(
                    "host.compatible-passes",
                    "The physical unit lets messages in compatibility format through.",
                    "CVE-2011-1898 (2011); QEMU: src/test/resources/viommu-oracle/README.md, CF",
                    List.of(IN_DOMAIN),
                    e -> e.decide("host.compatible", (s, a, b, c) -> 1)),
            fault(
                    "remap.source-unverified",
                    "The vIOMMU accepts a message of any of the guest's devices.",
                    "lantianyu/Xen, vvtd.c: the check of the source is always true",
                    List.of(FOLLOWS),
                    e -> e.decide("remap.verifies", (s, device, b, c) -> 0)),
            fault(
                    "remap.source-by-bus",
                    "Of the source that an entry accepts only the bus is compared.",
                    "derived from XSA-33, CVE-2012-5634 (2013): of sources behind a bridge only the bus",
                    List.of(FOLLOWS),
                    e -> e.decide("remap.reading", (s, device, b, c) -> BY_BUS)),
            fault(
                    "remap.one-index-too-many",
                    "The index behind the last one is accepted.",
                    "lantianyu/Xen, vvtd.c: entry > max instead of >=",
                    List.of(FOLLOWS),
                    e -> e.decide("remap.in-table", (s, row, rows, c) -> row <= rows ? 1 : 0)),
            fault(
                    "remap.first-page-only",
                    "Of a table of several pages only the first is read.",
                    "lantianyu/Xen, vvtd.c: the wrong page of the table",
                    List.of(ARRIVES),
                    e -> e.decide("remap.row", (s, index, row, c) -> 0)),
            fault(
                    "remap.destination-of-32-bits",
                    "All 32 bits of a destination are used where extended mode is off.",
                    "lantianyu/Xen, vvtd.c: the destination is read as 32 bits outside of extended mode",
                    List.of(ARRIVES),
                    e -> e.decide("remap.extended", (s, guest, b, c) -> 1)),
            fault(
                    "remap.compatible-passes",
                    "The vIOMMU lets messages in compatibility format through.",
                    "VT-d specification 2.x, chapter 5.1.4; QEMU: src/test/resources/viommu-oracle/README.md, CF",
                    List.of(FOLLOWS),
                    e -> e.decide("remap.compatible", (s, on, cfis, c) -> 1)),
            fault(
                    "remap.compatible-in-extended-mode",
                    "The vIOMMU lets messages in compatibility format through in extended mode, too, where the guest has allowed them.",
                    "VT-d specification 2.x, chapter 5.1.4: blocked if EIME is set, whatever CFIS says",
                    List.of(FOLLOWS),
                    e -> e.decide("remap.compatible", (s, on, cfis, eime) -> on == 0 || cfis == 1 ? 1 : 0)),
            fault(
                    "record.flag-inverted",
                    "A fault record counts as free while it holds a fault.",
                    "lantianyu/Xen, vvtd.c: the test of F is inverted",
                    List.of(RECORDED),
                    e -> e.decide("fault.writes", (s, kind, free, c) -> kind == 1 ? 1 - free : free)),
            fault(
                    "record.index-shifted",
                    "The index is put into a fault record twelve bits too low.",
                    "lantianyu/Xen, vvtd.c: shifted by 36 instead of 48",
                    List.of(RECORDED),
                    e -> e.decide("record.index", (s, index, b, c) -> index >>> 12)),
            fault(
                    "remap.buses-swapped",
                    "The first and the last bus of an entry's range are taken for each other.",
                    "QEMU 7.2 to 11.1: src/test/resources/viommu-oracle/README.md, BUS",
                    List.of(ARRIVES),
                    e -> e.decide("remap.reading", (s, device, b, c) -> BUSES_SWAPPED)),
            fault(
                    "remap.qualifier-ignored",
                    "Bits of the source that an entry leaves out are compared.",
                    "VT-d specification 2.x, chapter 9.10: SQ, for devices that send as several functions",
                    List.of(ARRIVES),
                    e -> e.decide("remap.reading", (s, device, b, c) -> QUALIFIER_IGNORED)),
            fault(
                    "remap.silent-as-present",
                    "An absent entry whose faults are not recorded is taken for a present one.",
                    "derived: VT-d specification 2.x, chapter 9.10: P is bit 0, FPD bit 1",
                    List.of(FOLLOWS),
                    e -> e.decide("remap.reading", (s, device, b, c) -> SILENT_AS_PRESENT)),
            fault(
                    "remap.destination-of-8-bits",
                    "8 bits of a destination are used where extended mode is on.",
                    "xen-devel 2016, Discussion about virtual iommu support for Xen guest: more than 255 virtual CPUs",
                    List.of(ARRIVES),
                    e -> e.decide("remap.extended", (s, guest, b, c) -> 0)),
            fault(
                    "remap.subhandle-ignored",
                    "The subhandle of a message is not added to its handle.",
                    "VT-d specification 2.x, chapter 5.1.3: SHV",
                    List.of(BY_ITS_ENTRY),
                    e -> e.decide("remap.index", (s, handle, subhandle, c) -> handle)),
            fault(
                    "remap.index-wraps",
                    "The sum of handle and subhandle is taken in 16 bits.",
                    "QEMU 7.2 to 11.1: src/test/resources/viommu-oracle/README.md, WRAP",
                    List.of(BY_ITS_ENTRY),
                    e -> e.decide("remap.index", (s, handle, subhandle, c) -> (handle + subhandle) & 0xffff)),
            fault(
                    "record.silent-recorded",
                    "A message is recorded whose entry says that its faults are not.",
                    "VT-d specification 2.x, chapter 5.1.4.1: qualified faults and FPD",
                    List.of("silent-entry-records-nothing"),
                    e -> e.decide("record.suppresses", (s, silent, b, c) -> 0)),
            fault(
                    "remap.absent-as-silent",
                    "No message is recorded whose entry is absent.",
                    "derived: VT-d specification 2.x, chapter 9.10: P is bit 0, FPD bit 1",
                    List.of(RECORDED),
                    e -> e.decide("remap.silent", (s, fpd, present, c) -> 1 - present)),
            fault(
                    "remap.present-never-silent",
                    "FPD counts in absent entries only: messages of another source are recorded although the entry silences them.",
                    "derived: VT-d specification 2.x, chapter 5.1.4.1: FPD of 0x22, 0x24 and 0x26",
                    List.of("silent-entry-records-nothing"),
                    e -> e.decide("remap.silent", (s, fpd, present, c) -> present == 1 ? 0 : fpd)),
            fault(
                    "posting.destination-stays",
                    "A virtual CPU runs on another CPU, and its descriptor still names the old one.",
                    "VT-d specification 2.x, chapter 5.2: NDST on migration",
                    List.of(NOTICED),
                    e -> e.drop("run_vcpu", "name-cpu")),
            fault(
                    "posting.suppression-stays",
                    "A virtual CPU runs again, and its notifications stay suppressed.",
                    "VT-d specification 2.x, chapter 5.2: SN",
                    List.of(NOTICED),
                    e -> e.drop("run_vcpu", "unsuppress")),
            fault(
                    "posting.not-looked-at",
                    "Bits posted while a virtual CPU did not run are not checked when it runs again.",
                    "VT-d specification 2.x, chapter 5.2.3: nothing is notified under SN",
                    List.of(NOTICED),
                    e -> e.drop("run_vcpu", "take-posted")),
            fault(
                    "posting.outstanding-stays",
                    "A notification that another CPU has taken counts as outstanding, so that no other is sent.",
                    "derived: VT-d specification 2.x, chapter 5.2: ON stays set until software clears it",
                    List.of(NOTICED),
                    e -> e.drop("run_vcpu", "clear-outstanding")),
            order(
                    "posting.looked-at-first",
                    "Posted bits are checked while notifications are still suppressed.",
                    "VT-d specification 2.x, chapter 5.2.3; derived: the window between the two",
                    List.of(NOTICED),
                    e -> e.moveBefore("run_vcpu", "take-posted", "unsuppress")),
            order(
                    "posting.outstanding-cleared-last",
                    "Posted bits are checked first, and notifications requested only afterwards.",
                    "VT-d specification 2.x, chapter 5.2.3; derived: what is posted between the two is not notified",
                    List.of(NOTICED),
                    e -> e.moveBefore("run_vcpu", "take-posted", "clear-outstanding")),
            order(
                    "posting.read-then-cleared",
                    "The posted bits are read and then cleared, so a bit posted in between is lost.",
                    "derived: VT-d specification 2.x, chapter 5.2: hardware changes PIR atomically",
                    List.of(NOTICED),
                    e -> e.decide("posting.takes-at-once", (s, a, b, c) -> 0)),
            fault(
                    "posting.urgent-suppressed",
                    "An urgent interrupt is not notified while notifications are suppressed.",
                    "VT-d specification 2.x, chapter 5.2: URG",
                    List.of(WOKEN),
                    e -> e.decide("posting.notifies", (s, vcpu, suppressed, urgent) -> 1 - suppressed)),
            fault(
                    "posting.suppression-ignored",
                    "A non-urgent notification is sent while notifications are suppressed.",
                    "VT-d specification 2.x, chapter 5.2: SN",
                    List.of(WOKEN),
                    e -> e.decide("posting.notifies", (s, vcpu, suppressed, urgent) -> 1)),
            fault(
                    "waiting.vector-stays",
                    "A virtual CPU waits, and its descriptor still has the vector that only its own CPU's guest looks at.",
                    "VT-d specification 2.x, chapter 5.2: NV",
                    List.of(WOKEN),
                    e -> e.drop("wait_vcpu", "name-wake-up")),
            order(
                    "waiting.outstanding-stays",
                    "A virtual CPU waits with a notification of before still outstanding, so that no other is sent.",
                    "derived: VT-d specification 2.x, chapter 5.2: ON stays set until software clears it",
                    List.of(WOKEN),
                    e -> e.drop("wait_vcpu", "clear-outstanding")),
            fault(
                    "waiting.not-looked-at",
                    "A virtual CPU waits although an interrupt is posted to it.",
                    "derived: an interrupt that was posted before the wake-up vector was set wakes no CPU",
                    List.of(WOKEN),
                    e -> e.drop("wait_vcpu", "look")),
            order(
                    "waiting.looked-at-first",
                    "Posted bits are checked before the descriptor has the wake-up vector.",
                    "derived: the window between the two",
                    List.of(WOKEN),
                    e -> e.moveBefore("wait_vcpu", "look", "name-wake-up")),
            fault(
                    "waiting.vector-never-back",
                    "A virtual CPU runs again with the wake-up vector in its descriptor.",
                    "derived: VT-d specification 2.x, chapter 5.2: NV",
                    List.of(NOTICED),
                    e -> e.drop("run_vcpu", "name-vector")),
            order(
                    "record.no-lock",
                    "Two faults at once are put into one record.",
                    "lantianyu/Xen, vvtd.c: no lock for concurrent faults",
                    List.of(RECORDED),
                    e -> e.decide("requests.lock", (s, guest, b, c) -> 0)),
            fault(
                    "status.disable-sets-the-rest",
                    "Switching remapping off sets every other bit of the status register.",
                    "lantianyu/Xen, vvtd.c: OR of the complement",
                    List.of("status-is-as-commanded"),
                    e -> e.decide(
                            "status.after",
                            (s, is, bit, on) -> on == 1 ? is | bit : bit == 1 ? is | ~bit : is & ~bit)));

    /** Of several fault recording registers, and of the physical unit's. */
    private static final List<InjectedFault> RECORDS = List.of(
            fault(
                    "fault.index-stays",
                    "FRI stays when a first fault is recorded, so a reader that begins at FRI finds no record.",
                    "derived: VT-d specification 2.x, FSTS.FRI: the record of the first fault",
                    List.of(RECORDED),
                    e -> e.decide("fault.index", (s, kind, written, fri) -> fri)),
            fault(
                    "fault.overflow-unset",
                    "A refused message finds no record that is free, and PFO stays clear.",
                    "derived: VT-d specification 2.x, chapter 7.2.1",
                    List.of(RECORDED),
                    e -> e.decide("fault.overflows", (s, kind, b, c) -> 0)),
            fault(
                    "fault.read-from-first",
                    "Xen's handler reads the physical unit's records from the first one on, not from FRI.",
                    "derived: VT-d specification 2.x, chapter 7.2.1: software begins at FRI",
                    List.of(RECORDED),
                    e -> e.decide("fault.begins", (s, kind, fri, c) -> kind == 0 ? 0 : fri)),
            fault(
                    "fault.not-passed-on",
                    "A refused message of a passed-through device is recorded by the hardware, but not reported to its guest.",
                    "derived: VT-d specification 2.x, chapter 7.2, of the guest's own unit",
                    List.of(RECORDED),
                    e -> e.decide("fault.passed-on", (s, guest, b, c) -> 0)),
            fault(
                    "fault.lost-not-passed-on",
                    "The physical unit has lost message faults, and no guest learns of it.",
                    "VT-d specification 2.x, chapter 7.2: PFO",
                    List.of(RECORDED),
                    e -> e.decide("fault.lost-passed-on", (s, lost, b, c) -> 0)),
            fault(
                    "host.silence-stays",
                    "FPD of the host's entry does not follow the guest's: the physical unit records messages that the guest silenced.",
                    "VT-d specification 2.x, chapters 5.1.4.1 and 9.10: qualified faults and FPD",
                    List.of("silent-entry-records-nothing"),
                    e -> e.decide("host.silence-follows", (s, device, fpd, c) -> 0)),
            fault(
                    "host.absent-as-silent",
                    "Every absent host entry has FPD set, so messages of unprogrammed devices are never recorded.",
                    "derived: VT-d specification 2.x, chapter 7.2, of the guest's own unit",
                    List.of(RECORDED),
                    e -> e.decide("host.silence-follows", (s, device, fpd, c) -> 1)),
            fault(
                    "record.host-index",
                    "The guest gets the index of the host's entry, not of its own.",
                    "derived: FI of a passed-through device's message is an index of the host's table, which the guest does not know",
                    List.of(RECORDED),
                    e -> e.decide("record.translated", (s, hosts, guests, c) -> hosts)));

    /** All of them. */
    public static final List<InjectedFault> ALL =
            Stream.of(OF_ENTRIES, RECORDS).flatMap(List::stream).toList();

    private InterruptFaults() {}

    private static InjectedFault fault(String id, String says, String bug, List<String> breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, "operation", edit);
    }

    /** One that shows only between steps. */
    private static InjectedFault order(String id, String says, String bug, List<String> breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, "step", edit);
    }
}
