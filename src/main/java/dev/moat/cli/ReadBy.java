package dev.moat.cli;

import dev.moat.input.InputFile;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Which command reads a file, by how the file begins: what to say of one that another command could not read. */
final class ReadBy {
    private static final int LOOKED_AT = 1 << 16;

    /** A form of files, and the command that reads them. */
    private record Form(String name, String command, Pattern sign) {}

    /** The first whose sign is found counts. */
    private static final List<Form> FORMS = List.of(
            form("a counterexample", "show", "\\A\\s*\\{\\s*\"#meta\""),
            form("a run without end", "replay", "\\AA run on which a response never comes"),
            form(
                    "a configuration of devices",
                    "lint-config",
                    "(?m)^buses:|^[ \\t]*pci[ \\t]*\\+?=[ \\t]*\\[|^\\s*<hostdev |^options vfio-pci ids=|Kernel driver in use: vfio-pci"),
            form(
                    "a scenario",
                    "check",
                    "(?m)^component: [\\s\\S]*^granularity: |(?m)^granularity: [\\s\\S]*^component: "),
            form("recorded hypercalls", "conform xen", "\\A[^\\n]*,hrc,status,"),
            form("recorded rows of an AMD-Vi", "conform amdvi", "\\Aqemu,case,step,op,dev,[^\\n]*,cmdhead,"),
            form("recorded rows of an SMMUv3", "conform smmuv3", "\\Aqemu,case,step,op,dev,[^\\n]*,evprod,"),
            form("recorded rows of a RISC-V IOMMU", "conform riscv", "\\Acase,step,op,arg,store,"),
            form("recorded rows of a DMA layer", "conform dma", "\\Acase,step,(?:cpu,)?op,"),
            form(
                    "recorded rows of virtual VT-d units",
                    "conform viommu",
                    "\\A(?:suite,case,step,op,args,|qemu,options,)"),
            form(
                    "an ACPI table of the firmware",
                    "lint-config --firmware",
                    "\\A(?:DMAR|IVRS)[\\x00-\\xff]{2}\\x00\\x00|Signature : \"(?:DMAR|IVRS)\"|(?m)^(?:DMAR|IVRS) @ 0x"),
            form("a log of QEMU", "conform qemu", "(?m)^(?:\\d+@[\\d.]+:)?vtd_\\w+ "),
            form("event text", "audit", "\\Amoat-events \\d"),
            form(
                    "text of ftrace",
                    "audit",
                    "\\A# tracer: |(?m)^ *\\S.{0,60} \\[\\d{3}] [^ ]{4,6} +\\d+\\.\\d{6}: \\w+: "),
            form("a dump of ftrace in a log", "audit", "Dumping ftrace buffer"),
            form(
                    "a snapshot of tables",
                    "snapshot",
                    "gnttab_usage_print_all \\[|grant-table for remote |table has \\d levels|nr_pt_levels = |Root Table Address: "
                            + "|IOVA_PFN\\s+PML5E|Invalidation queue on IOMMU: |Interrupt supported on IOMMU: |CMD Buffer Head Offset:"
                            + "|DeviceId\\s+QWORD|iommu_groups/\\d+/devices/|(?im)^[> ]*(?:iommu )?group:? *#?\\d{1,5}:?(?:$|\\s+(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])"),
            form(
                    "a log of a kernel or of Xen",
                    "explain",
                    "(?m)^[> ]*\\[ *\\d+\\.\\d{6}] |^[> ]*\\(XEN\\) |Request device \\[|Event logged \\[[A-Z]|\\bQI HEAD: |g\\.e\\. 0x"));

    private ReadBy() {}

    private static Form form(String name, String command, String sign) {
        return new Form(name, command, Pattern.compile(sign));
    }

    /** A line for each file that a command line names and that another command reads. */
    static List<String> others(String... args) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            boolean anyForm = i > 0 && args[i - 1].equals("--machine");
            if (!anyForm && new File(arg).isFile()) {
                String beginning = beginning(Path.of(arg));
                FORMS.stream()
                        .filter(form -> form.sign().matcher(beginning).find())
                        .findFirst()
                        .filter(form -> !List.of(args)
                                .containsAll(List.of(form.command().split(" "))))
                        .ifPresent(form ->
                                lines.add(arg + ": " + form.name() + "; 'moat " + form.command() + "' reads it"));
            }
        }
        return lines;
    }

    private static String beginning(Path file) {
        try (InputStream in = InputFile.open(file)) {
            return new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // the command has said why it cannot be read
        }
    }
}
