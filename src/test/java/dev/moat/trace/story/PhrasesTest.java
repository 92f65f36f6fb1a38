package dev.moat.trace.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.xen.call.Hypercall;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of sentences: the last of two of one name would hide the first, and nobody asks for one behind a gap. */
class PhrasesTest {
    private static final Path FILES = Path.of("src/main/resources/dev/moat/trace/story");
    /** A backslash keeps what is behind it in the name. */
    private static final Pattern NAME = Pattern.compile("(?:\\\\.|[^\\\\=\\s])+");

    static List<Path> files() throws IOException {
        try (var all = Files.list(FILES)) {
            return all.filter(f -> f.toString().endsWith(".properties"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> names(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(NAME::matcher)
                .filter(Matcher::lookingAt)
                .map(Matcher::group)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void eachNameIsThereOnce(Path file) throws IOException {
        assertThat(names(file)).doesNotHaveDuplicates();
    }

    @Test
    void sentencesOfOnePropertyAreNumberedFromOne() throws IOException {
        Map<String, TreeSet<Integer>> numbers = names(FILES.resolve("broken.properties")).stream()
                .filter(name -> name.matches(".+/\\d+"))
                .collect(Collectors.groupingBy(
                        name -> name.replaceFirst("/\\d+$", ""),
                        TreeMap::new,
                        Collectors.mapping(
                                name -> Integer.valueOf(name.substring(name.lastIndexOf('/') + 1)),
                                Collectors.toCollection(TreeSet::new))));
        numbers.forEach((name, has) -> assertThat(has)
                .as(name)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, has.size()).boxed().toList()));
    }

    /** A property without one is told as a formula. */
    @Test
    void eachPropertyHasASentence() throws IOException {
        Set<String> told = names(FILES.resolve("broken.properties")).stream()
                .map(name -> name.replaceFirst("[/@].*", ""))
                .collect(Collectors.toSet());
        for (String directory : List.of("invariants", "specs/properties")) {
            try (var all = Files.list(Path.of(directory))) {
                assertThat(all.map(file -> file.getFileName().toString())
                                .filter(name -> name.endsWith(".smt2"))
                                .map(name -> name.replace(".smt2", "")))
                        .as(directory)
                        .isNotEmpty()
                        .isSubsetOf(told);
            }
        }
    }

    /** With a unit that is asked itself the device is an argument, where without one the layer's is the only one. */
    @Test
    void aRequestNamesItsPageWhoeverIsAsked() {
        assertThat(ActionLabel.of("dma(p5, read)").told("xen-swiotlb"))
                .isEqualTo("the device makes a request at p5 (read)");
        assertThat(ActionLabel.of("dma(dev0, p5)").told("xen-swiotlb")).isEqualTo("the device makes a request at p5");
    }

    /** "pluged" and "reseted" were told. */
    @Test
    void verbsThatDoubleTheirLastLetterHaveAParticiple() {
        Phrases participles = Phrases.of("verbs.properties");
        List<String> verbs = Phrases.read("steps.txt").stream()
                .map(notice -> notice.words().split(" ", 2)[0])
                .filter(verb -> verb.matches(".*[^aeiou][aeiou][bdgmnpt]"))
                .distinct()
                .toList();
        assertThat(verbs)
                .contains("plug", "reset")
                .allMatch(verb -> participles.plain(verb).isPresent());
    }

    /** An error of Xen's hypercalls is told by its name; stored is a number. */
    @Test
    void whatAHypercallReturnsHasAName() {
        List<Field> errors = Arrays.stream(Hypercall.class.getFields())
                .filter(f -> f.getType() == int.class && Modifier.isStatic(f.getModifiers()))
                .toList();
        assertThat(errors)
                .isNotEmpty()
                .allSatisfy(f -> assertThat(ActionLabel.end("" + f.getInt(null)))
                        .isEqualTo(", and the call returns -" + f.getName()));
    }
}
