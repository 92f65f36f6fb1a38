package dev.moat.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Scripts that record what the audit can judge. */
public final class Recipe {
    private static final String EVENTS =
            "iommu/map iommu/unmap iommu/io_page_fault iommu/attach_device_to_domain intel_iommu/qi_submit swiotlb/swiotlb_bounced";

    /** The tracepoints of each kernel; the functions that the audit needs have the same names and arguments in all. */
    private static final Map<String, String> KERNELS = new TreeMap<>(
            Map.of(
                    "linux-6.1",
                    EVENTS,
                    "linux-6.12",
                    EVENTS + " intel_iommu/cache_tag_assign intel_iommu/cache_tag_unassign"
                            + " intel_iommu/cache_tag_flush_range intel_iommu/cache_tag_flush_range_np intel_iommu/cache_tag_flush_all"
                            + " dma/dma_map_page dma/dma_unmap_page"
                            + " dma/dma_map_phys dma/dma_unmap_phys dma/dma_map_resource dma/dma_unmap_resource dma/dma_map_sg dma/dma_unmap_sg"
                            + " dma/dma_alloc dma/dma_free dma/dma_alloc_pages dma/dma_free_pages dma/dma_alloc_sgt dma/dma_free_sgt"
                            + " dma/dma_sync_single_for_cpu dma/dma_sync_single_for_device dma/dma_sync_sg_for_cpu dma/dma_sync_sg_for_device"));

    private Recipe() {}

    private static final String BPFTRACE = "bpftrace-";
    /** In the bpftrace script, what follows needs the events of the system dma. */
    private static final String LATER = "// from Linux 6.12\n";

    /**
     * The script for a kernel: a shell script for its name, one of bpftrace for {@code bpftrace-} and its name.
     *
     * @throws IllegalArgumentException for another; the message names the known ones
     */
    public static String of(String name) {
        String kernel = name.startsWith(BPFTRACE) ? name.substring(BPFTRACE.length()) : name;
        String events = KERNELS.get(kernel);
        if (events == null) {
            String known = String.join(", ", KERNELS.keySet());
            throw new IllegalArgumentException(
                    "'" + name + "' is not known; known: " + known + ", and with bpftrace- before them");
        }
        String script = text(name.startsWith(BPFTRACE) ? "record.bt" : "record.sh");
        int later = events.contains("dma/") ? -1 : script.indexOf(LATER);
        return (later < 0 ? script : script.substring(0, later))
                .replace("@KERNEL@", kernel.replace("linux-", "Linux "))
                .replace("@EVENTS@", events);
    }

    private static String text(String resource) {
        try (InputStream in = Recipe.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
