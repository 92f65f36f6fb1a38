package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files with the largest numbers that their formats allow, as far apart as they can be: they cost what they hold, in a heap of
 * 256 MiB.
 */
class LargestNumbersTest {
    private static final long MOST_SECONDS = 60;
    private static final String START = """
            vtd_reg_write addr 0x20 size 0x8 value 0xfffffffff000
            vtd_reg_write addr 0x18 size 0x4 value 0x4000000
            vtd_reg_write_gcmd status 0x0 value 0x4000000
            vtd_reg_write addr 0x18 size 0x4 value 0x44000000
            vtd_reg_write_gcmd status 0x4000000 value 0x44000000
            vtd_reg_write addr 0x18 size 0x4 value 0x84000000
            vtd_reg_write_gcmd status 0x44000000 value 0x84000000
            """;

    @TempDir
    Path directory;

    /** 16,384 pages all over 48 bits, under the highest 128 DIDs, source-ids, frames and table pointers; ranges of every size. */
    @Test
    void aLogOfQemu() throws Exception {
        StringBuilder log = new StringBuilder(START);
        int domains = 128;
        for (int d = 0; d < domains; d++) {
            log.append(
                    "vtd_iotlb_cc_update IOTLB context update bus 0xff devfn 0x%x high 0x%x low 0x%x gen 0 -> gen 1\n"
                            .formatted(0xff - d, (0xffffL - d) << 8 | 2, 0xfffffff00000L - ((long) d << 12) | 1));
        }
        int pages = 16_384;
        for (int i = 0; i < pages; i++) {
            long page = (0xfffffffffL - i * 0x3fffffL) << 12;
            int d = i % domains;
            long did = 0xffffL - d;
            long frame = (0xfffffffffL - i) << 12;
            log.append("vtd_iotlb_page_update IOTLB page update sid 0x%x iova 0x%x slpte 0x%x domain 0x%x\n"
                    .formatted(0xffff - d, page, frame | 3, did));
            log.append("vtd_dmar_translate dev ff:%02x.%x iova 0x%x -> gpa 0x%x mask 0xfff\n"
                    .formatted((0xff - d) >>> 3, (0xff - d) & 7, page, frame));
            if (i % 8 == 0) {
                log.append("vtd_inv_desc invalidate desc type iotlb high 0x%x low 0x%x\n"
                        .formatted(page | i / 8 % 19, did << 16 | 0xf2));
                log.append("vtd_inv_desc_iotlb_pages iotlb invalidate domain 0x%x addr 0x%x mask 0x%x\n"
                        .formatted(did, page, i / 8 % 19));
            }
        }
        assertThat(moat(log, "conform", "qemu"))
                .contains("translations 16384: hits 0, fills 16384")
                .contains("disagreements 0");
    }

    /** Addresses up to 2^64, frames up to 2^52, the largest DIDs, a range of 2^63 bytes, the latest time, a high CPU and task. */
    @Test
    void aTraceOfFtrace() throws Exception {
        StringBuilder trace = new StringBuilder("# tracer: nop\n");
        int n = 0;
        for (int i = 0; i < 3_000; i++) {
            long iova = -0x1000L * (1 + i * 0x1fffffL);
            long paddr = (1L << 52) - 0x1000L * (1 + i * 0x3fffL);
            String dom = "dom=0x" + Long.toHexString(-256 - 256L * (i % 50));
            String at = "iova=0x" + Long.toHexString(iova);
            String to = at + " - 0x" + Long.toHexString(iova + 0x1000);
            long word = (0xffffL - i % 50) << 16 | 0xf2;
            for (String event : List.of(
                    "iommu_map: (__iommu_map+0x4/0x2a0) " + dom + " " + at + " paddr=0x" + Long.toHexString(paddr)
                            + " size=0x1000 prot=0x7fffffff",
                    "map: IOMMU: " + to + " paddr=0x" + Long.toHexString(paddr) + " size=4096",
                    "dma_unmap_page: (iommu_dma_unmap_page+0x4/0x90) " + at + " size=0x1000",
                    "iommu_unmap: (__iommu_unmap+0x4/0x1f0) " + dom + " " + at + " size=0x1000",
                    "unmap: IOMMU: " + to + " size=4096 unmapped_size=4096",
                    "tlb_sync: (intel_iommu_tlb_sync+0x4/0xf0) " + dom + " start=0x" + Long.toHexString(iova)
                            + " end=0x" + Long.toHexString(iova + 0xfff),
                    "qi_submit: iotlb_inv dmar0: 0x" + Long.toHexString(word) + " 0x" + Long.toHexString(iova)
                            + " 0x0 0x0",
                    "tlb_sync_ret: (__iommu_dma_unmap+0x23f/0x2d0 <- intel_iommu_tlb_sync)",
                    "unmap_page_ret: (dma_unmap_page_attrs+0x1/0x2 <- iommu_dma_unmap_page)")) {
                trace.append("  dd-4194303 [8191] d.h1. 4611686018.%06d: %s\n".formatted(n++, event));
            }
        }
        String all = "0x0 - 0x8000000000000000";
        for (String event : List.of(
                "iommu_map: (__iommu_map+0x4/0x2a0) dom=0xffffffffffffffff iova=0x0 paddr=0x0 size=0x8000000000000000 prot=0x3",
                "map: IOMMU: iova=" + all + " paddr=0x0 size=9223372036854775808",
                "iommu_unmap: (__iommu_unmap+0x4/0x1f0) dom=0xffffffffffffffff iova=0x0 size=0x8000000000000000",
                "unmap: IOMMU: iova=" + all + " size=9223372036854775808 unmapped_size=9223372036854775808",
                "qi_submit: iotlb_inv dmar0: 0xffff00f2 0xfffffffffffff03f 0x0 0x0")) {
            trace.append("  dd-4194303 [8191] d.h1. 4611686018.%06d: %s\n".formatted(n++, event));
        }
        assertThat(moat(trace, "audit", "--strict"))
                .contains("domains known: 51")
                .containsPattern("strict-return +page unmaps +3,000 +0 +0");
    }

    private String moat(CharSequence input, String... words) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("input"), input);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Moat.class.getName()));
        command.addAll(List.of(words));
        command.add(file.toString());
        Path printed = directory.resolve("out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS))
                    .as("ends in time")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(printed);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
