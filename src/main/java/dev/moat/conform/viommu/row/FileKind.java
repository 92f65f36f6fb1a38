package dev.moat.conform.viommu.row;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of recordings, told apart by their first line. */
public enum FileKind {
    INTERRUPTS("suite,case,step,op,args,options,qemu_7_2,qemu_10_0,qemu_11_1,vtd,may_also,deviations"),
    DMA("suite,case,step,op,args,options,qemu_7_2,qemu_10_0,qemu_11_1,vtd,deviations"),
    SHADOW("suite,case,step,op,args,qemu_11_1,notes"),
    CAPABILITIES("qemu,options,VER,CAP,ECAP,GSTS,FSTS,FECTL,IECTL,IRTA");

    private final String header;

    FileKind(String header) {
        this.header = header;
    }

    public List<String> columns() {
        return Arrays.asList(header.split(",", -1));
    }

    /** The kind with this first line, or null. */
    static @Nullable FileKind of(String line) {
        for (FileKind kind : values()) {
            if (kind.header.equals(line)) {
                return kind;
            }
        }
        return null;
    }

    /** All first lines. */
    static String headers() {
        return Arrays.stream(values()).map(kind -> kind.header).collect(Collectors.joining(" or "));
    }
}
