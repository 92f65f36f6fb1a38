package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No two packages import each other, directly or around others: imports that only documentation needs count, which the rules on compiled
 * classes do not see.
 */
class ImportsTest {
    private static final Path ROOT = Path.of("src/main/java/dev/moat");
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?dev\\.moat\\.([a-z][a-z.]*)\\.[A-Z]");

    @Test
    void packagesImportOneWay() throws IOException {
        Map<String, Set<String>> imports = imports();
        assertThat(imports).hasSizeGreaterThan(100);
        assertThat(circle(imports)).isEmpty();
    }

    @Test
    void aCircleIsSeen() {
        assertThat(circle(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of())))
                .isEmpty();
        assertThat(circle(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("b"), "d", Set.of("a"))))
                .containsExactly("b", "c");
    }

    private static Map<String, Set<String>> imports() throws IOException {
        Map<String, Set<String>> imports = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                String own = ROOT.relativize(file.getParent()).toString().replace('/', '.');
                Set<String> others = imports.computeIfAbsent(own, p -> new TreeSet<>());
                Matcher line = IMPORT.matcher(Files.readString(file));
                while (line.find()) {
                    others.add(line.group(1));
                }
                others.remove(own);
            }
        }
        return imports;
    }

    /** The packages of circles, and those between circles: what is left when nothing is that imports none of the others, or is imported by none. */
    private static Set<String> circle(Map<String, Set<String>> imports) {
        Set<String> left = new TreeSet<>(imports.keySet());
        boolean shrunk = true;
        while (shrunk) {
            shrunk = left.removeIf(p -> imports.get(p).stream().noneMatch(left::contains)
                    || left.stream().noneMatch(q -> imports.get(q).contains(p)));
        }
        return left;
    }
}
