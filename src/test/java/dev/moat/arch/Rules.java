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
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The architecture as rules on compiled classes, for any root package, so that planted classes can break them. */
final class Rules {
    /** For each room, a package with all below it that has no row of its own: the rooms it may use, and what those may use. */
    private static final Map<String, List<String>> ROOMS = Map.ofEntries(
            // What everything stands on.
            Map.entry("bits", List.of()),
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
            Map.entry("iommu.smmuv3", List.of("iommu.smmuv3.semantics")),
            Map.entry("iommu.smmuv3.driver", List.of("iommu.smmuv3")),
            Map.entry("iommu.smmuv3.family", List.of("iommu.smmuv3.driver")),
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
            Map.entry("iommu.vtd.linux", List.of("iommu.vtd.register", "iommu.linux")),
            Map.entry("iommu.amdvi.linux", List.of("iommu.amdvi.semantics", "iommu.linux")),
            Map.entry("dma.release", List.of()),
            Map.entry("dma.iova", List.of("dma.release")),
            Map.entry("dma.swiotlb", List.of("dma.release", "iommu.linux")),
            Map.entry("dma.backend", List.of("dma.swiotlb")),
            Map.entry("dma", List.of("iommu", "iommu.linux", "dma.iova", "dma.swiotlb")),
            Map.entry("pv", List.of("dma.backend")),
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
            Map.entry("dma.map", List.of("dma", "dma.backend")),
            Map.entry("dma.layer.fault", List.of("model")),
            Map.entry("dma.layer.setting", List.of("dma.map")),
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
            Map.entry("state", List.of("bits", "limit")),
            Map.entry("logic", List.of("state", "input")),
            Map.entry("model", List.of("state")),
            // Hardware.
            Map.entry("memory", List.of("model")),
            Map.entry("grant", List.of("model")),
            Map.entry("firmware", List.of("input")),
            Map.entry("iommu", List.of("model", "firmware")),
            Map.entry("iommu.vtd", List.of("iommu")),
            Map.entry("iommu.amdvi", List.of("iommu")),
            Map.entry("iommu.riscv", List.of("iommu")),
            Map.entry("iommu.smmuv3", List.of("iommu")),
            Map.entry("iommu.calgary", List.of("iommu")),
            Map.entry("iommu.gart", List.of("iommu")),
            // Software.
            Map.entry("dma", List.of("iommu")),
            Map.entry("pv", List.of("dma")),
            Map.entry("viommu", List.of("iommu")),
            Map.entry("xen", List.of("grant", "memory", "dma")),
            Map.entry("notation", List.of("iommu", "input")),
            // What is done with them.
            Map.entry("machine", List.of("model", "logic")),
            Map.entry("liveness", List.of("machine")),
            Map.entry("explore", List.of("machine")),
            Map.entry("scenario", List.of("liveness", "firmware")),
            Map.entry("trace", List.of("scenario", "output")),
            Map.entry("page", List.of("trace")),
            Map.entry("junit", List.of("trace")),
            Map.entry("discipline", List.of("model", "logic")),
            Map.entry("certificate", List.of("input")),
            Map.entry("prove", List.of("discipline", "certificate", "machine", "notation", "output")),
            Map.entry("check", List.of("explore", "prove", "page")),
            Map.entry("spark", List.of("check")), // only where it is built: src/spark/java
            // What people bring.
            Map.entry("audit", List.of("trace", "iommu")),
            Map.entry("explain", List.of("iommu.vtd", "iommu.amdvi", "output")),
            Map.entry("snapshot", List.of("explain", "logic")),
            Map.entry("conform", List.of("scenario", "xen", "pv", "viommu", "output")),
            Map.entry("cli", List.of("audit", "check", "junit")));

    /** Rooms that may be used, while what those use may not be for their sake. */
    private static final Map<String, List<String>> ITSELF_ONLY = Map.of(
            "cli",
            List.of("conform", "explain", "snapshot"),
            "conform",
            List.of("iommu.vtd", "iommu.amdvi", "iommu.riscv", "iommu.smmuv3", "iommu.calgary", "iommu.gart"),
            // A component in a text is found by the text's name.
            "scenario",
            List.of("notation"));

    /** Packages that hold what an implementation does; a component is found by name, never by its classes. */
    private static final List<String> IMPLEMENTATIONS =
            List.of("bits state model memory grant firmware iommu dma pv viommu xen".split(" "));

    /** Whoever may know a family by its classes: the families, the judges of what was recorded of one, and who reads what one logged or printed. */
    private static final List<String> FAMILIAR = List.of("iommu", "conform", "explain", "snapshot");

    /** Below the contract's package, what is the contract's and no family's. */
    private static final List<String> CONTRACT = List.of("driver", "linux", "memory", "recorded", "vocabulary");

    private Rules() {}

    /** For each room, the rooms that its code may name for its own sake, each as a line of a diagram. */
    static List<String> map() {
        TreeMap<String, TreeSet<String>> uses = new TreeMap<>();
        ROOMS.forEach((room, below) -> uses.put(room, new TreeSet<>(below)));
        ITSELF_ONLY.forEach((room, more) -> uses.get(room).addAll(more));
        return uses.entrySet().stream()
                .filter(e -> !e.getValue().isEmpty())
                .map(e -> "  " + e.getKey() + " --> " + String.join(" & ", e.getValue()))
                .map(line ->
                        line.replaceAll("((?: & [\\w.]+){5}) & ", "$1\n" + line.substring(0, line.indexOf('>') + 2)))
                .flatMap(String::lines)
                .toList();
    }

    /** Rooms use each other one way only, and every package is in one. */
    static ArchRule direction(String root) {
        return classes().that().resideInAPackage(root + "..").should(new ArchCondition<>("use only rooms below") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                String own = room(root, item.getPackageName());
                if (!item.getPackageName().equals(root) && own.isEmpty()) {
                    events.add(SimpleConditionEvent.violated(item, item.getName() + ": package has no place in Rules"));
                    return;
                }
                Set<String> allowed = allowed(own);
                for (Dependency d : item.getDirectDependenciesFromSelf()) {
                    String other = d.getTargetClass().getBaseComponentType().getPackageName();
                    if (other.startsWith(root + ".") && !allowed.contains(room(root, other))) {
                        events.add(SimpleConditionEvent.violated(item, d.getDescription()));
                    }
                }
            }
        });
    }

    /** Within a room too, packages use each other one way only. */
    static ArchRule noCycles(String root) {
        return SlicesRuleDefinition.slices()
                .assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass item) {
                        String name = item.getPackageName();
                        return name.startsWith(root + ".") ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles();
    }

    /** The longest name of a room that a package has or lies below; empty for none. */
    private static String room(String root, String name) {
        String part = name.equals(root) ? "" : name.substring(root.length() + 1);
        while (!part.isEmpty() && !ROOMS.containsKey(part)) {
            part = part.substring(0, Math.max(0, part.lastIndexOf('.')));
        }
        return part;
    }

    private static Set<String> allowed(String name) {
        Set<String> all = new TreeSet<>(List.of(name));
        for (String below : ROOMS.getOrDefault(name, List.of())) {
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
