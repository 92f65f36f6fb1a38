package dev.moat.iommu.amdvi.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.bits.BitField;
import dev.moat.bits.Reserved;
import dev.moat.iommu.amdvi.semantics.TableWalk;
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
    private static final List<Class<?>> FORMATS = Stream.of(
                    Stream.of(
                            DeviceTableEntry.class,
                            PageTableEntry.class,
                            Events.class,
                            UnityRange.class,
                            InterruptEntry.class,
                            WideInterruptEntry.class),
                    Stream.of(Commands.class.getDeclaredClasses()),
                    Stream.of(Registers.class.getDeclaredClasses()))
            .<Class<?>>flatMap(s -> s)
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
                List.of(
                        Translation.OUTCOME,
                        Translation.RIGHTS,
                        Translation.SIZE,
                        Translation.FRAME,
                        Translation.NONE_63));
        words.put("Pointer", List.of(TableWalk.RIGHTS, TableWalk.LEVEL, TableWalk.TABLE, TableWalk.NONE_63));
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
        assertThat(tests).hasSize(38);
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

    /** FLAGS joins several fields of an event, as drivers print them, so it stands in no list. */
    @Test
    void everyFieldConstantBelongsToAWord() throws IllegalAccessException {
        Set<BitField> listed = new HashSet<>();
        words().values().forEach(listed::addAll);
        for (Class<?> format : FORMATS) {
            for (Field field : format.getDeclaredFields()) {
                field.setAccessible(true);
                if (field.getType() == BitField.class && !field.getName().equals("FLAGS")) {
                    assertThat(listed).contains((BitField) field.get(null));
                }
            }
        }
    }

    /** The masks of reserved bits that a QEMU refuses; written here as they were measured. */
    @Test
    void reservedBitsOfADeviceTableEntryAreThoseThatAreRefused() {
        assertThat(Reserved.in(DeviceTableEntry.QUAD0)).isEqualTo(0x800000000000007cL);
        assertThat(Reserved.in(DeviceTableEntry.QUAD1)).isZero();
        assertThat(Reserved.in(DeviceTableEntry.QUAD2)).isEqualTo(0x0030000000000000L);
        assertThat(Reserved.in(DeviceTableEntry.QUAD3)).isEqualTo(0x003f000000007fffL);
        assertThat(Reserved.in(PageTableEntry.FIELDS)).isEqualTo(0x7f0000000000000L);
    }

    /** As the fields of Linux's irte_ga and of Xen's irte128 leave them over; the two masks agree where both name a bit. */
    @Test
    void reservedBitsOfAnEntryOf128Bits() {
        assertThat(Reserved.in(WideInterruptEntry.LO)).isEqualTo(0xffffffff00000000L);
        assertThat(Reserved.in(WideInterruptEntry.HI)).isEqualTo(0x00ffffffffffff00L);
        assertThat(Reserved.in(WideInterruptEntry.GUEST_LO)).isEqualTo(0x38L);
        assertThat(Reserved.in(WideInterruptEntry.GUEST_HI)).isEqualTo(0x00f0000000000f00L);
        assertThat(WideInterruptEntry.reservedLow(false, false)).isEqualTo(0xffffffffffff0000L);
        assertThat(WideInterruptEntry.reservedHigh(false, false)).isEqualTo(0xffffffffffffff00L);
        assertThat(WideInterruptEntry.reservedLow(true, false)).isEqualTo(0xffff0038L);
        assertThat(WideInterruptEntry.reservedHigh(true, false)).isEqualTo(0xfff0000000000f00L);
        assertThat(WideInterruptEntry.reservedLow(true, true)).isEqualTo(0x38L);
        assertThat(WideInterruptEntry.reservedHigh(false, true)).isEqualTo(0x00ffffffffffff00L);
    }

    /** Bits of commands that the recorded answers call reserved: the first and the last of each range. */
    @Test
    void reservedBitsOfCommands() {
        assertThat(Reserved.in(Commands.CompletionWait.LO)).isEqualTo(0x0ff0000000000000L);
        assertThat(Reserved.in(Commands.CompletionWait.HI)).isZero();
        assertThat(Reserved.in(Commands.Device.LO)).isEqualTo(0x0fffffffffff0000L);
        assertThat(Reserved.in(Commands.Device.HI)).isEqualTo(-1L);
        assertThat(Reserved.in(Commands.Pages.LO)).isEqualTo(0x0fff0000fff00000L);
        assertThat(Reserved.in(Commands.Pages.HI)).isEqualTo(0xff8L);
        assertThat(Reserved.in(Commands.IotlbPages.LO)).isZero();
        assertThat(Reserved.in(Commands.IotlbPages.HI)).isEqualTo(0xfcaL);
        assertThat(Reserved.in(Commands.Prefetch.LO)).isEqualTo(0x0ff0000000ff0000L);
        assertThat(Reserved.in(Commands.Prefetch.HI)).isEqualTo(0xfeaL);
        assertThat(Reserved.in(Commands.CompletePpr.LO)).isEqualTo(0x0ff00000ffff0000L);
        assertThat(Reserved.in(Commands.CompletePpr.HI)).isEqualTo(0xffff0000fffffffbL);
        assertThat(Reserved.in(Commands.All.LO)).isEqualTo(0x0fffffffffffffffL);
        assertThat(Reserved.in(Commands.All.HI)).isEqualTo(-1L);
    }

    @Test
    void outcomesHaveTheirNumbers() {
        Set<Integer> codes = new HashSet<>();
        for (Outcome outcome : Outcome.values()) {
            assertThat(Outcome.ofCode(outcome.code())).isEqualTo(outcome);
            assertThat((long) outcome.code()).isLessThanOrEqualTo(Translation.OUTCOME.max());
            assertThat(codes.add(outcome.code())).isTrue();
            assertThat(Translation.outcome(Translation.of(outcome))).isEqualTo(outcome);
        }
    }
}
