package dev.moat.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a schema lets be declared to be alike. */
class AlikeTest {
    private static final Sort FRAMES = Sort.numbered("Frame", "f", 3);
    private static final Sort PAGES = Sort.numbered("Page", "p", 3);

    @Test
    void aSchemaKeepsWhatIsDeclaredInItsOrder() {
        SchemaBuilder schema = new SchemaBuilder();
        Alike some = Alike.some("frames", new int[] {1, 2}, FRAMES);
        Alike pages = Alike.all("pages", PAGES);
        schema.alike(some);
        schema.alike(pages);
        assertThat(schema.build().alike()).containsExactly(some, pages);
        assertThat(some.members()).containsExactly(Map.entry(FRAMES, List.of(1, 2)));
        assertThat(pages.count()).isEqualTo(3);
    }

    @Test
    void anElementIsAlikeToThoseOfOneKindOnly() {
        SchemaBuilder schema = new SchemaBuilder();
        schema.alike(Alike.some("frames", new int[] {1, 2}, FRAMES));
        schema.alike(Alike.some("others", new int[] {0}, FRAMES));
        assertThatThrownBy(() -> schema.alike(Alike.all("frames and pages", FRAMES, PAGES)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("frames and pages share an element with others that are alike");
    }

    @Test
    void eachOfThemHasAnElementOfItsOwn() {
        assertThatThrownBy(() -> new Alike("frames", 2, Map.of(FRAMES, List.of(1, 1)), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("frames do not have one element each");
    }
}
