package dev.moat.trace.story;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    /** A component of somebody's own calls its things as it likes, also by what means something else in a pattern. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            f1 is d0's      | f1   | true
            f10 is d0's     | f1   | false
            the frame f1    | f1   | true
            maps f)1 here   | f)1  | true
            maps f(1 here   | f(1  | true
            maps f[0        | f[0  | true
            maps fx1 here   | f.1  | false
            """)
    void isAWordOfItsOwn(String text, String name, boolean there) {
        assertThat(StoryNames.has(text, name)).isEqualTo(there);
    }
}
