package dev.moat.pv.state;

import dev.moat.iommu.Families;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.pv.DmaBackend;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The bounds and policies of one machine. Guest frame numbers are, in this order, the pool's pages, the page that a pool for one mapping
 * is made of, the buffers' pages, and the page that a foreign frame is mapped at.
 */
public final class LayerSetting {
    public static final String NONE = "none";
    private static final String BOOTED = "booted";
    private static final int SLOTS_PER_PAGE = 2;

    /** What becomes of a vmap alias that the kernel gives up. */
    public enum Vmap {
        NONE,
        INHIBITED,
        LAZY,
        PURGED
    }

    public final Sort domains;
    public final Sort frames;
    public final Sort gfns;
    public final Sort cpus;
    public final Sort mappings;
    public final Sort buffers;
    /** Frames below 4 GiB. */
    public final int low;
    /** Frames that the device can address. */
    public final int reach;

    public final int segments;
    public final int segmentSlots;
    public final int poolPages;
    public final int bufferPages;
    /** Coherent memory is so many pages, as an exponent. */
    public final int order;

    public final boolean coherent;
    public final boolean balloon;
    public final boolean foreign;
    public final boolean lent;
    public final boolean guestMemory;
    public final boolean tlbs;
    public final boolean syncs;
    public final boolean lists;
    public final boolean setsUp;
    public final boolean ioremap;
    public final boolean streaming;
    /** Whether the kernel is a domain of Xen's; else its page numbers are the machine's. */
    public final boolean xen;
    /** What answers DMA calls from the start. */
    public final DmaBackend backend;
    /** Whether the device is passed through while the domain runs, and taken away. */
    public final boolean passthrough;
    /** Whether Xen-SWIOTLB is taken only when the device comes: the kernel did not take it when it booted. */
    public final boolean late;
    /** Whether half of the pool is tried where it cannot be set up. */
    public final boolean halving;

    public final boolean force;
    public final boolean anyAddress;
    /** Whether the device reads memory, and writes what it read. */
    public final boolean copies;

    public final String iommu;
    public final String directions;
    public final Vmap vmap;
    /** How the pool is searched, divided and grown. */
    public final PoolSetting pools;
    /** The first half of each buffer's page, its whole page, the halves to both sides of a page boundary, or two pages. */
    public final List<Shape> shapes;

    /**
     * A buffer of a driver, in halves of a page.
     *
     * @param first counted from the first page of the guest
     * @param size 1, 2 or 4
     */
    public record Shape(int first, int size) {}

    public LayerSetting(Setting s) {
        domains = Sort.numbered("Dom", "d", 1 + s.number("guests"));
        frames = Sort.numbered("Frame", "f", s.number("frames"));
        cpus = Sort.numbered("Vcpu", "cpu", s.number("cpus"));
        mappings = Sort.numbered("Xfer", "m", s.number("mappings"));
        low = s.number("low");
        reach = s.text("reach").equals("low") ? low : Integer.parseInt(s.text("reach"));
        segments = s.number("segments");
        segmentSlots = s.number("segment-slots");
        poolPages = segments * segmentSlots / SLOTS_PER_PAGE;
        bufferPages = s.number("buffers");
        order = s.number("order");
        coherent = s.flag("coherent-memory");
        balloon = s.flag("balloon");
        foreign = s.flag("foreign");
        lent = s.flag("lent");
        guestMemory = s.flag("guest-memory");
        tlbs = s.flag("tlbs");
        syncs = s.flag("syncs");
        lists = s.flag("lists");
        setsUp = s.flag("set-up");
        ioremap = s.flag("ioremap");
        streaming = s.flag("streaming");
        xen = s.text("platform").equals("xen");
        passthrough = s.flag("passthrough");
        DmaBackend boot = backend(s);
        late = passthrough && boot == DmaBackend.NATIVE;
        backend = late ? DmaBackend.XEN_SWIOTLB : boot;
        halving = s.flag("halving");
        force = s.flag("force");
        anyAddress = s.text("device").equals("any-address");
        copies = s.flag("copying-device");
        iommu = s.text("iommu");
        directions = s.text("directions");
        pools = new PoolSetting(s);
        vmap = Vmap.valueOf(s.text("vmap").toUpperCase(java.util.Locale.ROOT));
        gfns = Sort.numbered("Gfn", "pfn", firstBuffer() + bufferPages + (foreign ? 1 : 0));
        shapes = shapes(s.text("shapes"));
        buffers = new Sort("Buffer", shapes.stream().map(this::label).toList());
        requireSense(s);
    }

    /** What the scenario names, or what a kernel takes when it boots here. */
    private DmaBackend backend(Setting s) {
        String word = s.text("layer");
        boolean owns = !xen && !s.text("iommu").equals(NONE);
        DmaBackend.Platform here = new DmaBackend.Platform(xen, s.flag("privileged"), owns, frames.size() > low);
        if (s.flag("asked") && !word.equals(BOOTED)) {
            throw new BadSettingException("asked", "asked is for layer=booted");
        }
        if (word.equals(BOOTED)) {
            DmaBackend taken = DmaBackend.atBoot(here, s.flag("asked"));
            if (taken == DmaBackend.IOMMU) {
                throw new BadSettingException(
                        "layer", "on bare metal a kernel that finds an IOMMU programs it itself: that is iommu-dma");
            }
            return taken;
        }
        DmaBackend named = Stream.of(DmaBackend.values())
                .filter(it -> it.word().equals(word))
                .findFirst()
                .orElseThrow();
        String refusal = named.refusal(here);
        if (!refusal.isEmpty() && !s.text("admission").equals("any")) {
            throw new BadSettingException("layer", refusal + " (admission: any takes it all the same)");
        }
        return named;
    }

    private List<Shape> shapes(String words) {
        List<Shape> all = new ArrayList<>();
        for (int x = firstBuffer(); x < gfns.size(); x++) {
            boolean last = x + 1 >= firstBuffer() + bufferPages;
            boolean any = words.equals("any");
            if (any || words.equals("halves")) {
                all.add(new Shape(2 * x, 1));
            }
            if (any || words.equals("pages")) {
                all.add(new Shape(2 * x, 2));
            }
            if (!last && (any || words.equals("straddling"))) {
                all.add(new Shape(2 * x + 1, 2));
            }
            if (!last && words.equals("two-pages")) {
                all.add(new Shape(2 * x, 2 * SLOTS_PER_PAGE));
            }
        }
        for (int x = 0; x < poolPages && pools.restricted; x++) {
            all.add(new Shape(SLOTS_PER_PAGE * x, SLOTS_PER_PAGE));
        }
        return List.copyOf(all);
    }

    private String label(Shape shape) {
        int page = shape.first / SLOTS_PER_PAGE;
        boolean second = shape.first % SLOTS_PER_PAGE != 0;
        return gfns.label(page) + (second ? "+" : shape.size == 1 ? "-" : shape.size > 2 ? "++" : "");
    }

    /** Refuses an unprivileged domain whose device nothing confines, and sizes that do not fit. */
    private void requireSense(Setting s) {
        if (!s.flag("privileged") && iommu.equals(NONE) && s.text("admission").equals("refused")) {
            throw new BadSettingException(
                    "privileged",
                    "an unprivileged domain is not given a device without an IOMMU: it could reach all memory"
                            + " (admission: any does it all the same)");
        }
        int needed = firstBuffer() + bufferPages + domains.size() - 1 + (ioremap ? 1 : 0);
        if (needed > frames.size()) {
            throw new BadSettingException(
                    "frames", "frames must be at least " + needed + " for these pages and guests");
        }
        boolean ofXen = coherent || balloon || foreign || lent || guestMemory || setsUp || ioremap || passthrough;
        if (!xen && (ofXen || vmap != Vmap.NONE || domains.size() > 1)) {
            throw new BadSettingException(
                    "platform",
                    "on bare metal there are no other domains (guests: 0), no grants and nothing to exchange frames");
        }
        if (low > frames.size() || reach > low || (!setsUp && poolPages > low)) {
            throw new BadSettingException(
                    "low",
                    "low must be within frames, reach within low, and the pool in low frames unless it is set up");
        }
        if (shapes.isEmpty() || bufferPages < 1 << order) {
            throw new BadSettingException("buffers", "there are not enough pages for buffers");
        }
        if (Integer.bitCount(segmentSlots) != 1) {
            throw new BadSettingException("segment-slots", "segment-slots must be a power of two");
        }
        if (setsUp && poolPages != segments << order) {
            throw new BadSettingException(
                    "order", "a segment must be as many pages as are exchanged at once: two slots each");
        }
        if (copies && foreign) {
            throw new BadSettingException(
                    "copying-device", "a grant lets a device read another domain's frame: foreign must be false");
        }
        if (halving && !setsUp) {
            throw new BadSettingException("halving", "a pool that is not set up is not halved: set-up must be true");
        }
        if (lists && mappings.size() < 2) {
            throw new BadSettingException("mappings", "mappings must be 2 for lists of two buffers");
        }
        if (!s.flag("streaming")) {
            requireNothingOfMappings(s);
        }
        pools.requireSense(this);
    }

    /** Refuses what is said of mappings where there are none. */
    private static void requireNothingOfMappings(Setting s) {
        for (String name : PoolSetting.OF_MAPPINGS) {
            if (s.isChanged(name)) {
                throw new BadSettingException(name, name + " is for streaming=true");
            }
        }
    }

    public boolean hasIommu() {
        return !iommu.equals(NONE);
    }

    /** Parts of the largest buffer. */
    int mostParts() {
        return shapes.stream().mapToInt(Shape::size).max().orElse(1);
    }

    /** The page of foreign frames, meaningful with {@link #foreign}. */
    public int foreignPage() {
        return firstBuffer() + bufferPages;
    }

    /** The first page of buffers: behind the pool's, and that of a pool for one mapping. */
    public int firstBuffer() {
        return poolPages + (pools.growing ? 1 : 0);
    }

    /** Slots of the pool that there is from the start. */
    public int poolSlots() {
        return segments * segmentSlots;
    }

    public static List<Parameter> parameters() {
        return Stream.of(numbers(), flags(), words(), PoolSetting.parameters())
                .flatMap(it -> it)
                .toList();
    }

    private static Stream<Parameter> numbers() {
        return Stream.of(
                Parameter.number("guests", "Domains besides the layer's; none on bare metal.", 1, 0, 2),
                Parameter.number("frames", "Machine frames.", 5, 3, 8),
                Parameter.number("low", "Frames below 4 GiB: the first ones.", 3, 1, 8),
                Parameter.number("segments", "Segments of the pool.", 1, 1, 4),
                Parameter.number("segment-slots", "Slots of a segment, two to a page.", 2, 2, 4),
                Parameter.number("buffers", "Pages of the kernel's that buffers are in.", 1, 1, 3),
                Parameter.number("order", "Coherent memory is two to this power pages.", 0, 0, 1),
                Parameter.number("mappings", "Mappings at a time.", 1, 1, 2),
                Parameter.number("cpus", "Virtual CPUs of the layer's domain.", 1, 1, 2));
    }

    private static Stream<Parameter> flags() {
        return Stream.of(
                Parameter.flag("streaming", "Whether buffers are mapped for a device.", true),
                Parameter.flag(
                        "coherent-memory", "Whether coherent memory is allocated, and frames exchanged for it.", false),
                Parameter.flag("balloon", "Whether the balloon driver gives frames back and gets some.", false),
                Parameter.flag("foreign", "Whether a guest's frame is mapped by a grant.", false),
                Parameter.flag("lent", "Whether a guest maps a frame of the layer's domain by a grant.", false),
                Parameter.flag("guest-memory", "Whether guests take free frames and give them back.", false),
                Parameter.flag("tlbs", "Whether each virtual CPU has a TLB of one entry.", false),
                Parameter.flag("syncs", "Whether mappings are synchronised in part.", false),
                Parameter.flag("lists", "Whether two buffers are mapped at once.", false),
                Parameter.flag(
                        "set-up",
                        "Whether the pool's frames are exchanged first; else they are low from the start.",
                        false),
                Parameter.flag("halving", "Whether half the pool is tried where all of it cannot be set up.", false),
                Parameter.flag("ioremap", "Whether device memory is mapped, by machine frame.", false),
                Parameter.flag(
                        "copying-device",
                        "Whether the device reads what memory it gets, and writes another domain's data to the buffers of its driver.",
                        false),
                Parameter.flag(
                        "privileged",
                        "Whether the layer's domain is domain 0 or a driver domain that is trusted.",
                        true),
                Parameter.flag(
                        "passthrough",
                        "Whether the domain gets its device while it runs, by pciback and pcifront, and loses it.",
                        false));
    }

    private static Stream<Parameter> words() {
        String[] iommus =
                Stream.concat(Stream.of(NONE), Families.ids().stream()).toArray(String[]::new);
        return Stream.of(
                Parameter.choice(
                        "reach",
                        "Frames that the device can address: those below 4 GiB, or so many.",
                        "low",
                        "low",
                        "1",
                        "2",
                        "3",
                        "4"),
                Parameter.choice(
                        "platform",
                        "Whether the kernel runs under Xen, or on bare metal where its page numbers are the machine's.",
                        "xen",
                        "xen",
                        "bare-metal"),
                Parameter.choice("directions", "Which way data goes.", "any", "any", "to", "from", "both"),
                Parameter.choice(
                        "shapes",
                        "Which parts of pages buffers are.",
                        "halves",
                        "halves",
                        "pages",
                        "straddling",
                        "any",
                        "two-pages"),
                Parameter.choice(
                        "device",
                        "What addresses the device uses: those it was told, or any.",
                        "as-told",
                        "as-told",
                        "any-address"),
                Parameter.choice("iommu", "Which IOMMU there is.", NONE, iommus),
                Parameter.choice(
                                "vmap",
                                "What an alias in the kernel's vmap area becomes when it is given up.",
                                "none",
                                "none",
                                "inhibited",
                                "lazy",
                                "purged")
                        .asPolicy(),
                Parameter.choice(
                                "layer",
                                "Backend of the DMA API: bus addresses are translated, or the kernel's own; booted: what Linux takes.",
                                "xen-swiotlb",
                                "xen-swiotlb",
                                "native",
                                "native-swiotlb",
                                BOOTED)
                        .asPolicy(),
                Parameter.flag("asked", "Whether the command line asks for swiotlb (iommu=soft).", false)
                        .asPolicy(),
                Parameter.flag("force", "Whether everything bounces.", false).asPolicy(),
                Parameter.choice(
                                "admission",
                                "Whether a device that nothing confines, or a backend that is not for the platform, is refused.",
                                "refused",
                                "refused",
                                "any")
                        .asPolicy());
    }
}
