package dev.moat.iommu;

import dev.moat.iommu.smmuv3.family.SmmuFamily;
import java.util.List;

/** The SMMUv3 keeps the contract's promises, with each of its capabilities and ways of its driver. */
class SmmuContractTest extends ContractKit {
    static final List<KitMachine.Plan> PLANS = List.of(
            KitMachine.Plan.of(),
            KitMachine.Plan.of("stage=second"),
            KitMachine.Plan.of("ring=2", "index-bits=2"),
            KitMachine.Plan.of("context-cache=true", "walks=true"),
            KitMachine.Plan.of("context-cache=true", "walks=true", "stage=second")
                    .units(2),
            KitMachine.Plan.of("table-cache=true").needing(Sizes.Need.RANGES),
            KitMachine.Plan.of("table-cache=true", "invalidation-encoding=ranges", "index-bits=2")
                    .needing(Sizes.Need.RANGES),
            KitMachine.Plan.of("context-cache=true", "rewalk=false"),
            KitMachine.Plan.of("execution=any-order", "ring=8", "index-bits=9"),
            KitMachine.Plan.of("execution=any-order", "walks=true").units(2),
            KitMachine.Plan.of().needing(Sizes.Need.GIVEN_UP_WAITS),
            KitMachine.Plan.of("stage=second").needing(Sizes.Need.SCRATCH_FRAME));

    SmmuContractTest() {
        super(new SmmuFamily(), PLANS);
    }
}
