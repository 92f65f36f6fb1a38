package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.moat.explore.Explorer;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.planted.xen.ReadsWords;
import dev.moat.state.SchemaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Components that say that their code reads states through slots have no code that takes words of states. */
class RawReadsTest {
    /** What reads arrays that are no states: tables of constants, arrays under construction. Each was looked at. */
    private static final Set<String> CONSTANTS = Set.of(
            "iommu.vtd.TablesInMemory.connected",
            "iommu.vtd.TablesInMemory.each",
            "iommu.vtd.TablesInMemory.tables",
            "iommu.vtd.family.VtdManual.command",
            "iommu.vtd.family.VtdTables.<clinit>",
            "iommu.vtd.family.VtdTables.secondLevel",
            "iommu.vtd.family.VtdTables.word",
            "iommu.vtd.format.LegacyRules.<init>",
            "iommu.vtd.format.LegacyRules.check",
            "iommu.vtd.geometry.TableMap.<init>",
            "iommu.vtd.geometry.TableMap.directoryElement",
            "iommu.vtd.geometry.TableMap.element",
            "iommu.vtd.geometry.TableMap.number",
            "iommu.vtd.geometry.TableMap.prefixes",
            "iommu.vtd.geometry.TableMap.tableOf",
            "iommu.vtd.geometry.VtdGeometry$PageNumbers.ascends",
            "iommu.vtd.geometry.VtdGeometry$PageNumbers.below",
            "iommu.vtd.geometry.VtdGeometry$PageNumbers.of",
            "iommu.vtd.invalidate.InvalidationQueue.<init>",
            "iommu.vtd.invalidate.InvalidationQueue.execute",
            "iommu.vtd.invalidate.InvalidationQueue.know",
            "iommu.vtd.register.Unit.inspectContext",
            "iommu.vtd.register.format.DescriptorRules.<init>",
            "iommu.vtd.register.format.DescriptorRules.isRight",
            "iommu.vtd.register.format.DescriptorRules.know",
            "iommu.vtd.register.page.PageRequestQueue.<clinit>",
            "iommu.vtd.register.page.PageRequestQueue.write",
            "model.Model.initial");

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
        List<String> roots = saying(new ClassFileImporter()
                .importUrl(Explorer.class.getProtectionDomain().getCodeSource().getLocation()));
        assertThat(roots).containsExactlyInAnyOrder("dev/moat/reference/R1", "dev/moat/xen/XenVtd");
        List<Family> families =
                Families.all().stream().filter(Family::readsThroughSlots).toList();
        assertThat(families).isNotEmpty();
        families.forEach(f -> roots.add(f.getClass().getName().replace('.', '/')));
        // What executes it passes states on.
        roots.add("dev/moat/machine/Execution");
        RawReads reads = new RawReads(roots);
        assertThat(reads.classes())
                .contains(
                        "dev/moat/reference/R1Actions",
                        "dev/moat/xen/abstraction/XenClaims",
                        "dev/moat/xen/fault/XenFaults",
                        "dev/moat/iommu/vtd/VtdUnit",
                        "dev/moat/model/program/Decision");
        Set<String> left = new TreeSet<>(reads.found());
        left.removeIf(name -> name.matches("(machine|logic)\\..*") && !name.startsWith("machine.Execution"));
        assertThat(left).containsExactlyInAnyOrderElementsOf(CONSTANTS);
    }

    @Test
    void canFail() {
        List<String> roots = saying(new ClassFileImporter().importPackages("dev.moat.planted"));
        assertThat(roots).containsExactly(ReadsWords.class.getName().replace('.', '/'));
        String code = "planted.xen.ReadsWords$Code.";
        assertThat(new RawReads(roots).found())
                .containsExactlyInAnyOrder(
                        code + "word",
                        code + "later",
                        code + "whole",
                        code + "packed",
                        code + "stored",
                        code + "another",
                        code + "length");
    }
}
