package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.planted.xen.ReadsWords;
import dev.moat.state.SchemaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Components that say that their code reads states through slots have no code that takes words of states. */
class RawReadsTest {
    /** What reads arrays that are no states, and in how many places: tables of constants, arrays under construction. Each was looked at. */
    private static final Set<String> CONSTANTS = Set.of(
            "iommu.amdvi.semantics.CommandBuffer.isLegal=2",
            "iommu.amdvi.semantics.CommandBuffer.know=2",
            "iommu.amdvi.semantics.DeviceTable.read=2",
            "iommu.riscv.semantics.EntryWords.clear=1",
            "iommu.riscv.semantics.EntryWords.copy=1",
            "iommu.riscv.semantics.EntryWords.get=1",
            "iommu.riscv.semantics.EntryWords.set=1",
            "iommu.smmuv3.SmmuWalk$View.configuration=24",
            "iommu.smmuv3.semantics.ContextRules.isLegal=1",
            "iommu.smmuv3.semantics.Stage.isTagAllowed=1",
            "iommu.smmuv3.semantics.Stage.region=2",
            "iommu.smmuv3.semantics.Stage.second=2",
            "iommu.smmuv3.semantics.StreamRules.isLegal=3",
            "iommu.smmuv3.semantics.StreamRules.isStage1Legal=2",
            "iommu.smmuv3.semantics.Streams.entry=1",
            "iommu.smmuv3.semantics.Streams.inTwoLevels=3",
            "iommu.smmuv3.semantics.Streams.load=1",
            "iommu.smmuv3.semantics.Transaction.config=1",
            "iommu.smmuv3.semantics.Transaction.hasSubstreams=1",
            "iommu.smmuv3.semantics.Transaction.refuseByStage1=1",
            "iommu.smmuv3.semantics.Transaction.refuseByStage2=1",
            "iommu.smmuv3.semantics.Transaction.stage2=2",
            "iommu.smmuv3.semantics.Translator.byEntry=1",
            "iommu.smmuv3.semantics.Translator.findContext=4",
            "iommu.vtd.TablesInMemory.connected=2",
            "iommu.vtd.TablesInMemory.each=1",
            "iommu.vtd.TablesInMemory.tables=1",
            "iommu.vtd.family.VtdManual.command=2",
            "iommu.vtd.family.ManualTables.<clinit>=24",
            "iommu.vtd.family.ManualTables.secondLevel=1",
            "iommu.vtd.family.ManualTables.word=3",
            "iommu.vtd.format.LegacyRules.<init>=1",
            "iommu.vtd.format.LegacyRules.check=1",
            "iommu.vtd.TableMap.<init>=5",
            "iommu.vtd.TableMap.directoryElement=1",
            "iommu.vtd.TableMap.element=2",
            "iommu.vtd.TableMap.number=1",
            "iommu.vtd.TableMap.prefixes=1",
            "iommu.vtd.TableMap.tableOf=1",
            "iommu.vtd.VtdGeometry$PageNumbers.ascends=2",
            "iommu.vtd.VtdGeometry$PageNumbers.below=1",
            "iommu.vtd.VtdGeometry$PageNumbers.of=4",
            "iommu.vtd.InvalidationQueue.<init>=2",
            "iommu.vtd.InvalidationQueue.execute=2",
            "iommu.vtd.InvalidationQueue.know=2",
            "iommu.vtd.register.Unit.inspectContext=1",
            "iommu.vtd.format.DescriptorRules.<init>=6",
            "iommu.vtd.format.DescriptorRules.isRight=3",
            "iommu.vtd.format.DescriptorRules.know=2",
            "iommu.vtd.register.PageRequestQueue.<clinit>=6",
            "iommu.vtd.register.PageRequestQueue.write=1",
            "model.Model.initial=2",
            "notation.machine.WithinTypes.<init>=1",
            "notation.machine.WithinTypes.test=1");

    /** Classes that say of a schema that all that it is built for reads through slots. */
    private static List<String> saying(JavaClasses among) {
        List<String> roots = new ArrayList<>();
        for (JavaClass one : among) {
            for (JavaMethodCall call : one.getMethodCallsFromSelf()) {
                if (call.getTargetOwner().isEquivalentTo(SchemaBuilder.class)
                        && call.getName().equals("readsThroughSlots")) {
                    roots.add(one.getName().replace('.', '/'));
                }
            }
        }
        return roots;
    }

    @Test
    void whoSaysSoTakesNoWords() {
        List<String> roots = saying(ArchitectureTest.PRODUCT_CLASSES);
        assertThat(roots)
                .containsExactlyInAnyOrder(
                        "dev/moat/notation/machine/Declaration",
                        "dev/moat/viommu/machine/XenViommu",
                        "dev/moat/xen/XenVtd",
                        "dev/moat/xen/iospace/IoSpaces");
        List<Family> families =
                Families.all().stream().filter(Family::readsThroughSlots).toList();
        assertThat(families).isNotEmpty();
        families.forEach(f -> roots.add(f.getClass().getName().replace('.', '/')));
        // What executes it passes states on.
        roots.add("dev/moat/machine/Execution");
        RawReads reads = new RawReads(roots);
        assertThat(reads.classes())
                .contains(
                        "dev/moat/notation/core/UnitCalls",
                        "dev/moat/xen/abstraction/XenClaims",
                        "dev/moat/xen/fault/XenFaults",
                        "dev/moat/iommu/linux/AreaAllocator",
                        "dev/moat/iommu/amdvi/AmdViUnit",
                        "dev/moat/iommu/calgary/TcesInState",
                        "dev/moat/iommu/gart/GartUnit",
                        "dev/moat/iommu/riscv/RiscvUnit",
                        "dev/moat/iommu/smmuv3/SmmuUnit",
                        "dev/moat/iommu/vtd/VtdUnit",
                        "dev/moat/model/Decision");
        Map<String, Integer> left = new TreeMap<>(reads.found());
        // What judges recordings is never part of a search, though a family makes it.
        left.keySet().removeIf(name -> name.matches("iommu\\.(RecordedUnit|\\w+\\.(recorded|request))\\..*"));
        // The interpreter of the notation has variables in arrays; it takes states through slots, as compiled code
        // does.
        left.keySet()
                .removeIf(name -> name.matches("(machine|logic|notation[.](core|unit))\\..*")
                        && !name.startsWith("machine.Execution"));
        assertThat(left.entrySet().stream().map(Object::toString)).containsExactlyInAnyOrderElementsOf(CONSTANTS);
    }

    @Test
    void canFail() {
        List<String> roots = saying(ArchitectureTest.PLANTED_CLASSES);
        assertThat(roots).containsExactly(ReadsWords.class.getName().replace('.', '/'));
        String code = "planted.xen.ReadsWords$Code.";
        assertThat(new RawReads(roots).found().keySet())
                .containsExactlyInAnyOrder(
                        code + "word",
                        code + "later",
                        code + "whole",
                        code + "packed",
                        code + "stored",
                        code + "another",
                        code + "length",
                        code + "lengthOfAnother",
                        code + "handed",
                        code + "handedAsAnything",
                        code + "oneOfSeveral");
    }
}
