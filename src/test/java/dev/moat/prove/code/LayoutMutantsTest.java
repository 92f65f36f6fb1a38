package dev.moat.prove.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.Layout;
import dev.moat.prove.Z3Required;
import dev.moat.prove.code.CodeGoal.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Each number of a class of layouts is one more: is it noticed? The class is built anew, with all that use it, and the family is asked. */
class LayoutMutantsTest {
    private static final Path SURVIVORS = Path.of("src/test/resources/layout-survivors.txt");

    /** Classes of Moat, loaded anew, one of them with other bytes. */
    private static final class Planted extends ClassLoader {
        private final String changed;
        private final byte[] bytes;

        Planted(String changed, byte[] bytes) {
            super(LayoutMutantsTest.class.getClassLoader());
            this.changed = changed;
            this.bytes = bytes;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> there = findLoadedClass(name);
                if (there != null) {
                    return there;
                }
                if (!name.startsWith("dev.moat.")) {
                    return super.loadClass(name, resolve);
                }
                try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                    byte[] file = in.readAllBytes();
                    return defineClass(name, file, 0, file.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            return name.equals(changed) ? new ByteArrayInputStream(bytes) : super.getResourceAsStream(name);
        }
    }

    /** Asked in the class loader that a mutant is built in. */
    public static final class Asker {
        private Asker() {}

        /** Whether something that is said of some pieces fails; what is open, or cannot be lifted, is not noticed. */
        public static boolean fails(String name, String pieces) throws IOException {
            Layout all = Layouts.of(name).get(0);
            LayoutProof proof = LayoutProof.of(
                    all,
                    Specification.of(all, Path.of("specs")),
                    LayoutProofTest.RLIMIT,
                    piece -> piece.matches(pieces));
            return proof.answers().stream().anyMatch(a -> a.status() == Status.FAILED);
        }
    }

    private static ClassNode node(String file) throws IOException {
        try (InputStream in = LayoutMutantsTest.class.getClassLoader().getResourceAsStream(file)) {
            ClassNode node = new ClassNode();
            new ClassReader(in).accept(node, 0);
            return node;
        }
    }

    /** The instruction with one more, or null. */
    private static AbstractInsnNode more(AbstractInsnNode i) {
        int opcode = i.getOpcode();
        if (isTruth(i)) {
            return null;
        }
        if (opcode >= Opcodes.ICONST_0 && opcode <= Opcodes.ICONST_5) {
            return new IntInsnNode(Opcodes.BIPUSH, opcode - Opcodes.ICONST_0 + 1);
        }
        if (opcode == Opcodes.BIPUSH || opcode == Opcodes.SIPUSH) {
            return new IntInsnNode(Opcodes.SIPUSH, ((IntInsnNode) i).operand + 1);
        }
        if (opcode == Opcodes.LCONST_0) {
            return new InsnNode(Opcodes.LCONST_1);
        }
        if (opcode == Opcodes.LCONST_1) {
            return new LdcInsnNode(2L);
        }
        if (i instanceof LdcInsnNode ldc && ldc.cst instanceof Long k) {
            return new LdcInsnNode(k + 1);
        }
        return i instanceof LdcInsnNode ldc && ldc.cst instanceof Integer k ? new LdcInsnNode(k + 1) : null;
    }

    /** Whether it is as good as certain that a constant is true or false, so that one more is nothing else. */
    private static boolean isTruth(AbstractInsnNode i) {
        AbstractInsnNode next = i.getNext();
        while (next != null && next.getOpcode() < 0) {
            next = next.getNext();
        }
        int after = next == null ? -1 : next.getOpcode();
        boolean bit = i.getOpcode() == Opcodes.ICONST_0 || i.getOpcode() == Opcodes.ICONST_1;
        return bit
                && (after == Opcodes.IRETURN
                        || after == Opcodes.GOTO
                        || after == Opcodes.ISTORE
                        || after == Opcodes.PUTFIELD);
    }

    private static byte[] bytes(ClassNode node) {
        ClassWriter writer = new ClassWriter(0);
        node.accept(writer);
        return writer.toByteArray();
    }

    /** Whether a changed class is not built, or a goal fails. */
    private static boolean isNoticed(String file, byte[] bytes, String name, String pieces) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            ClassLoader planted = new Planted(file, bytes);
            thread.setContextClassLoader(planted); // in which layouts are found
            Object fails = planted.loadClass(Asker.class.getName())
                    .getMethod("fails", String.class, String.class)
                    .invoke(null, name, pieces);
            return fails.equals(true);
        } catch (InvocationTargetException e) {
            assertThat(e.getCause())
                    .isInstanceOfAny(
                            ExceptionInInitializerError.class,
                            ServiceConfigurationError.class,
                            IllegalArgumentException.class,
                            IllegalStateException.class,
                            IndexOutOfBoundsException.class);
            return true;
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Those of a class that are known to survive, each with a reason: {@code CLASS METHOD INSTRUCTION: reason}. */
    private static List<String> known(String type) throws IOException {
        return Files.readAllLines(SURVIVORS).stream()
                .filter(line -> line.startsWith(type + " "))
                .peek(line -> assertThat(line).matches("\\S+ \\S+ \\d+: \\S.*"))
                .map(line -> line.substring(type.length() + 1, line.indexOf(':')))
                .toList();
    }

    private static void score(String type, String methods, String name, String pieces) throws Exception {
        Z3Required.orSkipped("mutants of layouts are");
        String file = "dev/moat/" + type.replace('.', '/') + ".class";
        assertThat(isNoticed(file, bytes(node(file)), name, pieces))
                .as("unchanged")
                .isFalse();
        List<String> survivors = new ArrayList<>();
        int mutants = 0;
        List<MethodNode> all = node(file).methods;
        for (int m = 0; m < all.size(); m++) {
            for (int i = 0; i < all.get(m).instructions.size(); i++) {
                if (!all.get(m).name.matches(methods)) {
                    continue;
                }
                ClassNode changed = node(file);
                MethodNode method = changed.methods.get(m);
                AbstractInsnNode old = method.instructions.get(i);
                AbstractInsnNode other = more(old);
                if (other == null) {
                    continue;
                }
                method.instructions.set(old, other);
                mutants++;
                if (!isNoticed(file, bytes(changed), name, pieces)) {
                    survivors.add(method.name + " " + i);
                }
            }
        }
        System.out.println("layout mutants of " + type + ": " + (mutants - survivors.size()) + " of " + mutants
                + " noticed; not: " + survivors);
        assertThat(mutants).isPositive();
        assertThat(survivors).as("survivors").isEqualTo(known(type));
    }

    @ParameterizedTest
    @CsvSource({"iommu.gart.GartWalk, index|entryAddress, gart, index|entry"})
    void someMutants(String type, String methods, String name, String pieces) throws Exception {
        score(type, methods, name, pieces);
    }

    /** Of many classes; those that survive are what nothing here is said of. */
    @Tag("deep")
    @ParameterizedTest
    @CsvSource({
        "iommu.vtd.format.RootEntry, .*, vtd, root.*",
        "iommu.vtd.format.ContextEntry, .*, vtd, context.*",
        "iommu.vtd.format.SecondLevelEntry, .*, vtd, second-level.*|step.*|leaf.*",
        "iommu.vtd.format.LegacyRules, <init>|leafReserved|contextFault|isBeyond|levels|index|check|frame, vtd, context@.*|step.*|leaf.*|entry@.*|beyond.*",
        "iommu.vtd.format.Capabilities, supportsWidth|largestWidth|guestAddressBits|supportsSuperpage, vtd, context@.*|step@.*|beyond@.*|walk3.*",
        "iommu.vtd.format.DescriptorRules, .*, vtd, descriptor@.*",
        "iommu.vtd.interrupt.RedirectionEntry, address|<clinit>, vtd, redirect.*",
        "iommu.PageRange, .*, vtd, named.*|range-order",
        "iommu.vtd.format.SourceId, .*, vtd, compared|source-id",
        "iommu.vtd.format.InterruptTable, .*, vtd, irta|interrupt-entries",
        "iommu.vtd.format.Descriptors, .*, vtd, invalidate-.*|context-.*|iotlb-.*|wait.*|range.*",
        "iommu.vtd.format.Descriptors$Iotlb, .*, vtd, invalidate-iotlb.*|iotlb-.*|range.*|named",
        "iommu.vtd.format.Descriptors$InterruptEntryCache, .*, vtd, invalidate-interrupt.*|indices",
        "iommu.vtd.interrupt.RemapEntry, .*, vtd, remapped.*|posted.*|remap@.*",
        "iommu.vtd.interrupt.RemapEntry$Remapped, .*, vtd, remapped.*|remap@.*",
        "iommu.vtd.interrupt.RemapEntry$Posted, .*, vtd, posted.*|remap@.*",
        "iommu.vtd.interrupt.EntryRules, .*, vtd, remap@.*",
        "iommu.vtd.format.SecondLevelRules, .*, vtd, walk.*",
        "iommu.vtd.format.DmaAnswer, to|address|pageMask|firstPage|compared|overlaps, vtd, walk3.*|overlaps",
        "iommu.vtd.format.PasidEntry, .*, vtd, pasid.*",
        "iommu.amdvi.format.PageTableEntry, .*, amdvi, page-table.*|size.*|table-order|walk1",
        "iommu.amdvi.format.DeviceTableEntry, .*, amdvi, device.*|quad.*|illegal",
        "iommu.amdvi.format.Commands$Pages, .*, amdvi, invalidate-pages.*|pages-command|range.*|named",
        "iommu.amdvi.format.Commands, .*, amdvi, wait.*|.*command|range.*|.*named|everything|table-order|invalidate.*",
        "iommu.amdvi.format.Events, .*, amdvi, event.*|not-present|denied|reserved-set|level-illegal",
        "iommu.amdvi.semantics.TableWalk, <init>|shift|walk|descend|pointer|level|below|entryAddress|fault|isBetween|skipped|page, amdvi, walk[13]",
        "iommu.calgary.Tce, .*, calgary, tce.*|in-memory",
        "iommu.calgary.TceWalk, isBeyond|isBehind|through|entryAddress, calgary, beyond|entry|through",
        "iommu.calgary.Registers$Tar, .*, calgary, tar|entries|table|entry",
        "iommu.gart.Gpte, .*, gart, gart.*",
        "iommu.gart.NodeRegisters$ApertureControl, .*, gart, aperture-control|size|index",
        "grant.Pins, count|kind|taken|plus|minus|isFull|limit, grant, pin.*",
        "grant.SharedEntry, .*, grant, grant.*|permitting|second-entry",
        "bits.BitField, .*, calgary, tce.*|tar"
    })
    void mutants(String type, String methods, String name, String pieces) throws Exception {
        score(type, methods, name, pieces);
    }
}
