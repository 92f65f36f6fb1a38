package dev.moat.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left out is in no state, and code that names it need not ask. */
class LeftOutTest {
    private static final Sort FRAMES = Sort.numbered("Frame", "f", 3);

    @Test
    void aSortThatIsLeftOutKeepsItsNameAlone() {
        assertThat(FRAMES.onlyIf(true)).isSameAs(FRAMES);
        assertThat(FRAMES.onlyIf(false).name()).isEqualTo("Frame");
        assertThat(FRAMES.onlyIf(false).size()).isZero();
    }

    @Test
    void familiesThatAreLeftOutAreInNoSchema() {
        SchemaBuilder schema = new SchemaBuilder();
        schema.onlyIf(false).slots("absent", Role.CACHE, Writer.IOMMU, FRAMES).bits(1);
        schema.onlyIf(true).slots("present", Role.CACHE, Writer.IOMMU, FRAMES).bits(1);
        assertThat(schema.build().families()).map(Slots::name).isEqualTo(List.of("present"));
    }
}
