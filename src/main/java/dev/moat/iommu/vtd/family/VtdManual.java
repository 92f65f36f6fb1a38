package dev.moat.iommu.vtd.family;

import dev.moat.iommu.RegisterUnit;
import dev.moat.iommu.RegisterUnit.Write;
import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.GlobalCommand;
import dev.moat.iommu.vtd.format.PageAnswer;
import dev.moat.iommu.vtd.format.PageRequest;
import dev.moat.iommu.vtd.format.PageResponse;
import dev.moat.iommu.vtd.format.PasidDescriptors;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.iommu.vtd.register.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a VT-d driver knows: where registers are, what it writes there, how tables and descriptors look. {@code @source} VTD-REGISTERS. */
final class VtdManual implements RegisterUnit.Manual {
    static final int FAULT_STATUS = 0x34;

    private static final int COMMAND = 0x18;
    private static final int ROOT = 0x20;
    private static final int HEAD = 0x80;
    private static final int TAIL = 0x88;
    private static final int QUEUE = 0x90;
    private static final int INTERRUPTS = 0xb8;
    private static final int PAGE_HEAD = 0xc0;
    private static final int PAGE_TAIL = 0xc8;
    private static final int PAGE_QUEUE = 0xd0;
    private static final int PAGE_STATUS = 0xdc;
    private static final List<Place> PLACES = List.of(
            new Place(COMMAND, 4, "GCMD"),
            new Place(ROOT, 8, "RTADDR"),
            new Place(0x28, 8, "CCMD"),
            new Place(FAULT_STATUS, 4, "FSTS"),
            new Place(0x38, 4, "FECTL"),
            new Place(0x3c, 4, "FEDATA"),
            new Place(0x40, 8, "FEADDR"),
            new Place(HEAD, 8, "IQH"),
            new Place(TAIL, 8, "IQT"),
            new Place(QUEUE, 8, "IQA"),
            new Place(0x9c, 4, "ICS"),
            new Place(0xa0, 4, "IECTL"),
            new Place(0xa4, 4, "IEDATA"),
            new Place(0xa8, 8, "IEADDR"),
            new Place(INTERRUPTS, 8, "IRTA"),
            new Place(PAGE_HEAD, 8, "PQH"),
            new Place(PAGE_TAIL, 8, "PQT"),
            new Place(PAGE_QUEUE, 8, "PQA"),
            new Place(PAGE_STATUS, 4, "PRS"),
            new Place(0xe0, 4, "PECTL"),
            new Place(0xe4, 4, "PEDATA"),
            new Place(0xe8, 8, "PEADDR"));

    /** What a device asks for, in the order of {@link #BITS}; for pages from {@link #FIRST_PAGE} on, the last of a group at the end. */
    private static final List<String> ACCESSES = List.of(
            "read",
            "write",
            "execute",
            "supervisor-read",
            "supervisor-write",
            "translation",
            "translated",
            "page",
            "page-to-write",
            "last-page");

    private static final int[] BITS = {
        Access.READ,
        Access.WRITE,
        Access.EXECUTE,
        Access.PRIVILEGED,
        Access.PRIVILEGED | Access.WRITE,
        Access.TRANSLATION_REQUEST,
        Access.TRANSLATED,
        Access.READ,
        Access.READ,
        Access.READ
    };
    private static final int FIRST_PAGE = ACCESSES.indexOf("page");
    /** What comes of a page request that is not refused for a condition, by its {@link PageAnswer}. */
    private static final List<String> PAGES =
            List.of("page queued", "page lost", "page answered", "page while off", "page not stored");

    private static final List<String> KINDS = List.of(
            "type-0",
            "context-cache",
            "iotlb",
            "device-tlb",
            "entry-cache",
            "wait",
            "pasid-iotlb",
            "pasid-cache",
            "pasid-device-tlb",
            "page-response",
            "unknown",
            "not-read");

    private static final int UNKNOWN = KINDS.size() - 2;
    private static final int FIRST_REASON = 0x20;
    private static final List<String> REASONS = List.of(
            "0x20 request-reserved",
            "0x21 index-too-large",
            "0x22 entry-not-present",
            "0x23 entry-access",
            "0x24 entry-reserved",
            "0x25 compatibility-blocked",
            "0x26 source-invalid",
            "0x27 descriptor-access",
            "0x28 descriptor-reserved");

    /** A register, or the first fault record. */
    private record Place(int offset, int bytes, String name) {}

    private final Unit unit;
    private final int recordOffset;
    private final List<Place> places;
    private final List<String> outcomes = new ArrayList<>();

    VtdManual(Unit unit, Capabilities can) {
        this.unit = unit;
        recordOffset = 16 * (int) Cap.FRO.get(can.cap());
        int invalidation = 16 * (int) Ecap.IRO.get(can.ecap());
        List<Place> more = List.of(
                new Place(invalidation, 8, "IVA"),
                new Place(invalidation + 8, 8, "IOTLB"),
                new Place(recordOffset, 16, "FRCD"));
        places = Stream.of(PLACES, more).flatMap(List::stream).toList();
        outcomes.add("passes");
        for (FaultCondition c : FaultCondition.values()) {
            if (c != FaultCondition.NONE) {
                String name = c.name().toLowerCase(Locale.ROOT).replace('_', '-');
                outcomes.add(String.format(Locale.ROOT, "0x%x or 0x%x %s", c.reason(false), c.reason(true), name));
            }
        }
        outcomes.addAll(REASONS);
        outcomes.addAll(PAGES);
        outcomes.addAll(List.of("posts", "is an interrupt", "short of rights"));
    }

    /** An element of {@link #descriptors} of a type. */
    int kind(int type) {
        return type == Unit.UNREAD ? UNKNOWN + 1 : Math.min(type, UNKNOWN);
    }

    int outcomeOfRequest(long answer) {
        int outcome = (int) DmaAnswer.OUTCOME.get(answer);
        int last = outcomes.size() - 1;
        return outcome == DmaAnswer.SHORT_OF_RIGHTS ? last : outcome == DmaAnswer.INTERRUPT ? last - 1 : outcome;
    }

    int outcomeOfPage(int answer) {
        return answer < PageAnswer.FIRST_CONDITION
                ? outcomes.indexOf(PAGES.get(answer))
                : PageAnswer.condition(answer).number();
    }

    /** Bits of {@link Access}. */
    static int access(int access) {
        return BITS[access];
    }

    static boolean isForPage(int access) {
        return access >= FIRST_PAGE;
    }

    /** What a page is asked for: to be read, to be written too; RD and WR of a {@link PageRequest}. */
    static long rights(int access) {
        return PageRequest.RD.mask() | (access == FIRST_PAGE + 1 ? PageRequest.WR.mask() : 0);
    }

    static boolean isLastOfGroup(int access) {
        return access == ACCESSES.size() - 1;
    }

    int outcomeOfInterrupt(int outcome) {
        return switch (outcome) {
            case InterruptAnswer.DELIVERED -> 0;
            case InterruptAnswer.POSTED -> outcomes.size() - 3;
            default -> FaultCondition.values().length + outcome - FIRST_REASON;
        };
    }

    @Override
    public List<String> descriptors() {
        return KINDS;
    }

    @Override
    public List<String> outcomes() {
        return List.copyOf(outcomes);
    }

    @Override
    public List<String> accesses() {
        return ACCESSES;
    }

    @Override
    public List<String> registers() {
        return places.stream().map(Place::name).toList();
    }

    @Override
    public int register(int offset) {
        for (int i = 0; i < places.size(); i++) {
            int at = places.get(i).offset();
            if (offset >= at && offset < at + places.get(i).bytes()) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public List<String> setUps() {
        return ManualTables.NAMES;
    }

    @Override
    public int pages() {
        return ManualTables.PAGES;
    }

    @Override
    public long word(int setUp, int page, int word) {
        return ManualTables.word(setUp, page, word);
    }

    /** The queue cannot be switched off before it is empty: what is left of an old one is given up. */
    @Override
    public List<Write> starting(long[] s, int setUp) {
        List<Write> all = new ArrayList<>(List.of(new Write(TAIL, 8, unit.read(s, HEAD, 8))));
        all.addAll(recovering());
        long scalable = ManualTables.isScalable(setUp) ? 1 : 0;
        all.add(new Write(COMMAND, 4, 0));
        all.add(new Write(TAIL, 8, 0));
        all.add(new Write(QUEUE, 8, ManualTables.QUEUE << 12 | scalable << 11));
        all.add(new Write(ROOT, 8, ManualTables.ROOT << 12 | scalable << 10));
        all.add(new Write(INTERRUPTS, 8, ManualTables.INTERRUPTS << 12 | (setUp & 1L) << 11 | 3));
        all.add(new Write(PAGE_TAIL, 8, 0));
        all.add(new Write(PAGE_HEAD, 8, ManualTables.pageRoom(setUp)));
        all.add(new Write(PAGE_QUEUE, 8, ManualTables.pageQueue(setUp)));
        all.add(latching());
        return all;
    }

    @Override
    public Write latching() {
        long once = GlobalCommand.SRTP.mask() | GlobalCommand.SIRTP.mask() | GlobalCommand.IRE.mask();
        return new Write(COMMAND, 4, once | GlobalCommand.TE.mask() | GlobalCommand.QIE.mask());
    }

    @Override
    public List<Write> recovering() {
        return List.of(
                new Write(recordOffset + 12, 4, 1L << 31),
                new Write(FAULT_STATUS, 4, 0x71),
                new Write(PAGE_STATUS, 4, 3));
    }

    @Override
    public List<String> commands() {
        return VtdCommands.NAMES;
    }

    @Override
    public long[] command(long[] s, int command) {
        long[] words = new long[unit.descriptorBytes(s) / Long.BYTES];
        words[0] = VtdCommands.low(command);
        words[1] = VtdCommands.high(command);
        return words;
    }

    @Override
    public long tail(long[] s) {
        return unit.freeSlot(s);
    }

    @Override
    public Write queued(long[] s) {
        return new Write(TAIL, 8, unit.tailBehind(s));
    }

    @Override
    public Write flooded(long[] s) {
        return new Write(TAIL, 8, unit.lastTail(s));
    }

    @Override
    public List<String> messages() {
        return List.of(
                "h0",
                "h1",
                "h2",
                "h3",
                "h4",
                "h16",
                "h-last",
                "h0-sub1",
                "h15-sub1",
                "h-last-sub1",
                "sub-reserved",
                "compatible");
    }

    @Override
    public long messageAddress(int message) {
        if (messages().get(message).equals("compatible")) {
            return InterruptRequest.FIRST_ADDRESS | 0x1000;
        }
        int[] handles = {0, 1, 2, 3, 4, 16, 0xffff, 0, 15, 0xffff, 0};
        long handle = handles[message];
        long sub = message > 6 ? InterruptRequest.RemappableAddress.SHV.mask() : 0;
        long format = InterruptRequest.FORMAT.mask() | sub;
        return InterruptRequest.FIRST_ADDRESS | (handle & 0x7fff) << 5 | handle >>> 15 << 2 | format;
    }

    @Override
    public long messageData(int message) {
        return switch (messages().get(message)) {
            case "h0-sub1", "h15-sub1", "h-last-sub1" -> 1;
            case "sub-reserved" -> 1L << 16;
            default -> 0x41;
        };
    }

    /** Descriptors that a driver queues. */
    private static final class VtdCommands {
        private static final List<String> NAMES = List.of(
                "contexts-all",
                "contexts-of-domain",
                "context-of-device",
                "translations-all",
                "translations-of-domain",
                "translation-of-page",
                "device-tlb",
                "entries-all",
                "entry-of-index",
                "wait",
                "wait-interrupt",
                "wait-elsewhere",
                "pasid-translations",
                "pasid-page",
                "pasids-all",
                "pasid-device-tlb",
                "page-response",
                "unknown");
        private static final long DID = 1L << 16;
        private static final long DEVICE = (long) ManualTables.FIRST_DEVICE << 32;
        private static final long STATUS = ManualTables.POSTED << 12 | 8;
        private static final long PAGE = 1L << 12;

        static long low(int command) {
            return switch (NAMES.get(command)) {
                case "contexts-all" -> Descriptors.CONTEXT_CACHE | 1 << 4;
                case "contexts-of-domain" -> Descriptors.CONTEXT_CACHE | 2 << 4 | DID;
                case "context-of-device" -> Descriptors.CONTEXT_CACHE | 3 << 4 | DID | DEVICE;
                case "translations-all" -> Descriptors.IOTLB | 1 << 4;
                case "translations-of-domain" -> Descriptors.IOTLB | 2 << 4 | DID;
                case "translation-of-page" -> Descriptors.IOTLB | 3 << 4 | DID;
                case "device-tlb" -> Descriptors.DEVICE_TLB | DEVICE;
                case "entries-all" -> Descriptors.INTERRUPT_ENTRY_CACHE;
                case "entry-of-index" -> Descriptors.INTERRUPT_ENTRY_CACHE | 1 << 4 | 1L << 32;
                case "wait", "wait-elsewhere" -> Descriptors.WAIT | 1 << 5 | 7L << 32;
                case "wait-interrupt" -> Descriptors.WAIT | 1 << 4;
                case "pasid-translations" -> PasidDescriptors.PASID_IOTLB | 2 << 4 | DID;
                case "pasid-page" -> PasidDescriptors.PASID_IOTLB | 3 << 4 | DID;
                case "pasids-all" -> PasidDescriptors.PASID_CACHE | 3 << 4;
                case "pasid-device-tlb" -> PasidDescriptors.PASID_DEVICE_TLB | (long) ManualTables.FIRST_DEVICE << 16;
                case "page-response" -> PageResponse.PAGE_GROUP_RESPONSE | (long) ManualTables.FIRST_DEVICE << 16;
                default -> 0xf;
            };
        }

        static long high(int command) {
            return switch (NAMES.get(command)) {
                case "translation-of-page", "device-tlb", "pasid-page", "pasid-device-tlb" -> PAGE;
                case "wait" -> STATUS;
                case "wait-elsewhere" -> (long) ManualTables.PAGES << 12;
                default -> 0;
            };
        }
    }
}
