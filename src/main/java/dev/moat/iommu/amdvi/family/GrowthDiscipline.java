package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.amdvi.family.GrowthSteps.Phase;
import dev.moat.iommu.vocabulary.FoundRelations;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import java.util.List;

/**
 * The relations that the discipline reads differently from invariants. A frame is expected at a page from the begin of
 * its map until its unmap returns. A space is one, although its tables have two roots while they grow. An entry that
 * points to either root points to the space, because every walk from both ends in the same place. Each state is
 * checked for that ({@link GrowingTables#leads} goes by the domain's, walks by the entries').
 */
final class GrowthDiscipline {
    private GrowthDiscipline() {}

    static Abstraction of(GrowingTables tables, GrowthSteps linux, Abstraction from) {
        Abstraction to = new Abstraction();
        Relation.Reads reads = (footprint, d, p, f, e, g) -> linux.read(footprint, p);
        to.relation(
                "names",
                List.of(tables.domains, tables.pages, tables.frames),
                (s, d, p, f, e, g) -> linux.phaseOf(s, p) != Phase.FREE && linux.frame.get(s, p) == f,
                reads);
        FoundRelations.constant(to, "undrained", List.of(tables.units, tables.requesters), (s, u, q, c, d, e) -> true);
        FoundRelations.debtsForWriting(from, to);
        return to;
    }
}
