package dev.moat.iommu.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Outcome;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The units of a family with no software on them but a test: three requesters, the first two behind unit 0, the third behind unit 1;
 * two pages from page 0 on, four frames, one CPU.
 */
final class Declared {
    final Iommu iommu;
    final Model model;
    final long[] s;

    Declared(String id, int spaces, Map<String, String> settings) {
        this(id, spaces, 2, settings, new Edits());
    }

    Declared(String id, int spaces, int pages, Map<String, String> settings, Edits edits) {
        Family family = Families.get(id);
        ModelBuilder builder = new ModelBuilder(edits);
        iommu = family.declare(sizes(spaces, pages), new Setting(family.parameters(), settings), builder);
        iommu.declareActions(builder);
        builder.initially(state -> {
            iommu.connect(state);
            iommu.settle(state);
        });
        model = builder.build();
        s = model.initial();
    }

    static Sizes sizes(int spaces, int pages) {
        Sort units = Sort.numbered("Unit", "u", 2);
        Sort space = Sort.numbered("Space", "s", spaces);
        return new Sizes(
                new Sizes.Requesters(Sort.numbered("Req", "q", 3), List.of(0x8, 0x10, 0x108), units, List.of(0, 0, 1)),
                new Sizes.Spaces(space, space, spaces == 1 ? List.of(0) : List.of(0, 1)),
                new Sizes.Addresses(Sort.numbered("Page", "p", pages), 0, Sort.numbered("Frame", "f", 4), 0, 0x100),
                new Sizes.Cpus(Sort.numbered("Cpu", "cpu", 1), (state, cpu) -> true),
                Set.of(Sizes.Need.SUBMITTERS));
    }

    static Capabilities capabilities(String id, Map<String, String> settings) {
        Family family = Families.get(id);
        return family.capabilities(new Setting(family.parameters(), settings));
    }

    void attach(int requester, int space) {
        for (int part = 0; part < iommu.entries().stores(); part++) {
            iommu.entries().attach(s, requester, space, iommu.tags().of(s, space, iommu.unitOf(requester)), part);
        }
    }

    void map(int space, int page, int frame, int rights) {
        iommu.tables().store(s, space, page, frame, rights);
        iommu.visibility().writeBack(s, space, page);
    }

    int reads(int requester, int page) {
        return iommu.meaning().gets(s, requester, page, false);
    }

    int writes(int requester, int page) {
        return iommu.meaning().gets(s, requester, page, true);
    }

    /** An action by its name, with these arguments; whether it was possible. */
    boolean act(String name, int... arguments) {
        int[] all = java.util.Arrays.copyOf(arguments, 5);
        return model.actions().stream()
                .filter(a -> a.name().equals(name))
                .findFirst()
                .orElseThrow()
                .code()
                .apply(s, all[0], all[1], all[2], all[3], all[4]);
    }

    /** Everything at a unit is forgotten; false when the driver waits for something. */
    boolean forget(int unit) {
        Port port = iommu.port(unit);
        if (!port.askTranslations(s, 0, 0, Port.ALL_PAGES, Port.ALL_PAGES, Port.LEAVES)) {
            return false;
        }
        for (int step = 0; step < port.driverSteps().size(); step++) {
            if (port.drive(s, 0, step) != Outcome.NEXT) {
                return false;
            }
        }
        port.serve(s);
        return port.announce(s, 0) && port.isDone(s, 0);
    }

    static final int RW = Rights.ALL;
}
