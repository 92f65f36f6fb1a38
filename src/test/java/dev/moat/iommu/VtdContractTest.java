package dev.moat.iommu;

import dev.moat.iommu.vtd.family.VtdFamily;
import java.util.List;

/** VT-d keeps the contract's promises, with each of its capabilities. */
class VtdContractTest extends ContractKit {
    static final List<KitMachine.Plan> PLANS = List.of(
            KitMachine.Plan.of(),
            KitMachine.Plan.of("ring=2", "index-bits=2"),
            KitMachine.Plan.of("context-cache=true", "walks=true"),
            KitMachine.Plan.of("context-cache=true", "walks=true", "keep-ring-position=true")
                    .units(2),
            KitMachine.Plan.of("context-cache=true", "dids=1").needing(Sizes.Need.ALLOCATED_TAGS),
            KitMachine.Plan.of("context-cache=true", "walks=true", "dids=2")
                    .units(2)
                    .needing(Sizes.Need.ALLOCATED_TAGS),
            KitMachine.Plan.of("invalidation=registers", "context-cache=true", "walks=true"),
            KitMachine.Plan.of("page-selective=false", "rewalk=false"),
            KitMachine.Plan.of("mamv=0", "paging-caches=true", "levels=3").needing(Sizes.Need.RANGES),
            KitMachine.Plan.of("levels=3", "unit-levels=2", "context-cache=true"),
            KitMachine.Plan.of("index-bits=2").needing(Sizes.Need.RANGES),
            KitMachine.Plan.of("caching-mode=true", "context-cache=true", "rewalk=false"),
            KitMachine.Plan.of("caching-mode=true", "context-cache=true", "walks=true"),
            KitMachine.Plan.of("write-buffer=true", "coherent=false"),
            KitMachine.Plan.of("write-buffer=true", "context-cache=true"),
            KitMachine.Plan.of("coherent=false", "invalidation=registers"),
            KitMachine.Plan.of("write-buffer=true", "invalidation=registers", "caching-mode=true"),
            KitMachine.Plan.of("completion=any-order", "ring=8", "drain=false"),
            KitMachine.Plan.of("drain=false", "walks=true"),
            KitMachine.Plan.of("fault-records=true", "queue-recovery=true", "levels=4"),
            KitMachine.Plan.of().needing(Sizes.Need.GIVEN_UP_WAITS),
            KitMachine.Plan.of().needing(Sizes.Need.SCRATCH_FRAME));

    VtdContractTest() {
        super(new VtdFamily(), PLANS);
    }
}
