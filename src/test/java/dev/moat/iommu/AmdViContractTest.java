package dev.moat.iommu;

import dev.moat.iommu.amdvi.family.AmdViFamily;
import java.util.List;

/** AMD-Vi keeps the contract's promises, with each of its capabilities and ways of its driver. */
class AmdViContractTest extends ContractKit {
    static final List<KitMachine.Plan> PLANS = List.of(
            KitMachine.Plan.of(),
            KitMachine.Plan.of("ring=2", "index-bits=2"),
            KitMachine.Plan.of("device-cache=true", "walks=true"),
            KitMachine.Plan.of("device-cache=true", "walks=true", "keep-ring-position=true")
                    .units(2),
            KitMachine.Plan.of("directory-cache=true", "levels=3").needing(Sizes.Need.RANGES),
            KitMachine.Plan.of("directory-cache=true", "range-encoding=powers-of-two", "levels=3")
                    .needing(Sizes.Need.RANGES),
            KitMachine.Plan.of("np-cache=true", "device-cache=true", "rewalk=false"),
            KitMachine.Plan.of("np-cache=true", "walks=true"),
            KitMachine.Plan.of("dte-update=paused", "device-cache=true"),
            KitMachine.Plan.of("detached-dte=mode-0", "device-cache=true"),
            KitMachine.Plan.of("detached-dte=mode-0", "dte-update=paused").units(2),
            KitMachine.Plan.of("completion=any-order", "ring=8", "drain=false"),
            KitMachine.Plan.of("drain=false", "walks=true"),
            KitMachine.Plan.of("event-log=true", "levels=0"),
            KitMachine.Plan.of("restart=true", "exclusion=marked", "invalidate-all=false", "ring=8"),
            KitMachine.Plan.of("replicated-pages=true", "index-bits=2", "most-levels=4"),
            KitMachine.Plan.of().needing(Sizes.Need.GIVEN_UP_WAITS),
            KitMachine.Plan.of().needing(Sizes.Need.SCRATCH_FRAME));

    AmdViContractTest() {
        super(new AmdViFamily(), PLANS);
    }
}
