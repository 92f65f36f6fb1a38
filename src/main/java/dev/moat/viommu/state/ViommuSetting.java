package dev.moat.viommu.state;

import dev.moat.iommu.Families;
import dev.moat.iommu.Rights;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/** The bounds of one machine with vIOMMUs: guests, their devices and spaces, memory, and what may happen. */
public final class ViommuSetting {
    /** How many faults guests' units record, of requests or of messages. */
    public static final Parameter GUEST_FAULT_REGISTERS = Parameter.number(
            "guest-fault-registers", "Fault recording registers of guests' units, CAP.NFR + 1.", 1, 1, 4);

    /** How many the physical unit does. */
    public static final Parameter HOST_FAULT_REGISTERS =
            Parameter.number("host-fault-registers", "Fault recording registers of the physical unit.", 1, 1, 4);

    /** The physical IOMMU, and the one that guests see. */
    public static final String IOMMU = "iommu";

    public static final String GUEST_IOMMU = "guest-iommu";

    public final Sort domains;
    public final Sort frames;
    /** Guest frame numbers of each guest. */
    public final Sort gfns;
    /** Page numbers that devices use: translated they are I/O pages, untranslated guest frame numbers. */
    public final Sort pages;

    public final Sort cpus;
    /** The devices of the first guest, then those of the next. */
    public final Sort devices;
    /** Spaces that guests have tables for: those of the first guest, then those of the next. */
    public final Sort guestSpaces;

    public final int spacesOfEach;
    public final String iommu;
    public final String guestIommu;
    public final boolean contexts;
    public final boolean switchesTe;
    public final boolean changesRoot;
    public final boolean ranges;
    public final boolean coarse;
    public final boolean reservation;
    public final boolean exchange;
    public final boolean grants;
    public final boolean hotplug;
    public final boolean privatePage;
    /** Whether the last page, and the last gfn, is the window of interrupt messages, 0xFEE00000 to 0xFEEFFFFF. */
    public final boolean window;
    /** Whether vIOMMUs are created and destroyed. */
    public final boolean calls;
    /** Whether a vIOMMU goes with its devices, too, at its domain's end. */
    public final boolean ends;
    /** Whether what becomes of blocked requests' fault records is modelled. */
    public final boolean records;
    /** Fault recording registers of each guest's unit, and of the physical one; CAP.NFR + 1. */
    public final int guestRegisters;

    public final int hostRegisters;
    /** Whether guests have faults of a device go unrecorded, and write malformed entries. */
    public final boolean silences;
    /** Whether the physical unit walks guests' tables itself, and no shadow is kept. */
    public final boolean nested;
    /** Whether requests are in flight between the two levels, and before what they found is cached. */
    public final boolean nestedWalks;
    /** Whether some guest's virtual devices are a device model's, which has answers in hand. */
    public final boolean answersInHand;
    /** Whether only the first guest writes tables; the second one's devices are untranslated. */
    private final boolean secondIsPlain;
    /** The rights that guests give in their tables. */
    public final List<Integer> modes;

    private final boolean passed;
    /** Virtual devices of each guest. */
    private final int virtual;

    private final String frontEnd;

    public ViommuSetting(Setting s) {
        domains = Sort.numbered("Dom", "d", s.number("guests"));
        frames = Sort.numbered("Frame", "f", s.number("frames"));
        privatePage = s.flag("private-page");
        window = s.flag("window");
        gfns = Sort.numbered("Gfn", "gfn", s.number("gfns") + (privatePage ? 1 : 0) + (window ? 1 : 0));
        pages = Sort.numbered("Page", "p", s.number("pages") + (window ? 1 : 0));
        cpus = Sort.numbered("Cpu", "cpu", s.number("cpus"));
        spacesOfEach = s.number("spaces");
        passed = !s.text("devices").equals("virtual");
        virtual = s.text("devices").equals("passed-through") ? 0 : s.number("virtual");
        devices = new Sort("Req", labels());
        List<String> spaces = new ArrayList<>();
        for (int g = 0; g < domains.size(); g++) {
            for (int i = 0; i < spacesOfEach; i++) {
                spaces.add("d" + g + ".gs" + i);
            }
        }
        guestSpaces = new Sort("GuestSpace", spaces);
        iommu = s.text(IOMMU);
        guestIommu = s.text(GUEST_IOMMU);
        contexts = s.flag("contexts");
        switchesTe = s.flag("te");
        changesRoot = s.flag("root");
        ranges = s.flag("ranges");
        coarse = s.flag("coarse");
        reservation = s.flag("reservation");
        exchange = s.flag("exchange");
        grants = s.flag("grants");
        hotplug = s.flag("hotplug");
        calls = !s.text("calls").equals("none");
        ends = s.text("calls").equals("domain-end");
        records = s.flag("records");
        guestRegisters = s.number("guest-fault-registers");
        hostRegisters = s.number("host-fault-registers");
        silences = s.flag("silent");
        nested = s.text("strategy").equals("nested");
        nestedWalks = s.flag("nested-walks");
        frontEnd = s.text("front-end");
        answersInHand = !frontEnd.equals("xen");
        secondIsPlain = s.text("second").equals("plain");
        modes = switch (s.text("rights")) {
            case "rw" -> List.of(Rights.ALL);
            case "r-rw" -> List.of(Rights.READ, Rights.ALL);
            default -> List.of(Rights.READ, Rights.WRITE, Rights.ALL);
        };
        requireSense(s);
    }

    private List<String> labels() {
        List<String> all = new ArrayList<>();
        for (int g = 0; g < domains.size(); g++) {
            if (passed) {
                all.add("dev" + g);
            }
            for (int n = 0; n < virtual; n++) {
                all.add("vdev" + g + "b".repeat(n));
            }
        }
        return all;
    }

    private void requireSense(Setting s) {
        if (nested && (!passed || pages.size() < gfns.size())) {
            throw new BadSettingException(
                    "strategy", "nesting needs passed-through devices, and a page of the second level for each gfn");
        }
        if (nestedWalks && !nested) {
            throw new BadSettingException("nested-walks", "only nested requests are in flight between two levels");
        }
        if (answersInHand && virtual == 0) {
            throw new BadSettingException("front-end", "a device model needs virtual devices");
        }
        if (virtual == 0 && s.number("virtual") > 1) {
            throw new BadSettingException("virtual", "virtual is for devices=both and devices=virtual");
        }
        if (!secondIsPlain && domains.size() < 2) {
            throw new BadSettingException("second", "second is for guests=2");
        }
        if (hasBothFrontEnds() && domains.size() < 2) {
            throw new BadSettingException("front-end", "two front ends need two guests");
        }
        if (!records && Math.max(guestRegisters, hostRegisters) > 1) {
            throw new BadSettingException("records", "several fault recording registers need records of faults");
        }
        if (!passed && hostRegisters > 1) {
            throw new BadSettingException(
                    HOST_FAULT_REGISTERS.name(),
                    "requests of virtual devices never reach the physical unit, whose registers record nothing here");
        }
        if (silences && (!records || !contexts || calls)) {
            throw new BadSettingException(
                    "silent", "faults that go unrecorded need records, contexts, and vIOMMUs that stay");
        }
        if (frames.size() < domains.size() + reservedFrames()) {
            throw new BadSettingException(
                    "frames", "there must be a frame for each guest, one for a private page, and one for the window");
        }
        if (window && pages.size() != gfns.size()) {
            throw new BadSettingException(
                    "window", "the window is one number, of a page and of a gfn: there must be as many of either");
        }
        if (ranges && pages.size() < 2) {
            throw new BadSettingException("pages", "ranges need at least two pages");
        }
        if (grants && domains.size() < 2) {
            throw new BadSettingException("guests", "grants need guests=2 at least");
        }
        if (changesRoot && spacesOfEach < 2) {
            throw new BadSettingException("spaces", "another root table leads to other spaces: there must be two");
        }
    }

    private int kinds() {
        return (passed ? 1 : 0) + virtual;
    }

    /** The guest that a device is for. */
    public int guestOf(int device) {
        return device / kinds();
    }

    /** Whether a device is emulated: its requests are translated by the wrapper and never reach the physical unit. */
    public boolean isVirtual(int device) {
        return !passed || device % kinds() > 0;
    }

    /** Whether a guest has a device model; another's virtual devices are behind Xen's own host bridge. */
    public boolean hasModel(int guest) {
        return answersInHand && (guest == 0 || !hasBothFrontEnds());
    }

    /** Whether the first guest has a device model, and the second one, HVMLite, has none. */
    public boolean hasBothFrontEnds() {
        return frontEnd.equals("both");
    }

    /** The guest that a space is of. */
    public int guestOfSpace(int space) {
        return space / spacesOfEach;
    }

    /** Whether a guest writes tables and entries of its own; its devices are translated from the start then. */
    public boolean writesTables(int guest) {
        return guest == 0 || !secondIsPlain;
    }

    /** The gfn of the register page, or -1. */
    public int privateGfn() {
        return privatePage ? gfns.size() - (window ? 2 : 1) : -1;
    }

    /** The frame that stands for Xen's own memory behind the register page, or -1. */
    public int privateFrame() {
        return privatePage ? frames.size() - (window ? 2 : 1) : -1;
    }

    /** Whether a page of devices', or a gfn, is the window of interrupt messages. */
    public boolean isWindow(int number) {
        return window && number == pages.size() - 1;
    }

    /** The frame that stands for what is behind the window's gfn, interrupt controllers, or -1. */
    public int windowFrame() {
        return window ? frames.size() - 1 : -1;
    }

    /** Frames that are no memory of anybody's: the last ones. */
    public int reservedFrames() {
        return (privatePage ? 1 : 0) + (window ? 1 : 0);
    }

    public static List<Parameter> parameters() {
        String[] families = Families.ids().toArray(String[]::new);
        return List.of(
                Parameter.number("guests", "Guests, each with a vIOMMU.", 2, 1, 2),
                Parameter.number("frames", "Machine frames.", 2, 1, 6),
                Parameter.number("gfns", "Guest frame numbers of each guest.", 1, 1, 3),
                Parameter.number("pages", "Pages that devices use.", 1, 1, 3),
                Parameter.number("spaces", "Sets of tables that each guest has.", 1, 1, 2),
                Parameter.number("cpus", "CPUs that run Xen's operations.", 1, 1, 2),
                Parameter.choice(
                        "devices", "What devices each guest has.", "both", "both", "passed-through", "virtual"),
                Parameter.number("virtual", "Virtual devices of each guest that has any.", 1, 1, 2),
                Parameter.choice(
                        "strategy",
                        "How passed-through devices are translated: by shadows, or by the physical unit in two levels.",
                        "shadow",
                        "shadow",
                        "nested"),
                Parameter.flag(
                        "nested-walks",
                        "Whether nested requests are in flight between the two levels, and before what they found is cached.",
                        false),
                Parameter.choice(
                        "front-end",
                        "Who asks for virtual devices: Xen's own host bridge (HVMLite), the device model, or the first guest's device model.",
                        "xen",
                        "xen",
                        "device-model",
                        "both"),
                Parameter.choice("second", "What the second guest's devices are.", "plain", "plain", "translated"),
                Parameter.choice("rights", "Rights that guests give.", "rw", "rw", "r-rw", "any"),
                Parameter.flag("contexts", "Whether guests lead devices elsewhere.", false),
                Parameter.flag("te", "Whether guests switch translation on and off.", false),
                Parameter.flag("root", "Whether guests change the root pointer.", false),
                Parameter.flag("ranges", "Whether guests invalidate two pages at once.", false),
                Parameter.flag("coarse", "Whether guests invalidate by domain and globally, too.", false),
                Parameter.flag("reservation", "Whether guests give frames back and get some.", true),
                Parameter.flag("exchange", "Whether frames are exchanged under a gfn.", false),
                Parameter.flag("grants", "Whether guests map each other's frames by grants.", false),
                Parameter.flag("hotplug", "Whether devices are attached and detached.", false),
                Parameter.choice(
                        "calls",
                        "Whether vIOMMUs stay, are created and destroyed by the wrapper, or go with their domain, too.",
                        "none",
                        "none",
                        "wrapper",
                        "domain-end"),
                Parameter.flag(
                        "records",
                        "Whether blocked requests are recorded, and the physical unit's records passed on.",
                        false),
                GUEST_FAULT_REGISTERS,
                HOST_FAULT_REGISTERS,
                Parameter.flag(
                        "silent",
                        "Whether guests have a device's faults go unrecorded (FPD), and write malformed entries.",
                        false),
                Parameter.flag("private-page", "Whether a gfn is the vIOMMU's register page.", false),
                Parameter.flag(
                        "window",
                        "Whether one more page, and the gfn of its number, is the window of interrupt messages.",
                        false),
                Parameter.choice(IOMMU, "The physical IOMMU.", Families.DEFAULT, families),
                Parameter.choice(GUEST_IOMMU, "What guests see.", Families.DEFAULT, families));
    }
}
