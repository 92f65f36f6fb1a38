package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.prove.SolverLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The table of docs/project/mutation-tests.md that says which test fails without what was built against a hole: each of the eleven names one that is
 * there and runs in an ordinary build.
 */
class HolesTest {
    private static final int HOLES = 11;
    private static final String HEADING = "## The holes that were found by reading";
    private static final Path TESTS = Path.of("src/test/java");
    private static final Path SCENARIOS = Path.of("specs/scenarios");
    private static final Path INVARIANTS = Path.of("invariants");

    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern TYPE = Pattern.compile("((?:[a-z]+\\.)*[A-Z]\\w*Test)(?:\\.(\\w+))?");
    private static final Pattern METHOD = Pattern.compile("[a-z][A-Za-z0-9]*");
    private static final Pattern EXCLUDED = Pattern.compile("<moat\\.tags\\.excluded>(.*?)</");
    private static final Pattern ASSUMES =
            Pattern.compile("\\bassum(?:e|ing)(?:True|False|That)\\(|\\babort\\((.*?)\\);");

    /** The one thing that a test may wait for: {@link #theSolverIsThere} fails without it. */
    private static final String SOLVER = "\"no Z3\"";

    /** What the second column of a row names, and what is wrong with it. */
    private record Evidence(int tests, List<String> wrong) {}

    private static List<String> rows() throws IOException {
        String page = Files.readString(Path.of("docs/project/mutation-tests.md"));
        String section = page.substring(page.indexOf(HEADING) + HEADING.length());
        return section.substring(0, section.indexOf("\n## "))
                .lines()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .toList();
    }

    /** The tags whose tests an ordinary build leaves out: the first ones in the pom, outside of its profiles. */
    private static Set<String> excluded() throws IOException {
        Matcher m = EXCLUDED.matcher(Files.readString(Path.of("pom.xml")));
        assertThat(m.find()).isTrue();
        return Set.of(m.group(1).split("\\s*\\|\\s*"));
    }

    private static List<Path> files(Path root, String end) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(f -> f.toString().endsWith(end)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Evidence evidence(String row) throws IOException {
        List<String> wrong = new ArrayList<>();
        Class<?> type = null;
        int tests = 0;
        Matcher names = NAME.matcher(row.split("\\|")[2]);
        while (names.find()) {
            String name = names.group(1);
            Matcher test = TYPE.matcher(name);
            if (test.matches()) {
                type = type(test.group(1));
                String said = type == null ? name + " is not one class of tests" : skipped(type, test.group(2));
                wrong.add(said);
                tests++;
            } else if (type != null && METHOD.matcher(name).matches() && hasTest(type, name)) {
                wrong.add(skipped(type, name));
            } else if (!isShipped(name)) {
                wrong.add(name + " is no test, no scenario of the default set and no property");
            }
        }
        wrong.removeIf(String::isEmpty);
        return new Evidence(tests, wrong);
    }

    /** The class with this name, or the end of it; null where there is none, or more than one. */
    private static @Nullable Class<?> type(String name) {
        String end = "/" + name.replace('.', '/') + ".java";
        List<Path> all = files(TESTS, end);
        if (all.size() != 1) {
            return null;
        }
        String path = TESTS.relativize(all.get(0)).toString();
        return load(path.replace(".java", "").replace('/', '.'));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, HolesTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static List<Method> tests(Class<?> type, @Nullable String name) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(m -> m.isAnnotationPresent(Test.class) || m.isAnnotationPresent(ParameterizedTest.class))
                .filter(m -> name == null || m.getName().equals(name))
                .toList();
    }

    private static boolean hasTest(Class<?> type, String name) {
        return !tests(type, name).isEmpty();
    }

    /** Why an ordinary build leaves out the test, or each test of the class; empty if it does not. */
    private static String skipped(Class<?> type, @Nullable String method) throws IOException {
        String name = type.getSimpleName() + (method == null ? "" : "." + method);
        List<Method> tests = tests(type, method);
        if (tests.isEmpty()) {
            return name + " is no test";
        }
        if (isLeftOut(type) || tests.stream().allMatch(m -> isLeftOut(m))) {
            return name + " is left out";
        }
        return assumptions(type).allMatch(SOLVER::equals) ? "" : name + " assumes something";
    }

    /** By its tag or by a condition; that it is disabled {@link TidyTest} forbids everywhere. */
    private static boolean isLeftOut(AnnotatedElement element) {
        try {
            Set<String> excluded = excluded();
            return AnnotationSupport.findRepeatableAnnotations(element, Tag.class).stream()
                            .anyMatch(tag -> excluded.contains(tag.value()))
                    || AnnotationSupport.findRepeatableAnnotations(element, ExtendWith.class).stream()
                            .flatMap(with -> Arrays.stream(with.value()))
                            .anyMatch(ExecutionCondition.class::isAssignableFrom);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the class, or a class of its package that it names, assumes. */
    private static Stream<String> assumptions(Class<?> type) throws IOException {
        Path directory = TESTS.resolve(type.getPackageName().replace('.', '/'));
        String own = Files.readString(directory.resolve(type.getSimpleName() + ".java"));
        StringBuilder all = new StringBuilder(own);
        for (Path file : files(directory, ".java")) {
            String other = file.getFileName().toString().replace(".java", "");
            if (!other.endsWith("Test")
                    && Pattern.compile("\\b" + other + "\\b").matcher(own).find()) {
                all.append(Files.readString(file));
            }
        }
        return ASSUMES.matcher(all).results().map(m -> Objects.requireNonNullElse(m.group(1), m.group()));
    }

    private static boolean isShipped(String name) {
        return !files(INVARIANTS, "/" + name + ".smt2").isEmpty()
                || files(SCENARIOS, "/" + name + ".yaml").stream().anyMatch(HolesTest::isOfTheDefaultSet);
    }

    private static boolean isOfTheDefaultSet(Path scenario) {
        try {
            return Files.readString(scenario).contains("\nset: default\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void eachHoleHasATestThatRuns() throws IOException {
        assertThat(rows()).hasSize(HOLES);
        for (String row : rows()) {
            Evidence evidence = evidence(row);
            assertThat(evidence.wrong()).as(row).isEmpty();
            assertThat(evidence.tests()).as(row).isPositive();
        }
    }

    /** Three of the holes were in proofs, whose tests are skipped where Z3 cannot be loaded; this one says so. */
    @Test
    void theSolverIsThere() {
        assertThat(SolverLibrary.version()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "`NoSuchTest`",
                "`HolesTest.noSuchMethod`",
                "`HolesTest`: `noSuchMethod`",
                "`HolesTest.files`",
                "`EditsTest`",
                "`HolesTest`; control `no-such-scenario`",
                "`HolesTest`; control `dma-calgary-claim-not-emptied`",
                "`aMethodWithoutAClass`",
                "`MutantGateTest.everyMutantIsNoticedOrListed`",
                "`MergingTest`",
            })
    void whatIsNotThereOrDoesNotRunIsFound(String cell) throws IOException {
        assertThat(evidence("| a hole | " + cell + " |").wrong()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"elsewhere", "forLong"})
    void whatIsSkippedIsFound(String name) throws NoSuchMethodException {
        assertThat(isLeftOut(HolesTest.class.getDeclaredMethod(name))).isTrue();
    }

    @EnabledOnOs(OS.AIX)
    static void elsewhere() {}

    @Tag("deep")
    static void forLong() {}
}
