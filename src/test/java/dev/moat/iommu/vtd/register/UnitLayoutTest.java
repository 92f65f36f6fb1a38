package dev.moat.iommu.vtd.register;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.BitField;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FirstLevelEntry;
import dev.moat.iommu.vtd.format.PageRequest;
import dev.moat.iommu.vtd.format.PageResponse;
import dev.moat.iommu.vtd.format.PasidDescriptors;
import dev.moat.iommu.vtd.format.PasidDirectoryEntry;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Request;
import dev.moat.iommu.vtd.format.ScalableContextEntry;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.iommu.vtd.interrupt.PostedDescriptor;
import dev.moat.iommu.vtd.interrupt.RedirectionEntry;
import dev.moat.iommu.vtd.interrupt.RemapEntry;
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

/** Every format names every bit of its words once, and packed answers share none. */
class UnitLayoutTest {
    private static final List<Class<?>> FORMATS = Stream.of(
                    Stream.of(
                            ScalableContextEntry.class,
                            PasidDirectoryEntry.class,
                            PasidEntry.class,
                            FirstLevelEntry.class,
                            PasidDescriptors.class,
                            PasidDescriptors.DeviceTlb.class,
                            PostedDescriptor.class,
                            RedirectionEntry.class,
                            Request.class,
                            UnitState.class,
                            EventControl.class,
                            PageRequestQueue.class,
                            PageRequest.class,
                            PageResponse.class),
                    Stream.of(InterruptRequest.class.getDeclaredClasses()),
                    Stream.of(RemapEntry.class.getDeclaredClasses()))
            .flatMap(formats -> formats)
            .toList();

    private static Map<String, List<BitField>> words() throws IllegalAccessException {
        Map<String, List<BitField>> words = new TreeMap<>();
        for (Class<?> format : FORMATS) {
            for (Field field : format.getDeclaredFields()) {
                field.setAccessible(true);
                if (Modifier.isStatic(field.getModifiers()) && field.getType() == List.class) {
                    List<BitField> fields = new ArrayList<>();
                    ((List<?>) field.get(null)).forEach(f -> fields.add((BitField) f));
                    words.put(format.getName().replaceAll("^.*\\.", "") + "." + field.getName(), fields);
                }
            }
        }
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
        assertThat(tests).hasSizeGreaterThanOrEqualTo(25);
        return tests;
    }

    /** The fields of a packed answer do not overlap; not all bits are used in every one. */
    @Test
    void fieldsOfAnAnswerAreApart() throws IllegalAccessException {
        for (Class<?> answer : List.of(DmaAnswer.class, InterruptAnswer.class)) {
            long covered = 0;
            for (Field field : answer.getDeclaredFields()) {
                field.setAccessible(true);
                if (field.getType() == BitField.class) {
                    long mask = ((BitField) field.get(null)).mask();
                    assertThat(covered & mask).as(field.getName()).isZero();
                    covered |= mask;
                }
            }
            assertThat(covered).isEqualTo(-1L);
        }
    }

    /** Positions as the specification's figures have them; a wrong one would pass the tests above. */
    @Test
    void positionsAreThoseOfTheSpecification() {
        Map<BitField, String> positions = Map.ofEntries(
                Map.entry(ScalableContextEntry.PDTS, "11:9"),
                Map.entry(ScalableContextEntry.DTE, "2:2"),
                Map.entry(ScalableContextEntry.PASIDE, "3:3"),
                Map.entry(ScalableContextEntry.RID_PASID, "19:0"),
                Map.entry(ScalableContextEntry.RID_PRIV, "20:20"),
                Map.entry(PasidDirectoryEntry.SMPTBLPTR, "63:12"),
                Map.entry(PasidEntry.AW, "4:2"),
                Map.entry(PasidEntry.PGTT, "8:6"),
                Map.entry(PasidEntry.SLADE, "9:9"),
                Map.entry(PasidEntry.FLPM, "3:2"),
                Map.entry(PasidEntry.WPE, "4:4"),
                Map.entry(PasidEntry.NXE, "5:5"),
                Map.entry(PasidDescriptors.PASID, "51:32"),
                Map.entry(RemapEntry.IM, "15:15"),
                Map.entry(RemapEntry.VECTOR, "23:16"),
                Map.entry(RemapEntry.SQ, "17:16"),
                Map.entry(RemapEntry.SVT, "19:18"),
                Map.entry(RemapEntry.Remapped.DLM, "7:5"),
                Map.entry(RemapEntry.Remapped.DST, "63:32"),
                Map.entry(RemapEntry.Posted.URG, "14:14"),
                Map.entry(RemapEntry.Posted.PDA_LO, "63:38"),
                Map.entry(RemapEntry.Posted.PDA_HI, "63:32"),
                Map.entry(PostedDescriptor.NV, "23:16"),
                Map.entry(PostedDescriptor.NDST, "63:32"),
                Map.entry(InterruptRequest.RemappableAddress.SHV, "3:3"),
                Map.entry(FirstLevelEntry.XD, "63:63"));
        positions.forEach((field, position) ->
                assertThat(field.hi() + ":" + field.lo()).as(field.name()).isEqualTo(position));
        assertThat(InterruptRequest.RemappableAddress.handle(0xfee00000L | 0x1234 << 5 | 1 << 2))
                .isEqualTo(0x8000 | 0x1234);
        assertThat(RemapEntry.Posted.descriptor(0x5_0000_0000_0000L, 0x7_0000_0000L))
                .isEqualTo(0x7_0005_0000L);
    }
}
