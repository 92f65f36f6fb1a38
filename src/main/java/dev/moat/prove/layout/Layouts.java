package dev.moat.prove.layout;

import dev.moat.grant.Pins;
import dev.moat.grant.SecondEntry;
import dev.moat.grant.SharedEntry;
import dev.moat.iommu.calgary.DmaAnswer;
import dev.moat.iommu.calgary.TceWalk;
import dev.moat.iommu.calgary.format.Registers;
import dev.moat.iommu.calgary.format.Tce;
import dev.moat.iommu.gart.GartGeometry;
import dev.moat.iommu.gart.GartWalk;
import dev.moat.iommu.gart.format.Gpte;
import dev.moat.iommu.gart.format.NodeRegisters;
import dev.moat.model.setting.BadSettingException;
import dev.moat.prove.layout.Family.Code;
import dev.moat.prove.layout.Family.Statement;
import dev.moat.prove.layout.Family.Word;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All families, and what there is to say of the smaller ones. */
public final class Layouts {
    /** What statements about makers of words say. */
    static final String ONLY = "has what it is told, and nothing else";

    private static final int PAGE_SHIFT = 12;

    private Layouts() {}

    /** All families. */
    public static List<Family> all() {
        return List.of(VtdLayouts.family(), AmdViLayouts.family(), calgary(), gart(), grant());
    }

    /**
     * Those of one name, or all.
     *
     * @param name of a family, or null
     * @throws BadSettingException when there is none
     */
    public static List<Family> of(@Nullable String name) {
        List<Family> all = all();
        if (name == null) {
            return all;
        }
        List<Family> found = all.stream().filter(f -> f.name().equals(name)).toList();
        if (found.isEmpty()) {
            throw new BadSettingException(
                    name,
                    "no layouts of '" + name + "'; there are those of "
                            + all.stream().map(Family::name).collect(Collectors.joining(", ")));
        }
        return found;
    }

    private static void add(List<Statement> all, String name, String says, int given, Code code) {
        all.add(Statement.of(name, says, given, code));
    }

    private static Family calgary() {
        List<Statement> all = new ArrayList<>();
        add(all, "tce-entry", ONLY, 2, x -> Tce.of(x[0], (int) x[1]));
        add(all, "tce-rights", "is READ and WRITE", 1, x -> Tce.rights(x[0]));
        add(all, "tce-valid", "is either right", 1, x -> Tce.isValid(x[0]) ? 1 : 0);
        add(all, "in-memory", "is the other order of bytes", 1, x -> Tce.inMemory(x[0]));
        add(all, "from-memory", "is what was stored", 1, x -> Tce.inMemory(Tce.inMemory(x[0])));
        add(all, "entries", "is 8192 << SIZE", 1, x -> Registers.Tar.entries(x[0]));
        add(all, "table", "is BASE, of 32 KiB", 1, x -> Registers.Tar.table(x[0]));
        add(
                all,
                "beyond",
                "is behind 4 GiB or the table",
                2,
                x -> TceWalk.isBeyond(x[0]) || TceWalk.isBehind(x[1], x[0]) ? 1 : 0);
        add(all, "entry", "is 8 bytes for each 4 KiB", 2, x -> TceWalk.entryAddress(x[1], x[0]));
        all.add(new Statement("through", "is the address with the rights, or refused", 3, 2, x -> {
            long answer = TceWalk.through(x[0], x[2] != 0);
            x[3] = (DmaAnswer.FRAME.get(answer) << PAGE_SHIFT) | (x[1] & ((1L << PAGE_SHIFT) - 1));
            x[4] = DmaAnswer.RIGHTS.get(answer);
            return DmaAnswer.reachesMemory(answer) ? 0 : 1;
        }));
        List<Word> words = List.of(
                new Word("tce", Tce.FIELDS),
                new Word("tar", Registers.Tar.FIELDS),
                new Word("config-rw", Registers.ConfigRw.FIELDS),
                new Word("page-migration", Registers.PageMigration.FIELDS));
        return new Family("calgary", words, all);
    }

    private static Family gart() {
        Sort one = Sort.numbered("one", "n", 1);
        GartGeometry real = new GartGeometry(one, one, List.of(0), one, 0, one, 0, NodeRegisters.UNIT_SHIFT, List.of());
        List<Statement> all = new ArrayList<>();
        add(all, "gart-entry", ONLY, 1, x -> Gpte.of(x[0]));
        add(all, "gart-frame", "is both fields", 1, x -> Gpte.frame(x[0]));
        add(all, "size", "is 32 MiB << ORDER", 1, x -> NodeRegisters.ApertureControl.size(x[0]));
        add(all, "place", "is BASE, of 32 MiB", 1, x -> NodeRegisters.ApertureBase.address(x[0]));
        add(
                all,
                "index",
                "is by 4 KiB from the aperture's first, where it is translated",
                3,
                x -> GartWalk.index(x[1], x[0] - real.aperturePage(x[2]), real.aperturePages(x[1])));
        add(all, "entry", "is 4 bytes for each", 2, x -> GartWalk.entryAddress(x[0], x[1]));
        List<Word> words = List.of(
                new Word("gart", Gpte.FIELDS),
                new Word("aperture-control", NodeRegisters.ApertureControl.FIELDS),
                new Word("aperture-base", NodeRegisters.ApertureBase.FIELDS),
                new Word("table-base", NodeRegisters.TableBase.FIELDS),
                new Word("cache-control", NodeRegisters.CacheControl.FIELDS));
        return new Family("gart", words, all);
    }

    private static Family grant() {
        Pins pins = new Pins(8);
        List<Statement> all = new ArrayList<>();
        add(all, "grant-entry", "has its three members", 3, x -> SharedEntry.of(x[0], x[1], x[2]));
        add(all, "permitting", ONLY, 3, x -> SharedEntry.permitting((int) x[0], (int) x[1], x[2] != 0));
        add(all, "second-entry", "has its four members", 4, x -> SecondEntry.of(x[0], x[1], x[2], x[3]));
        add(all, "pin-count", "is the counter of its kind", 2, x -> pins.count(x[0], (int) x[1]));
        add(all, "pin-units", "is one pin for each side", 2, x -> pins.taken((int) x[0], x[1] != 0));
        all.add(new Statement("pinned", "changes no other counter, and dropping it undoes it", 3, 2, x -> {
            long units = pins.taken((int) x[1], x[2] != 0);
            long after = pins.plus(x[0], units);
            x[3] = units;
            x[4] = pins.minus(after, units);
            return after;
        }));
        add(
                all,
                "pin-refused",
                "is a counter whose highest bit is set",
                3,
                x -> pins.isFull(x[0], (int) x[1], x[2] != 0) ? 1 : 0);
        List<Word> words = List.of(
                new Word("grant", SharedEntry.FORMAT),
                new Word("grant-second", SharedEntry.FORMAT),
                new Word("grant-sub-page", List.of(SecondEntry.PAGE_OFF, SecondEntry.LENGTH)),
                new Word("grant-transitive.lo", List.of(SecondEntry.TRANS_DOMID)),
                new Word("grant-transitive.hi", List.of(SecondEntry.TRANS_GREF)),
                new Word("grant-second.frame", SecondEntry.HIGH_FORMAT),
                new Word("pins", pins.fields()));
        return new Family("grant", words, all);
    }
}
