package dev.moat.iommu.gart;

import dev.moat.bits.Layout;
import dev.moat.bits.LayoutBuilder;
import dev.moat.bits.LayoutSource;
import dev.moat.state.Sort;
import java.util.List;

/** The meaning of the GART's entries, northbridge registers and walk. */
public final class GartLayout implements LayoutSource {
    @Override
    public Layout layout() {
        Sort one = Sort.numbered("one", "n", 1);
        GartGeometry real = new GartGeometry(one, one, List.of(0), one, 0, one, 0, NodeRegisters.UNIT_SHIFT, List.of());
        LayoutBuilder all = new LayoutBuilder("gart");
        all.made("gart-entry", 1, x -> Gpte.of(x[0]));
        all.says("gart-frame", "is both fields", 1, x -> Gpte.frame(x[0]));
        all.says("size", "is 32 MiB << ORDER", 1, x -> NodeRegisters.ApertureControl.size(x[0]));
        all.says("place", "is BASE, of 32 MiB", 1, x -> NodeRegisters.ApertureBase.address(x[0]));
        all.says(
                "index",
                "is by 4 KiB from the aperture's first, where it is translated",
                3,
                x -> GartWalk.index(x[1], x[0] - real.aperturePage(x[2]), real.aperturePages(x[1])));
        all.says("entry", "is 4 bytes for each", 2, x -> GartWalk.entryAddress(x[0], x[1]));
        all.word("gart", Gpte.FIELDS)
                .word("aperture-control", NodeRegisters.ApertureControl.FIELDS)
                .word("aperture-base", NodeRegisters.ApertureBase.FIELDS)
                .word("table-base", NodeRegisters.TableBase.FIELDS)
                .word("cache-control", NodeRegisters.CacheControl.FIELDS);
        return all.layout();
    }
}
