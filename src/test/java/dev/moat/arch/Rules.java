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
            Map.entry("input", List.of("limit")),
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
            Map.entry("assignment", List.of("explain", "firmware")),
            Map.entry("conform", List.of("scenario", "xen", "pv", "viommu", "output")),
            Map.entry("cli", List.of("audit", "check", "junit")));

    /** Rooms that may be used, while what those use may not be for their sake. */
    private static final Map<String, List<String>> ITSELF_ONLY = Map.of(
            "cli",
            List.of("assignment", "conform", "explain", "snapshot"),
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
    private static final List<String> CONTRACT = List.of("linux", "queue", "vocabulary");

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
                                        root + ".audit.record.Recorder", // in its own directory, and what is to be
                                        // copied
                                        root + ".check.DirectoryLock",
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
