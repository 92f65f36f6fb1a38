package dev.moat.arch;

import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.google.gson.Gson;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The architecture as rules on compiled classes, for any root package, so that planted classes can break them. */
final class Rules {
    /** For each package below the root, the packages it may use directly; what those may use, it may use too. */
    private static final Map<String, List<String>> BELOW = Map.ofEntries(
            Map.entry("bits", List.of()),
            Map.entry("bits.layout", List.of("bits")),
            Map.entry("state", List.of("bits", "limit")),
            Map.entry("state.relation", List.of("state")),
            Map.entry("input", List.of("limit")),
            Map.entry("limit", List.of()),
            Map.entry("logic", List.of("state.relation", "input", "limit")),
            Map.entry("logic.read", List.of("logic")),
            Map.entry("logic.ground", List.of("logic.read")),
            Map.entry("logic.memo", List.of("state")),
            Map.entry("logic.atoms", List.of("logic.ground")),
            Map.entry("logic.judge", List.of("logic.memo", "logic.atoms")),
            Map.entry("logic.claims", List.of("logic.atoms", "logic.memo")),
            Map.entry("model.setting", List.of()),
            Map.entry("model.program", List.of("state")),
            Map.entry("model", List.of("model.setting", "model.program", "state.relation")),
            Map.entry("model.mechanism", List.of("model")),
            Map.entry("memory", List.of("model")),
            Map.entry("grant", List.of("model", "bits.layout")),
            Map.entry("iommu.driver", List.of("model")),
            Map.entry("iommu.memory", List.of()),
            Map.entry("firmware", List.of()),
            Map.entry("iommu.recorded", List.of()),
            Map.entry("iommu", List.of("iommu.driver", "iommu.memory", "iommu.recorded", "firmware")),
            Map.entry("iommu.vocabulary", List.of("iommu")),
            Map.entry("iommu.linux", List.of("iommu.memory", "state")),
            Map.entry("iommu.vtd.format", List.of("iommu")),
            Map.entry("iommu.vtd.geometry", List.of("iommu.vtd.format")),
            Map.entry("iommu.vtd", List.of("iommu.vtd.geometry")),
            Map.entry("iommu.vtd.invalidate", List.of("iommu.vtd")),
            Map.entry("iommu.vtd.deviation", List.of()),
            Map.entry("iommu.vtd.scalable", List.of("iommu.vtd.format")),
            Map.entry("iommu.vtd.interrupt", List.of("iommu.vtd.format", "iommu.vtd.deviation")),
            Map.entry("iommu.vtd.register.format", List.of("iommu.vtd.scalable", "iommu.vtd.deviation")),
            Map.entry("iommu.vtd.register.page", List.of("iommu.vtd.register.format")),
            Map.entry("iommu.vtd.register", List.of("iommu.vtd.register.page", "iommu.vtd.interrupt")),
            Map.entry("iommu.vtd.recorded", List.of("iommu.vtd.register")),
            Map.entry("iommu.vtd.layout", List.of("iommu.vtd.register", "iommu.vtd.geometry", "bits.layout")),
            Map.entry("iommu.vtd.ats", List.of("iommu.vtd")),
            Map.entry("iommu.vtd.driver", List.of("iommu.vtd.invalidate", "iommu.vtd.ats")),
            Map.entry("iommu.vtd.family", List.of("iommu.vtd.driver", "iommu.vtd.interrupt", "iommu.vtd.recorded")),
            Map.entry("iommu.amdvi.format", List.of("iommu")),
            Map.entry("iommu.amdvi.semantics", List.of("iommu.amdvi.format")),
            Map.entry("iommu.amdvi.request", List.of("iommu.amdvi.semantics")),
            Map.entry("iommu.amdvi.recorded", List.of("iommu.amdvi.request")),
            Map.entry("iommu.amdvi", List.of("iommu.amdvi.semantics")),
            Map.entry("iommu.amdvi.layout", List.of("iommu.amdvi", "bits.layout")),
            Map.entry("iommu.amdvi.growth", List.of("iommu.amdvi", "iommu.vocabulary")),
            Map.entry("iommu.amdvi.interrupt", List.of("iommu.amdvi.format", "iommu.vocabulary")),
            Map.entry("iommu.amdvi.driver", List.of("iommu.amdvi")),
            Map.entry("iommu.amdvi.family", List.of("iommu.amdvi.driver", "iommu.amdvi.recorded")),
            Map.entry("iommu.riscv.format", List.of("bits")),
            Map.entry("iommu.riscv.semantics", List.of("iommu", "iommu.riscv.format")),
            Map.entry("iommu.riscv.request", List.of("iommu.riscv.semantics")),
            Map.entry("iommu.riscv", List.of("iommu.riscv.semantics")),
            Map.entry("iommu.riscv.driver", List.of("iommu.riscv")),
            Map.entry("iommu.riscv.family", List.of("iommu.riscv.driver")),
            Map.entry("iommu.riscv.nested", List.of("iommu.riscv")),
            Map.entry("iommu.smmuv3.format", List.of("bits")),
            Map.entry("iommu.smmuv3.semantics", List.of("iommu", "iommu.smmuv3.format")),
            Map.entry("iommu.smmuv3.request", List.of("iommu.smmuv3.semantics")),
            Map.entry("iommu.calgary", List.of("iommu", "iommu.calgary.format", "bits.layout")),
            Map.entry("iommu.gart", List.of("iommu", "iommu.gart.format", "bits.layout")),
            Map.entry("iommu.calgary.format", List.of("bits")),
            Map.entry("iommu.gart.format", List.of("bits")),
            Map.entry("iommu.calgary.driver", List.of("iommu.calgary")),
            Map.entry("iommu.calgary.family", List.of("iommu.calgary.driver")),
            Map.entry("iommu.gart.driver", List.of("iommu.gart")),
            Map.entry("iommu.gart.family", List.of("iommu.gart.driver")),
            Map.entry("iommu.calgary.linux", List.of("iommu.calgary", "iommu.linux")),
            Map.entry("iommu.gart.linux", List.of("iommu.gart", "iommu.linux")),
            Map.entry("dma.release", List.of()),
            Map.entry("dma.iova", List.of("dma.release")),
            Map.entry("dma.swiotlb", List.of("dma.release", "iommu.linux")),
            Map.entry("dma", List.of("iommu", "iommu.linux", "dma.iova", "dma.swiotlb")),
            Map.entry("pv", List.of("dma.swiotlb")),
            Map.entry("pv.state", List.of("pv", "dma")),
            Map.entry("pv.program", List.of("pv.state")),
            Map.entry("pv.abstraction", List.of("pv.state", "iommu.vocabulary")),
            Map.entry("pv.fault", List.of("model")),
            Map.entry("pv.machine", List.of("pv.program", "pv.abstraction", "pv.fault")),
            Map.entry("viommu.state", List.of("iommu")),
            Map.entry("viommu.record", List.of("viommu.state")),
            Map.entry("viommu.program", List.of("viommu.record")),
            Map.entry("viommu.abstraction", List.of("viommu.record", "iommu.vocabulary")),
            Map.entry("viommu.fault", List.of("model")),
            Map.entry("viommu.wrapper", List.of("iommu")),
            Map.entry("viommu.posting", List.of("iommu")),
            Map.entry(
                    "viommu.interrupt", List.of("iommu.vocabulary", "viommu.fault", "viommu.record", "viommu.posting")),
            Map.entry("viommu.svm", List.of("iommu", "viommu.fault")),
            Map.entry("viommu.hostile", List.of("iommu", "viommu.fault")),
            Map.entry("viommu.machine", List.of("viommu.program", "viommu.abstraction", "viommu.fault")),
            Map.entry("dma.api", List.of("dma", "iommu.vocabulary")),
            Map.entry("dma.layer.fault", List.of("model")),
            Map.entry("dma.layer.setting", List.of("dma")),
            Map.entry("dma.layer.range", List.of("dma.layer.setting")),
            Map.entry("dma.layer.pool", List.of("model")),
            Map.entry("dma.layer", List.of("dma.layer.range", "dma.layer.pool", "iommu.vocabulary", "dma.layer.fault")),
            Map.entry("xen.setting", List.of("iommu")),
            Map.entry("xen.host", List.of("grant")),
            Map.entry("xen.call", List.of("xen.setting", "grant")),
            Map.entry("xen.handle", List.of("grant")),
            Map.entry("xen.state", List.of("xen.call", "xen.host", "xen.handle", "memory")),
            Map.entry("xen.program", List.of()),
            Map.entry("xen.ats", List.of("xen.state", "xen.program")),
            Map.entry("xen.upkeep", List.of("xen.ats")),
            Map.entry("xen.grant", List.of("xen.upkeep")),
            Map.entry("xen.frame", List.of("xen.upkeep")),
            Map.entry("xen.device", List.of("xen.upkeep")),
            Map.entry("xen.owed", List.of("xen.state", "iommu.vocabulary")),
            Map.entry("xen.abstraction", List.of("xen.upkeep", "xen.owed")),
            Map.entry("xen.kept", List.of("xen.abstraction")),
            Map.entry("xen.fault", List.of("xen.grant", "xen.frame", "xen.device")),
            Map.entry("xen.mechanism", List.of("xen.setting", "model.mechanism")),
            Map.entry("xen.iospace.state", List.of("iommu", "memory", "dma")),
            Map.entry("xen.iospace.program", List.of("xen.iospace.state")),
            Map.entry("xen.iospace.abstraction", List.of("xen.iospace.state", "iommu.vocabulary")),
            Map.entry("xen.iospace.dma", List.of("xen.iospace.program")),
            Map.entry("xen.iospace", List.of("xen.iospace.dma", "xen.iospace.program", "xen.iospace.abstraction")),
            Map.entry("xen", List.of("xen.fault", "xen.kept", "xen.mechanism")),
            Map.entry("notation.tree", List.of("input")),
            Map.entry("notation.text", List.of("notation.tree", "model.setting")),
            Map.entry("notation.edit", List.of("notation.text", "model")),
            Map.entry("notation.unit", List.of("iommu")),
            Map.entry("notation.core", List.of("notation.tree", "notation.unit")),
            Map.entry("notation.check", List.of("notation.core", "model.setting")),
            Map.entry("notation.code", List.of("notation.core")),
            Map.entry(
                    "notation.machine",
                    List.of("notation.edit", "notation.check", "notation.code", "iommu.vocabulary")),
            Map.entry("machine", List.of("logic.claims", "model")),
            Map.entry("liveness", List.of("machine")),
            Map.entry("scenario", List.of("liveness", "notation.edit")),
            Map.entry("trace", List.of("liveness", "logic.judge")),
            Map.entry("output", List.of("input")),
            Map.entry("trace.file", List.of("trace", "scenario", "output")),
            Map.entry("trace.walk", List.of("trace")),
            Map.entry("trace.story", List.of("trace", "scenario")),
            Map.entry("page", List.of("trace.story", "trace.file")),
            Map.entry("page.hand", List.of("page")),
            Map.entry("explore.store", List.of("bits")),
            Map.entry("explore.orbit", List.of("machine", "logic.judge", "explore.store")),
            Map.entry("explore.effect", List.of("explore.orbit")),
            Map.entry("explore", List.of("explore.orbit", "explore.effect")),
            Map.entry("discipline", List.of("logic.ground", "model")),
            Map.entry("prove.solver", List.of("logic.read")),
            Map.entry("prove", List.of("discipline", "prove.solver")),
            Map.entry("prove.finite", List.of("logic.read")),
            Map.entry("prove.infer", List.of("prove", "prove.finite")),
            Map.entry("prove.term", List.of()),
            Map.entry("prove.bytecode", List.of()),
            Map.entry("prove.lift", List.of("prove.term", "prove.bytecode", "notation.core")),
            Map.entry("prove.code", List.of("prove.lift", "prove.solver", "machine", "output")),
            Map.entry("prove.layout", List.of("prove.code", "bits.layout")),
            Map.entry("prove.refine", List.of("prove", "prove.code", "logic.claims")),
            Map.entry("prove.bounded", List.of("prove")),
            Map.entry("prove.response", List.of("prove", "output")),
            Map.entry("certificate", List.of("input")),
            Map.entry("certificate.search", List.of("certificate")),
            Map.entry("prove.export", List.of("prove.response", "prove.code", "output", "certificate.search")),
            Map.entry("check.checkpoint", List.of("explore", "scenario", "output")),
            Map.entry("check", List.of("check.checkpoint", "page", "trace.walk")),
            Map.entry("check.cluster", List.of("check")),
            Map.entry("spark", List.of("check.cluster")), // only where it is built: src/spark/java
            Map.entry("check.lasso", List.of("check", "prove.bounded", "prove.response")),
            Map.entry(
                    "check.proof",
                    List.of("check.lasso", "check.mutants.change", "prove.infer", "prove.refine", "prove.layout")),
            Map.entry("check.report", List.of("check.proof")),
            Map.entry("check.needed", List.of("check.report")),
            Map.entry("check.why", List.of("check")),
            Map.entry("check.cover", List.of("check", "model.mechanism")),
            Map.entry("check.promises", List.of("check")),
            Map.entry("check.mutants.change", List.of("model")),
            Map.entry("check.mutants.view", List.of("scenario")),
            Map.entry("check.mutants", List.of("check", "check.mutants.change", "check.mutants.view")),
            Map.entry("conform.rows", List.of("input", "model.setting", "output")),
            Map.entry("conform.xen.record", List.of("conform.rows", "grant")),
            Map.entry("conform.xen.bench", List.of("conform.xen.record", "scenario", "xen", "iommu.vtd.format")),
            Map.entry("conform.xen.call", List.of("conform.xen.bench")),
            Map.entry("conform.xen", List.of("conform.xen.call")),
            Map.entry("conform.cost", List.of("conform.xen", "iommu.amdvi.format", "iommu.calgary.format")),
            Map.entry("conform.qemu", List.of("conform.rows", "iommu.vtd.invalidate")),
            Map.entry("conform.amdvi", List.of("conform.rows", "iommu.amdvi.request")),
            Map.entry("conform.riscv", List.of("conform.rows", "iommu.riscv.request")),
            Map.entry("conform.smmuv3", List.of("conform.rows", "iommu.smmuv3.request")),
            Map.entry("conform.dma.row", List.of("conform.rows", "dma")),
            Map.entry("conform.dma.remap", List.of("conform.dma.row", "iommu.calgary.linux", "iommu.gart.linux")),
            Map.entry("conform.dma.iova", List.of("conform.dma.row", "dma.iova")),
            Map.entry("conform.dma.bounce", List.of("conform.dma.row", "dma.swiotlb", "pv")),
            Map.entry("conform.dma", List.of("conform.dma.remap", "conform.dma.iova", "conform.dma.bounce")),
            Map.entry("conform.viommu.machine", List.of("conform.rows", "iommu.vtd.register")),
            Map.entry("conform.viommu", List.of("conform.viommu.machine")),
            Map.entry("junit", List.of("trace.file", "trace.story")),
            Map.entry("audit.read", List.of("input")),
            Map.entry("audit.pages", List.of("audit.read")),
            Map.entry("audit.result", List.of()),
            Map.entry("audit.bounce", List.of("audit.read", "audit.result")),
            Map.entry("audit.judge", List.of("logic.judge")),
            Map.entry("audit.transfer", List.of("audit.pages", "audit.result")),
            Map.entry("audit.follow", List.of("audit.transfer", "audit.bounce", "audit.judge")),
            Map.entry("audit.caches", List.of("iommu.recorded", "iommu.memory", "limit")),
            Map.entry("audit.event", List.of("audit.read")),
            Map.entry(
                    "audit.recording", List.of("audit.caches", "audit.event", "audit.judge", "audit.result", "iommu")),
            Map.entry("audit", List.of("audit.follow", "audit.recording", "trace.file")),
            Map.entry("explain", List.of("iommu.vtd.scalable", "iommu.vtd.interrupt", "iommu.amdvi.format", "output")),
            Map.entry("snapshot", List.of("explain", "logic.judge")),
            Map.entry("cli.option", List.of("check.cluster")),
            Map.entry("cli.site", List.of("check.lasso", "prove.solver")),
            Map.entry("cli.listing", List.of("page", "model.mechanism", "notation.machine")),
            Map.entry(
                    "cli.command",
                    List.of(
                            "cli.option",
                            "cli.site",
                            "cli.listing",
                            "check.report",
                            "check.why",
                            "page.hand",
                            "prove.export",
                            "trace.walk",
                            "audit")),
            Map.entry(
                    "cli.study",
                    List.of(
                            "cli.option",
                            "cli.site",
                            "check.needed",
                            "check.why",
                            "check.cover",
                            "check.promises",
                            "check.mutants",
                            "prove.export")),
            Map.entry("cli", List.of("cli.command", "cli.study")));

    /** Packages that may be used, while what those use may not be for their sake. */
    private static final Map<String, List<String>> ITSELF_ONLY = Map.of(
            "cli.command",
            List.of(
                    "conform.rows",
                    "conform.xen",
                    "conform.xen.bench",
                    "conform.qemu",
                    "conform.dma",
                    "conform.amdvi",
                    "conform.riscv",
                    "conform.smmuv3",
                    "conform.viommu",
                    "conform.viommu.machine",
                    "explain",
                    "snapshot"),
            "cli.study",
            List.of("conform.rows", "conform.cost"),
            // A component in a text is found by the text's name.
            "scenario",
            List.of("notation.machine", "notation.tree"));

    /** Packages that hold what an implementation does; a component is found by name, never by its classes. */
    private static final List<String> IMPLEMENTATIONS =
            List.of("bits state model memory grant firmware iommu dma pv viommu xen".split(" "));

    /** Whoever may know a family by its classes: the families, the judges of what was recorded of one, and who reads what one logged or printed. */
    private static final List<String> FAMILIAR = List.of("iommu", "conform", "explain", "snapshot");

    /** Below the contract's package, what is the contract's and no family's. */
    private static final List<String> CONTRACT = List.of("driver", "linux", "memory", "recorded", "vocabulary");

    private Rules() {}

    /** Dependencies point one way only, and every package has its place. */
    static ArchRule direction(String root) {
        return classes().that().resideInAPackage(root + "..").should(new ArchCondition<>("use only packages below") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                String own = part(root, item.getPackageName());
                if (!own.isEmpty() && !BELOW.containsKey(own)) {
                    events.add(SimpleConditionEvent.violated(item, item.getName() + ": package has no place in Rules"));
                    return;
                }
                Set<String> allowed = allowed(own);
                for (Dependency d : item.getDirectDependenciesFromSelf()) {
                    String other = d.getTargetClass().getBaseComponentType().getPackageName();
                    if (other.startsWith(root + ".") && !allowed.contains(part(root, other))) {
                        events.add(SimpleConditionEvent.violated(item, d.getDescription()));
                    }
                }
            }
        });
    }

    private static String part(String root, String name) {
        return name.equals(root) ? "" : name.substring(root.length() + 1);
    }

    private static Set<String> allowed(String name) {
        Set<String> all = new TreeSet<>(List.of(name));
        for (String below : BELOW.getOrDefault(name, List.of())) {
            all.addAll(allowed(below));
        }
        all.addAll(ITSELF_ONLY.getOrDefault(name, List.of()));
        return all;
    }

    /** Whatever is above IOMMUs knows them by the contract: no family by its classes. */
    static ArchRule families(String root) {
        String[] familiar = FAMILIAR.stream().map(p -> root + "." + p + "..").toArray(String[]::new);
        return noClasses()
                .that()
                .resideOutsideOfPackages(familiar)
                .should()
                .dependOnClassesThat(new DescribedPredicate<>("belong to a family of IOMMUs") {
                    @Override
                    public boolean test(JavaClass other) {
                        String name = other.getPackageName();
                        return name.startsWith(root + ".iommu.")
                                && CONTRACT.stream().noneMatch(part -> name.equals(root + ".iommu." + part));
                    }
                });
    }

    /** A DMA layer asks for ranges of addresses by the driver's callbacks: no bitmap, no place where a search begins. */
    static ArchRule ranges(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".dma.layer")
                .should()
                .dependOnClassesThat(new DescribedPredicate<>("have a driver's bitmap") {
                    @Override
                    public boolean test(JavaClass other) {
                        return other.getName().equals(root + ".iommu.linux.AreaAllocator")
                                || other.getName().startsWith(root + ".dma.layer.range.Bitmap");
                    }
                });
    }

    /** Only the command line prints. */
    static ArchRule quiet(String root) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".cli..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);
    }

    /** Only the command line ends the process. */
    static ArchRule noExit(String root) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".cli..")
                .should(callMethod(System.class, "exit", int.class)
                        .or(callMethod(Runtime.class, "exit", int.class))
                        .or(callMethod(Runtime.class, "halt", int.class)));
    }

    /** Nothing is shared between runs: static fields are constants. Enums and records' own arrays are the compiler's. */
    static ArchRule noMutableStatics(String root) {
        return fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage(root + "..")
                .should(new ArchCondition<>("be constants") {
                    @Override
                    public void check(JavaField field, ConditionEvents events) {
                        boolean compilers = field.getModifiers().contains(JavaModifier.SYNTHETIC)
                                || field.getName().startsWith("$");
                        boolean constant = field.getModifiers().contains(JavaModifier.FINAL)
                                && !(field.getRawType().isArray()
                                        && field.getModifiers().contains(JavaModifier.PUBLIC));
                        if (!compilers && !constant) {
                            events.add(SimpleConditionEvent.violated(field, field.getFullName() + " can be changed"));
                        }
                    }
                });
    }

    /** JSON is written in one place, which escapes what others wrote. */
    static ArchRule json(String root) {
        return noClasses()
                .that()
                .doNotHaveFullyQualifiedName(root + ".output.Json")
                .should()
                .callCodeUnitWhere(calls(Set.of("toJson"), Gson.class));
    }

    /**
     * Files are written in one place, which creates them and follows no link. A journal goes on, a lock is written in place, and what is in
     * a new directory of a random name nobody has guessed.
     */
    static ArchRule files(String root) {
        DescribedPredicate<JavaCall<?>> byName = calls(
                Set.of("write", "writeString", "newOutputStream", "newBufferedWriter", "newByteChannel", "open"),
                Files.class,
                FileChannel.class);
        DescribedPredicate<JavaCall<?>> made =
                calls(Set.of("<init>"), FileOutputStream.class, FileWriter.class, RandomAccessFile.class);
        return noClasses()
                .that(new DescribedPredicate<>("are none of those that write files") {
                    @Override
                    public boolean test(JavaClass other) {
                        return !Set.of(
                                        root + ".output.OutputFile",
                                        root + ".check.mutants.Journal",
                                        root + ".check.checkpoint.DirectoryLock",
                                        root + ".cli.Moat", // the standard output
                                        root + ".cli.site.ScratchDirectory",
                                        root + ".spark.Blueprint")
                                .contains(other.getName());
                    }
                })
                .should()
                .callCodeUnitWhere(byName.or(made));
    }

    private static DescribedPredicate<JavaCall<?>> calls(Set<String> names, Class<?>... owners) {
        return new DescribedPredicate<>("are calls of " + names + " of " + List.of(owners)) {
            @Override
            public boolean test(JavaCall<?> call) {
                return names.contains(call.getName())
                        && Stream.of(owners).anyMatch(call.getTargetOwner()::isEquivalentTo);
            }
        };
    }

    /** A step is a function on the state: no files, network, clock, chance or threads. Whose class path it is, a registry may ask. */
    static ArchRule pure(String root) {
        String[] all = IMPLEMENTATIONS.stream().map(p -> root + "." + p + "..").toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAnyPackage(all)
                .and()
                .doNotHaveFullyQualifiedName(root + ".iommu.Families")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.nio.file..",
                        "java.net..",
                        "java.time..",
                        "java.util.concurrent..",
                        "java.lang.reflect..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(java.util.Random.class, Thread.class)
                .orShould(callMethod(System.class, "nanoTime").or(callMethod(System.class, "currentTimeMillis")));
    }
}
