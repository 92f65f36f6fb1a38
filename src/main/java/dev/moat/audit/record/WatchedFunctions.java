package dev.moat.audit.record;

import dev.moat.input.InputException;
import dev.moat.input.InputFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The functions of a system that promise something, and where a list of symbols has them. */
public final class WatchedFunctions {
    private static final int MOST_LINES = 4_000_000;
    private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{1,16})\\s+(?:\\S\\s+)?(\\S{1,90})(?:\\s.*)?");
    private static final String FREE = "free";
    private static final String VARIABLE = "variable";

    /** Whose functions are known. */
    public enum Known {
        NONE(""),
        LINUX(""),
        /** Its array of {@code struct page_info} is always at one place. */
        XEN("frames=0xffff82e000000000:32");

        private final String setting;

        Known(String setting) {
            this.setting = setting;
        }
    }

    private final List<String> lines = new ArrayList<>();
    private final TreeSet<String> found = new TreeSet<>();
    private final Known system;
    private final Map<String, String> preset;

    /** What the functions of Linux promise: releases 6.1 to 7.2 have some of them each. */
    private static Map<String, String> linux() {
        Map<String, String> all = new LinkedHashMap<>();
        for (String unmap : List.of(
                "__iommu_dma_unmap",
                "iommu_dma_unmap_page",
                "iommu_dma_unmap_sg",
                "iommu_dma_unmap_phys",
                "dma_iova_unlink",
                "dma_iova_destroy",
                "iommu_unmap")) {
            all.put(unmap, "unmap");
        }
        for (String map : List.of(
                "iommu_dma_map_page", "iommu_dma_map_sg", "iommu_dma_map_phys", "iommu_dma_alloc", "iommu_map")) {
            all.put(map, "map");
        }
        all.put("qi_flush_iotlb", "flush domain=2 iova=3 order=4");
        all.put("cache_tag_flush_range", "flush");
        all.put("cache_tag_flush_all", "flush");
        all.put("amd_iommu_domain_flush_pages", "flush");
        all.put("arm_smmu_iotlb_sync", "flush");
        all.put("riscv_iommu_iotlb_sync", "flush");
        all.put("qi_submit_sync", "wait");
        all.put("iommu_completion_wait", "wait");
        for (String free : List.of("free_unref_page", "__free_frozen_pages", "__free_pages_ok")) {
            all.put(free, FREE);
        }
        for (String variable : List.of("vmemmap_base", "current_task", "pcpu_hot")) {
            all.put(variable, VARIABLE);
        }
        return all;
    }

    /** The functions of Xen 4.17 to 4.20; {@code iommu_unmap} leaves the flush to its caller, and promises nothing. */
    private static Map<String, String> xen() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("iommu_legacy_unmap", "unmap");
        all.put("iommu_legacy_map", "map");
        all.put("iommu_iotlb_flush", "flush");
        all.put("flush_iotlb_qi", "flush domain=2 iova=3 order=4");
        all.put("queue_invalidate_wait", "wait");
        all.put("flush_command_buffer", "wait");
        all.put("free_domheap_pages", FREE);
        return all;
    }

    private WatchedFunctions(Known system) {
        this.system = system;
        preset = switch (system) {
            case NONE -> Map.of();
            case LINUX -> linux();
            case XEN -> xen();
        };
    }

    /** None: only tables and commands are judged. */
    static WatchedFunctions none() {
        return new WatchedFunctions(Known.NONE);
    }

    /**
     * Finds the functions of a system.
     *
     * @param symbols lines "ADDRESS TYPE NAME ...", as /proc/kallsyms, /proc/xen/xensyms and nm print them
     * @throws InputException for a line of another form, and where no function is found
     */
    public static WatchedFunctions of(Known system, Path symbols) throws IOException {
        WatchedFunctions all = new WatchedFunctions(system);
        String file = symbols.toString();
        int number = 0;
        boolean hidden = true;
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(InputFile.open(symbols), StandardCharsets.ISO_8859_1), 1 << 16)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Matcher m = LINE.matcher(line.strip());
                if (++number > MOST_LINES || !m.matches()) {
                    throw new InputException(file, number, 1, "a symbol is a line ADDRESS TYPE NAME");
                }
                long address = Long.parseUnsignedLong(m.group(1), 16);
                hidden &= address == 0;
                all.add(address, m.group(2));
            }
        }
        if (hidden) {
            throw new InputException(file, Math.max(1, number), 1, "all addresses are 0: read /proc/kallsyms as root");
        } else if (all.functions().isEmpty()) {
            throw new InputException(file, Math.max(1, number), 1, "it has none of the functions that Moat watches");
        }
        return all;
    }

    private void add(long address, String name) {
        String own = name.substring(name.indexOf('#') + 1); // Xen puts the file before static names
        int point = own.indexOf('.'); // the compiler's .isra.0, .constprop.0
        String plain = point > 0 ? own.substring(0, point) : own;
        String role = preset.get(plain);
        boolean part = name.contains(".part") || name.contains(".cold");
        if (role != null && !part) {
            String kind = role.equals(FREE) || role.equals(VARIABLE) ? role : "call";
            lines.add("0x" + Long.toHexString(address) + " " + plain + " " + kind + "\n");
            found.add(plain);
        }
    }

    /** Those that are there and promise something. */
    private List<String> functions() {
        return found.stream().filter(name -> !VARIABLE.equals(preset.get(name))).toList();
    }

    /** For the plug-in: a line each, "ADDRESS NAME ROLE". */
    List<String> lines() {
        return lines;
    }

    /** For the plug-in: what it must know of the system beside them, empty for nothing. */
    String setting() {
        return system.setting;
    }

    /** For the judge: an event each. */
    List<String> events() {
        return functions().stream()
                .filter(name -> !FREE.equals(preset.get(name)))
                .map(name -> "function " + name + " " + preset.get(name))
                .toList();
    }

    /** What of it is there and what is not, a line each. */
    List<String> says() {
        if (preset.isEmpty()) {
            return List.of("no symbols, so no function is watched: only tables and commands are judged (--symbols)");
        }
        TreeSet<String> missing = new TreeSet<>(preset.keySet());
        missing.removeAll(found);
        return List.of(
                "watches " + String.join(", ", functions()),
                "not in the symbols (other releases, or inlined): " + String.join(", ", missing));
    }
}
