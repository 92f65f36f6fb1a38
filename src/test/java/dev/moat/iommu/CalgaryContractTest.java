package dev.moat.iommu;

import dev.moat.iommu.calgary.family.CalgaryFamily;
import java.util.List;

/** Calgary and CalIOC2 keep the contract's promises, with each of their capabilities. */
class CalgaryContractTest extends ContractKit {
    static final List<KitMachine.Plan> PLANS = List.of(
            KitMachine.Plan.of(),
            KitMachine.Plan.of().units(2),
            KitMachine.Plan.of("walks=true").units(2),
            KitMachine.Plan.of("chip=calioc2", "walks=true"),
            KitMachine.Plan.of("chip=calioc2", "stop-faults=true", "walks=true"),
            KitMachine.Plan.of("cached-absence=true"),
            KitMachine.Plan.of("cached-absence=true", "walks=true").units(2),
            KitMachine.Plan.of("coherent=false"),
            KitMachine.Plan.of("coherent=false", "walks=true", "hits=true").units(2),
            KitMachine.Plan.of("coherent=false", "cached-absence=true", "table-size=1"),
            KitMachine.Plan.of().needing(Sizes.Need.RANGES));

    CalgaryContractTest() {
        super(new CalgaryFamily(), PLANS);
    }
}
