package dev.moat.bits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;

/** What every format of a word has to keep, for the tests of a package that has formats. */
public final class WordFormats {
    private WordFormats() {}

    /** Every constant of these classes that lists the fields of one word. */
    public static Map<String, List<BitField>> words(List<Class<?>> formats) throws IllegalAccessException {
        Map<String, List<BitField>> words = new TreeMap<>();
        for (Class<?> format : formats) {
            for (Field field : constants(format, List.class)) {
                List<BitField> fields = new ArrayList<>();
                ((List<?>) field.get(null)).forEach(f -> fields.add((BitField) f));
                words.put(format.getSimpleName() + "." + field.getName(), fields);
            }
        }
        return words;
    }

    private static List<Field> constants(Class<?> format, Class<?> type) {
        List<Field> constants = new ArrayList<>();
        for (Field field : format.getDeclaredFields()) {
            field.setAccessible(true);
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == type) {
                constants.add(field);
            }
        }
        return constants;
    }

    /** Fields do not overlap, names are unique, every bit has a name, and every field keeps its value and refuses more. */
    public static List<DynamicTest> tests(Map<String, List<BitField>> words) {
        List<DynamicTest> tests = new ArrayList<>();
        words.forEach((name, fields) -> tests.add(DynamicTest.dynamicTest(name, () -> isComplete(fields))));
        words.forEach((name, fields) -> fields.forEach(
                field -> tests.add(DynamicTest.dynamicTest(name + "." + field.name(), () -> keepsItsValue(field)))));
        return tests;
    }

    private static void isComplete(List<BitField> fields) {
        long covered = 0;
        Set<String> names = new HashSet<>();
        for (BitField field : fields) {
            assertThat(covered & field.mask()).as("bits shared by " + field).isZero();
            assertThat(names.add(field.name())).as("unique " + field.name()).isTrue();
            covered |= field.mask();
        }
        assertThat(covered).as("bits without a name").isEqualTo(-1L);
    }

    private static void keepsItsValue(BitField field) {
        for (long word : new long[] {0, -1L, 0x5555555555555555L}) {
            for (long v : new long[] {0, 1, 1L << (field.width() - 1), field.max()}) {
                long set = field.set(word, v);
                assertThat(field.get(set)).isEqualTo(v);
                assertThat(set & ~field.mask()).isEqualTo(word & ~field.mask());
            }
        }
        if (field.width() < Long.SIZE) {
            assertThatThrownBy(() -> field.set(0, field.max() + 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
