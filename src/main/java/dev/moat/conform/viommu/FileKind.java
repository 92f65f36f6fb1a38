package dev.moat.conform.viommu;

import dev.moat.conform.rows.Format;
import java.util.Arrays;
import java.util.List;

/** The kinds of recordings. A file may lack the columns of some of those that were asked. */
enum FileKind {
    INTERRUPTS(
            "interrupt remapping",
            "suite,case,step,op,args,options,qemu_7_2,qemu_10_0,qemu_11_1,vtd,may_also,deviations"),
    DMA("DMA remapping", "suite,case,step,op,args,options,qemu_7_2,qemu_10_0,qemu_11_1,vtd,deviations"),
    SHADOW("shadows", "suite,case,step,op,args,qemu_11_1,notes"),
    CAPABILITIES("registers at reset", "qemu,options,VER,CAP,ECAP,GSTS,FSTS,FECTL,IECTL,IRTA");

    private final String title;
    private final String header;

    FileKind(String what, String header) {
        title = "intel-iommu (QEMU), " + what;
        this.header = header;
    }

    static List<Format> formats() {
        return Arrays.stream(values()).map(FileKind::format).toList();
    }

    private Format format() {
        Format plain = Format.of(title, header);
        return plain.has("case")
                ? plain.casesBy("suite", "case").optional("qemu_7_2", "qemu_10_0", "qemu_11_1", "vtd")
                : plain;
    }

    /** The kind of a file of this format, which may have fewer columns. */
    static FileKind of(Format format) {
        return Arrays.stream(values())
                .filter(kind -> kind.title.equals(format.name()))
                .findFirst()
                .orElseThrow();
    }
}
