package dev.moat.xen.iospace.state;

import dev.moat.dma.Devices;
import dev.moat.iommu.Capabilities;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How large a run is, what may be asked in it, and what Xen has decided. Domain 0 is the control domain. */
public final class SpaceSetting {
    /** When what was unmapped is forgotten. Frames never leave a domain before. */
    public enum Unmap {
        /** Before the hypercall returns. */
        STRICT,
        /** When the domain asks for it; until then the address is not free. */
        ASKED,
        /** When addresses wrap; freeing one has the next search begin behind it. */
        WRAP,
        /** The same, and freeing moves nothing: as Linux's driver does it. */
        WRAP_LINUX;

        /** Whether the next free address after the last is handed out, until there is none. */
        public boolean wraps() {
            return this == WRAP || this == WRAP_LINUX;
        }

        static String[] words() {
            return Arrays.stream(values())
                    .map(u -> u.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .toArray(String[]::new);
        }
    }

    public static final String IOMMU = "iommu";
    private static final String DOMAINS = "domains";
    private static final String DEVICES = "devices";
    private static final String UNITS = "units";
    private static final String PAGES = "pages";
    private static final String FRAMES = "frames";
    private static final String RESERVED = "reserved";
    private static final String GRANTS = "grants";
    private static final String ADDRESSES = "addresses";
    private static final String CALLERS = "callers";
    private static final String ADMISSION = "admission";
    private static final String UNTRANSLATED = "untranslated";
    private static final String REGISTERS = "registers";
    private static final String HOSTILE = "hostile-dom0";
    private static final String PASSTHROUGH = "passthrough";
    private static final String FRONTEND = "frontend";
    private static final String GIVES_UP = "gives-up";
    private static final String ALIASES = "aliases";
    private static final String TABLES = "tables";
    private static final String BATCH = "batch";
    private static final String DEATH = "death";
    private static final String DMA = "dma";
    private static final String DRIVER_DOMAIN = "driver-domain";
    private static final String TRANSFERS = "transfers";
    private static final int MOST_TABLES = 16;
    private static final int MOST_IN_BATCH = 8;

    public static final List<Parameter> PARAMETERS = List.of(
            Parameter.number(DOMAINS, "Domains; number 0 is the control domain, which has devices too.", 2, 1, 3),
            Parameter.number(
                    DEVICES,
                    "Devices; at first device q is domain q modulo domains', behind unit q modulo units.",
                    2,
                    1,
                    4),
            Parameter.number(UNITS, "Units of the IOMMU; on Calgary each is a bus.", 2, 1, 4),
            Parameter.number(PAGES, "I/O pages of each space.", 1, 1, 63),
            Parameter.number(RESERVED, "How many of them, the first ones, are never handed out.", 0, 0, 62),
            Parameter.number(FRAMES, "Frames; at first frame f is domain f modulo domains'.", 2, 1, 64),
            Parameter.number("cpus", "CPUs that run hypercalls.", 1, 1, 4),
            Parameter.number("run", "Most pages of one call.", 1, 1, 2),
            Parameter.choice(
                    ADDRESSES,
                    "Whether Xen chooses I/O addresses, or callers give them.",
                    "chosen",
                    "chosen",
                    "given",
                    "both"),
            Parameter.flag("read-only", "Whether pages are also mapped for reading only.", false),
            Parameter.flag(
                    "creation", "Whether spaces are created and destroyed in the run; otherwise all are there.", false),
            Parameter.flag("reallocation", "Whether frames leave domains and come to others.", true),
            Parameter.flag(GRANTS, "Whether domain 0 grants its frames to the others.", false),
            Parameter.flag(
                    PASSTHROUGH,
                    "Whether a toolstack attaches devices to running domains and detaches them, by pciback; with creation.",
                    false),
            Parameter.flag(
                    FRONTEND,
                    "Whether pcifront and pciback talk: a frontend connects, is asked to give a device back and does, or dies; with"
                            + " passthrough.",
                    false),
            Parameter.flag(
                    GIVES_UP,
                    "Whether the toolstack gives up waiting for a frontend that does not answer, and takes the device by force; with"
                            + " frontend.",
                    false),
            Parameter.flag(
                    ALIASES,
                    "Whether each device has a second BDF whose requests carry the same requester ID, and domain 0 a driver for that"
                            + " until a toolstack takes both; with passthrough.",
                    false),
            Parameter.number(
                    TABLES, "Tables that Xen has memory for at a time; with creation.", MOST_TABLES, 1, MOST_TABLES),
            Parameter.number(BATCH, "Most elements of one batched call; 1 for no batches.", 1, 1, MOST_IN_BATCH),
            Parameter.flag(DEATH, "Whether domains other than the control domain die.", false),
            Parameter.flag(
                    DMA,
                    "Whether domain 0's drivers use the DMA API, which makes the hypercalls and has a pool of two pages to bounce"
                            + " through.",
                    false),
            Parameter.number(DRIVER_DOMAIN, "The domain whose drivers do, in place of domain 0's; with dma.", 0, 0, 2),
            Parameter.number(TRANSFERS, "Transfers at a time; with dma.", 1, 1, 2),
            Parameter.flag("invalidations", "Whether callers ask for invalidations themselves.", false),
            Parameter.choice(
                    CALLERS,
                    "What is asked: anything, by anybody, or what a sensible kernel asks.",
                    "sensible",
                    "sensible",
                    "anybody"),
            Parameter.choice(
                            ADMISSION,
                            "Whether a space is refused to a domain when a device that cannot be told apart is another's.",
                            "refused",
                            "refused",
                            "any")
                    .asPolicy(),
            Parameter.choice(
                            REGISTERS,
                            "Whose the registers are: the control domain's, which does with them what Xen asks it to, or Xen's, which"
                                    + " takes them before the first space.",
                            "dom0",
                            "dom0",
                            "xen")
                    .asPolicy(),
            Parameter.flag(
                    HOSTILE,
                    "Whether the control domain writes what it likes to registers that it has mapped; with creation, on Calgary.",
                    false),
            Parameter.choice("unmap", "When what was unmapped is forgotten.", "strict", Unmap.words())
                    .asPolicy(),
            Parameter.flag(UNTRANSLATED, "Whether the first unit does not translate at all.", false)
                    .asPolicy());

    public final Sort domains;
    public final Sort requesters;
    public final Sort units;
    /** Each device is at first the domain's of which group it is. */
    public final Devices devices;

    public final Sort pages;
    public final Sort frames;
    public final Sort cpus;
    public final int reserved;
    public final int run;
    public final boolean chosen;
    public final boolean given;
    public final boolean readOnly;
    public final boolean creation;
    public final boolean reallocation;
    public final boolean grants;
    public final boolean invalidations;
    public final boolean anybody;
    public final boolean admitsAny;
    public final boolean untranslated;
    /** Whether Xen takes the registers from the control domain. */
    public final boolean takesRegisters;
    /** Whether the control domain does anything with registers that it has mapped. */
    public final boolean hostile;
    /** Whether devices are attached and detached by a toolstack, in place of spaces being created by themselves. */
    public final boolean passthrough;

    /** Whether frontends and backends have states of their own. */
    public final boolean frontend;

    /** Whether a toolstack gives up waiting for a frontend. */
    public final boolean givesUp;

    /** Whether each device has a second BDF with the same requester ID. */
    public final boolean aliases;

    /** Tables that there can be at a time. */
    public final int tables;
    /** Most elements of a batched call; 1 for no batches. */
    public final int batch;
    /** Whether domains die. */
    public final boolean death;
    /** Whether a domain's kernel has a DMA layer, which domain's, and how many transfers it has at a time. */
    public final boolean dma;

    public final int driverDomain;

    public final int transfers;

    public final Unmap unmap;

    SpaceSetting(Setting s) {
        domains = Sort.numbered("Dom", "d", s.number(DOMAINS));
        requesters = Sort.numbered("Req", "dev", s.number(DEVICES));
        units = Sort.numbered("Unit", "u", s.number(UNITS));
        devices = new Devices(requesters, units, domains);
        pages = Sort.numbered("Page", "p", s.number(PAGES));
        frames = Sort.numbered("Frame", "f", s.number(FRAMES));
        cpus = Sort.numbered("Cpu", "cpu", s.number("cpus"));
        reserved = s.number(RESERVED);
        run = s.number("run");
        chosen = !s.text(ADDRESSES).equals("given");
        given = !s.text(ADDRESSES).equals("chosen");
        readOnly = s.flag("read-only");
        creation = s.flag("creation");
        reallocation = s.flag("reallocation");
        grants = s.flag(GRANTS);
        invalidations = s.flag("invalidations");
        anybody = s.text(CALLERS).equals("anybody");
        admitsAny = s.text(ADMISSION).equals("any");
        untranslated = s.flag(UNTRANSLATED);
        takesRegisters = s.text(REGISTERS).equals("xen");
        hostile = s.flag(HOSTILE);
        passthrough = s.flag(PASSTHROUGH);
        frontend = s.flag(FRONTEND);
        givesUp = s.flag(GIVES_UP);
        aliases = s.flag(ALIASES);
        tables = s.number(TABLES);
        batch = s.number(BATCH);
        death = s.flag(DEATH);
        dma = s.flag(DMA);
        driverDomain = s.number(DRIVER_DOMAIN);
        transfers = s.number(TRANSFERS);
        unmap = Unmap.valueOf(s.text("unmap").toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The domain to which a device is given at first, and a frame. */
    public int firstOwner(int number) {
        return number % domains.size();
    }

    /**
     * Refuses what these hypercalls do nothing about, in this order: spaces that are not kept apart, stores that wait in a
     * buffer, pages that are not translated or all reserved, runs that are longer than a space, registers and toolstacks
     * without spaces that come and go, memory for their tables, frontends and aliases without a toolstack, domains that cannot ask for what is left
     * to them, grants to nobody, death of the only domain, a DMA layer beside what it is not modelled with, transfers without
     * one, batches that are longer than a space, do
     * not pay, or are of more than a set holds.
     *
     * @throws BadSettingException for the first of them
     */
    void require(Capabilities can) {
        if (can.tagging() == Capabilities.Tagging.NONE || can.tagging() == Capabilities.Tagging.ALLOCATED) {
            throw new BadSettingException(
                    IOMMU, "I/O spaces need an IOMMU that keeps spaces apart by a fixed tag or by bus");
        }
        if (can.stores().buffered()) {
            throw new BadSettingException(IOMMU, "the hypercalls do not flush write buffers");
        }
        if (can.aperture().first() > 0 || can.aperture().last() < pages.size() - 1) {
            throw new BadSettingException(PAGES, "pages must be translated, from number 0 on");
        }
        if (reserved >= pages.size()) {
            throw new BadSettingException(RESERVED, "reserved must leave a page");
        }
        if (run > pages.size() - reserved) {
            throw new BadSettingException("run", "run must not be longer than a space");
        }
        if ((takesRegisters || hostile) && !(creation && can.tagging() == Capabilities.Tagging.GROUP)) {
            throw new BadSettingException(HOSTILE, "who has the registers is modelled with creation, on Calgary");
        }
        if (unmap == Unmap.ASKED && !invalidations) {
            throw new BadSettingException("unmap", "unmap=asked is for invalidations=true");
        }
        if (passthrough && !creation) {
            throw new BadSettingException(PASSTHROUGH, "passthrough is for creation=true");
        }
        if (tables != MOST_TABLES && !creation) {
            throw new BadSettingException(TABLES, "tables is for creation=true");
        }
        if (frontend && !passthrough) {
            throw new BadSettingException(FRONTEND, "frontend is for passthrough=true");
        }
        if (givesUp && !frontend) {
            throw new BadSettingException(GIVES_UP, "gives-up is for frontend=true");
        }
        if (aliases && !passthrough) {
            throw new BadSettingException(ALIASES, "aliases is for passthrough=true");
        }
        if (grants && domains.size() < 2) {
            throw new BadSettingException(GRANTS, "grants need a second domain");
        }
        if (death && domains.size() < 2) {
            throw new BadSettingException(DEATH, "the control domain does not die: death needs a second domain");
        }
        if (dma && (frames.size() <= Transfers.SLOTS || pages.size() <= Transfers.SLOTS)) {
            throw new BadSettingException(DMA, "dma needs frames and pages besides the pool's two");
        }
        if (dma && run < Transfers.SLOTS) {
            throw new BadSettingException("run", "buffers of two pages are mapped by one call: dma is for run=2");
        }
        if (dma && (creation || death || anybody || batch > 1)) {
            throw new BadSettingException(
                    DMA, "dma is modelled with spaces that stay, without other callers and batches");
        }
        if (driverDomain >= domains.size() || (driverDomain > 0 && !dma)) {
            throw new BadSettingException(DRIVER_DOMAIN, "driver-domain is one of the domains, for dma=true");
        }
        if (transfers > 1 && !dma) {
            throw new BadSettingException(TRANSFERS, "transfers is for dma=true");
        }
        if (dma && untranslated && pages.size() < frames.size()) {
            throw new BadSettingException(PAGES, "on a bus that is not translated each frame is a page");
        }
        if (batch > 1 && batch > Math.max(pages.size(), frames.size())) {
            throw new BadSettingException(
                    BATCH, "batches are sets of pages, or frames: there are not as many of either");
        }
        if (batch > 1 && unmap != Unmap.STRICT) {
            throw new BadSettingException(BATCH, "batches are modelled with unmap=strict");
        }
        if (batch > 1 && Math.max(pages.size(), frames.size()) > MOST_IN_BATCH) {
            throw new BadSettingException(BATCH, "batches are sets of at most eight pages, or frames");
        }
    }
}
