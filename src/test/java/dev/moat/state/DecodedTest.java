package dev.moat.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.BitField;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Words that print by what they, or others, say of their fields. */
class DecodedTest {
    private static final BitField KIND = new BitField("KIND", 63, 60);
    private static final BitField ADDRESS = new BitField("ADDRESS", 15, 4);
    private static final BitField DATA = new BitField("DATA", 15, 0);
    private static final Sort PLACES = Sort.numbered("Place", "q", 2);

    private final SchemaBuilder builder = new SchemaBuilder();
    private final Slots first = builder.slots("first", Role.QUEUE, Writer.HYPERVISOR, PLACES)
            .decodedBy(lo -> List.of(KIND))
            .word(List.of(DATA), -1L);
    private final Slots second = builder.slots("second", Role.QUEUE, Writer.HYPERVISOR, PLACES)
            .decodedBy(
                    first, lo -> KIND.get(lo) == 1 ? List.of(ADDRESS) : KIND.get(lo) == 2 ? List.of(DATA) : List.of())
            .word(List.of(KIND), -1L);
    private final Schema schema = builder.build();

    /** Stores an entry in the second place. */
    private long[] entry(long kind, long value) {
        long[] s = schema.blank();
        first.set(s, 1, KIND.set(0, kind));
        second.set(s, 1, value);
        return s;
    }

    @Test
    void aWordPrintsByTheOtherOneOfItsPlace() {
        assertThat(second.print(entry(1, 0x30), 1)).isEqualTo("0x30 (ADDRESS=0x3)");
        assertThat(second.print(entry(2, 0x30), 1)).isEqualTo("0x30 (DATA=0x30)");
        assertThat(second.print(entry(3, 0x30), 1)).as("of no known kind").isEqualTo("0x30");
        assertThat(second.print(entry(1, 0), 1)).isEqualTo("0");
        assertThat(first.print(entry(1, 0), 1)).isEqualTo("0x1000000000000000 (KIND=0x1)");
    }

    @Test
    void byItselfItHasNoFields() {
        assertThat(second.print(0x30)).isEqualTo("0x30");
        assertThat(second.print(0)).isEqualTo("0");
        assertThat(first.print(1L << 60)).isEqualTo("0x1000000000000000 (KIND=0x1)");
    }

    /** As a queue moves on, what is at a place may be of another kind. */
    @Test
    void aChangePrintsEachValueByItsOwnState() {
        assertThat(schema.diff(entry(1, 0x30), entry(2, 0x31)))
                .map(Schema.Change::toString)
                .containsExactly(
                        "first[q1]: 0x1000000000000000 (KIND=0x1) -> 0x2000000000000000 (KIND=0x2)",
                        "second[q1]: 0x30 (ADDRESS=0x3) -> 0x31 (DATA=0x31)");
    }

    @Test
    void theLayoutIsTheSame() {
        SchemaBuilder plain = new SchemaBuilder();
        plain.slots("first", Role.QUEUE, Writer.HYPERVISOR, PLACES).word(List.of(DATA), -1L);
        plain.slots("second", Role.QUEUE, Writer.HYPERVISOR, PLACES).word(List.of(KIND), -1L);
        assertThat(schema.version()).isEqualTo(plain.build().version());
    }
}
