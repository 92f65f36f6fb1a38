package dev.moat.iommu;

import dev.moat.iommu.gart.family.GartFamily;
import java.util.List;

/** The GART keeps the contract's promises: one space, no rights, and what lies outside reaches memory as it is. */
class GartContractTest extends ContractKit {
    static final List<KitMachine.Plan> PLANS = List.of(
            KitMachine.Plan.of(),
            KitMachine.Plan.of("walks=true"),
            KitMachine.Plan.of("walks=true").units(2),
            KitMachine.Plan.of("unmapped=invalid"),
            KitMachine.Plan.of("unmapped=invalid", "walks=true").units(2),
            KitMachine.Plan.of("outside=1"),
            KitMachine.Plan.of("outside=1", "unmapped=invalid").units(2),
            KitMachine.Plan.of().needing(Sizes.Need.RANGES));

    GartContractTest() {
        super(new GartFamily(), PLANS);
    }
}
