package dev.moat.check.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.BitField;
import dev.moat.check.mutants.VaryingFields.Field;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is off by one stays a value that the field can have. */
class FieldsTest {
    private final SchemaBuilder schema = new SchemaBuilder();

    @Test
    void aNameIsFollowedByAnother() {
        Slots three = schema.slots("three", Role.QUEUE, Writer.IOMMU).of(Sort.numbered("T", "t", 3));
        Field whole = VaryingFields.of(three).get(0);
        assertThat(whole.name()).isEmpty();
        assertThat(List.of(whole.moved(0, true), whole.moved(2, true), whole.moved(0, false)))
                .containsExactly(1L, 0L, 2L);
        Slots optional = schema.slots("some", Role.QUEUE, Writer.IOMMU).optional(Sort.numbered("T", "t", 2));
        assertThat(VaryingFields.of(optional).get(0).moved(2, true)).isZero();
    }

    /** Only bits that vary change; those without a name are fields too. */
    @Test
    void aFieldOfAWordKeepsTheOthers() {
        Slots word = schema.slots("word", Role.QUEUE, Writer.IOMMU)
                .word(List.of(new BitField("ADDR", 15, 8), BitField.bit("R", 0)), 0x5231);
        List<Field> fields = VaryingFields.of(word);
        assertThat(fields.stream().map(Field::name)).containsExactly("ADDR", "R", "bits5-4");
        assertThat(fields.get(0).moved(0x0231, true)).isEqualTo(0x1031);
        assertThat(fields.get(0).moved(0x0031, false)).isEqualTo(0x5231);
        assertThat(fields.get(2).moved(0x0230, true)).isEqualTo(0x0200);
        assertThat(fields.get(1).hasTwoDirections()).isFalse();
        assertThat(fields.get(2).hasTwoDirections()).isTrue();
    }
}
