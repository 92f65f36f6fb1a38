package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.bits.BitField;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.GlobalCommand;
import dev.moat.iommu.vtd.format.InterruptTable;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.Reserved;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.iommu.vtd.format.SourceId;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LayoutTest {
    private static final List<Class<?>> FORMATS = Stream.concat(
                    Stream.of(
                            RootEntry.class,
                            ContextEntry.class,
                            SecondLevelEntry.class,
                            SourceId.class,
                            GlobalCommand.class,
                            InterruptTable.class),
                    Stream.concat(
                            Stream.of(Descriptors.class.getDeclaredClasses()),
                            Stream.of(Registers.class.getDeclaredClasses())))
            .toList();

    /** Every constant that lists the fields of one word. */
    private static Map<String, List<BitField>> words() throws IllegalAccessException {
        Map<String, List<BitField>> words = new TreeMap<>();
        for (Class<?> format : FORMATS) {
            for (Field field : format.getDeclaredFields()) {
                field.setAccessible(true);
                if (Modifier.isStatic(field.getModifiers()) && field.getType() == List.class) {
                    List<BitField> fields = new ArrayList<>();
                    for (Object f : (List<?>) field.get(null)) {
                        fields.add((BitField) f);
                    }
                    words.put(format.getSimpleName() + "." + field.getName(), fields);
                }
            }
        }
        words.put(
                "Translation",
                List.of(Translation.OUTCOME, Translation.RIGHTS, Translation.SIZE, Translation.DID, Translation.FRAME));
        return words;
    }

    @TestFactory
    List<DynamicTest> eachWordIsNamedToTheLastBit() throws IllegalAccessException {
        List<DynamicTest> tests = new ArrayList<>();
        words().forEach((name, fields) -> tests.add(DynamicTest.dynamicTest(name, () -> {
            long covered = 0;
            Set<String> names = new HashSet<>();
            for (BitField field : fields) {
                assertThat(covered & field.mask()).as("bits shared by " + field).isZero();
                assertThat(names.add(field.name())).as("unique " + field.name()).isTrue();
                covered |= field.mask();
            }
            assertThat(covered).as("bits without a name").isEqualTo(-1L);
        })));
        assertThat(tests).hasSizeGreaterThanOrEqualTo(28);
        return tests;
    }

    @TestFactory
    List<DynamicTest> eachFieldKeepsItsValueAndRefusesMore() throws IllegalAccessException {
        List<DynamicTest> tests = new ArrayList<>();
        words().forEach((name, fields) ->
                fields.forEach(field -> tests.add(DynamicTest.dynamicTest(name + "." + field.name(), () -> {
                    for (long word : new long[] {0, -1L, 0x5555555555555555L}) {
                        for (long v : new long[] {0, 1, 1L << (field.width() - 1), field.max()}) {
                            long set = field.set(word, v);
                            assertThat(field.get(set)).isEqualTo(v);
                            assertThat(set & ~field.mask()).isEqualTo(word & ~field.mask());
                        }
                    }
                    if (field.width() < 64) {
                        assertThatThrownBy(() -> field.set(0, field.max() + 1))
                                .isInstanceOf(IllegalArgumentException.class);
                    }
                }))));
        return tests;
    }

    /** DEVFN joins two fields of a source-id, so it stands in no list. */
    @Test
    void everyFieldConstantBelongsToAWord() throws IllegalAccessException {
        Set<BitField> listed = new HashSet<>();
        words().values().forEach(listed::addAll);
        for (Class<?> format : FORMATS) {
            for (Field field : format.getDeclaredFields()) {
                field.setAccessible(true);
                if (field.getType() == BitField.class && !field.getName().equals("DEVFN")) {
                    assertThat(listed).contains((BitField) field.get(null));
                }
            }
        }
    }

    @Test
    void sourceIds() {
        assertThat(SourceId.of(0x12, 0xfb)).isEqualTo(0x12fb);
        assertThat(SourceId.DEVFN.get(0x12fb)).isEqualTo(0xfb);
        assertThat(SourceId.BUS.get(0x12fb)).isEqualTo(0x12);
        assertThat(new int[] {SourceId.compared(0), SourceId.compared(1), SourceId.compared(2), SourceId.compared(3)})
                .containsExactly(0xffff, 0xfffb, 0xfff9, 0xfff8);
    }

    /** The reserved masks that QEMU compiles in; written here as it prints them. */
    @Test
    void reservedMasksAreThoseOfAnotherImplementation() {
        assertThat(Reserved.mask(Descriptors.Iotlb.LO) | Descriptors.TYPE_HIGH.mask())
                .isEqualTo(0xffffffff0000ff00L);
        assertThat(Reserved.mask(Descriptors.Iotlb.HI)).isEqualTo(0xf80L);
        assertThat(Reserved.mask(Descriptors.ContextCache.LO) | Descriptors.TYPE_HIGH.mask())
                .isEqualTo(0xfffc00000000ffc0L);
        assertThat(Reserved.mask(Descriptors.ContextCache.HI)).isEqualTo(-1L);
    }
}
