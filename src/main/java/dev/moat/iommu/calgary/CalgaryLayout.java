package dev.moat.iommu.calgary;

import dev.moat.bits.Layout;
import dev.moat.bits.Layout.Statement;
import dev.moat.bits.LayoutBuilder;
import dev.moat.bits.LayoutSource;

/** The meaning of Calgary's TCEs, registers and walk. */
public final class CalgaryLayout implements LayoutSource {
    private static final int PAGE_SHIFT = 12;

    @Override
    public Layout layout() {
        LayoutBuilder all = new LayoutBuilder("calgary");
        all.made("tce-entry", 2, x -> Tce.of(x[0], (int) x[1]));
        all.says("tce-rights", "is READ and WRITE", 1, x -> Tce.rights(x[0]));
        all.says("tce-valid", "is either right", 1, x -> Tce.isValid(x[0]) ? 1 : 0);
        all.says("in-memory", "is the other order of bytes", 1, x -> Tce.inMemory(x[0]));
        all.says("from-memory", "is what was stored", 1, x -> Tce.inMemory(Tce.inMemory(x[0])));
        all.says("entries", "is 8192 << SIZE", 1, x -> Registers.Tar.entries(x[0]));
        all.says("table", "is BASE, of 32 KiB", 1, x -> Registers.Tar.table(x[0]));
        all.says(
                "beyond",
                "is behind 4 GiB or the table",
                2,
                x -> TceWalk.isBeyond(x[0]) || TceWalk.isBehind(x[1], x[0]) ? 1 : 0);
        all.says("entry", "is 8 bytes for each 4 KiB", 2, x -> TceWalk.entryAddress(x[1], x[0]));
        all.add(new Statement("through", "is the address with the rights, or refused", 3, 2, x -> {
            long answer = TceWalk.through(x[0], x[2] != 0);
            x[3] = (DmaAnswer.FRAME.get(answer) << PAGE_SHIFT) | (x[1] & ((1L << PAGE_SHIFT) - 1));
            x[4] = DmaAnswer.RIGHTS.get(answer);
            return DmaAnswer.reachesMemory(answer) ? 0 : 1;
        }));
        all.word("tce", Tce.FIELDS)
                .word("tar", Registers.Tar.FIELDS)
                .word("config-rw", Registers.ConfigRw.FIELDS)
                .word("page-migration", Registers.PageMigration.FIELDS);
        return all.layout();
    }
}
