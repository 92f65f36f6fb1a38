package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Fields that are named x or l say nothing; where a file is long, everything in it hangs on them. */
class NamesTest {
    private static final Path MAIN = Path.of("src/main/java/dev/moat");
    private static final Pattern SAYS_NOTHING = Pattern.compile(
            "^    (?:(?:public|private|protected|static|final) )+[^=(\\n]* [xl](?: =|;)", Pattern.MULTILINE);

    @Test
    void fieldsSayWhatTheyAre() throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(MAIN)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                if (SAYS_NOTHING.matcher(Files.readString(file)).find()) {
                    found.add(MAIN.relativize(file).toString());
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void theyAreFound() {
        assertThat("class A {\n    private final State x;\n}").containsPattern(SAYS_NOTHING);
        assertThat("class A {\n    final long[] l = {1};\n}").containsPattern(SAYS_NOTHING);
        assertThat("class A {\n    private final State state;\n    void f() {\n        int x;\n    }\n}")
                .doesNotContainPattern(SAYS_NOTHING);
    }
}
