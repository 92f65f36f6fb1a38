package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a reader may rely on in every source file. Each check is shown to fail on a text written for it. */
class TidyTest {
    private static final Path MAIN = Path.of("src/main/java");
    private static final Path TESTS = Path.of("src/test/java");
    private static final int MOST_PARAMETERS = 5;
    private static final int MOST_LINES = 70;

    /**
     * Declarations with more parameters than that; the number only ever falls. Most are interfaces of {@code model} and {@code state}
     * that ask for a state and five elements, and records that a report prints, each component a member of its JSON.
     */
    private static final int LONG_DECLARATIONS = 181;

    /** Written in two halves, so that this file does not find itself. */
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    private static final Pattern SWITCHED_OFF = Pattern.compile("@(?:[\\w.]+\\.)?(?:Disabled|Ignore)\\b");
    private static final Pattern CATCH_ALL = Pattern.compile("catch \\((final )?(Exception|Throwable)\\b");
    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "^\\s*public (?:static |final |abstract |sealed |non-sealed |strictfp )*(?:class|interface|record|enum|@interface) (\\w+)");
    private static final Pattern COMMENT_OR_TEXT = Pattern.compile(
            "//[^\\n]*|/\\*.*?\\*/|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'", Pattern.DOTALL);

    /** Read, taken apart and stripped once: several tests look at all of them. */
    private static final Map<Path, TreeMap<Path, String>> SOURCES = new HashMap<>();

    private static final Map<String, String> CODE = new HashMap<>();

    private static TreeMap<Path, String> sources(Path root) throws IOException {
        if (!SOURCES.containsKey(root)) {
            SOURCES.put(root, read(root));
        }
        return SOURCES.get(root);
    }

    private static TreeMap<Path, String> read(Path root) throws IOException {
        TreeMap<Path, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                texts.put(file, Files.readString(file));
            }
        }
        return texts;
    }

    private static TreeMap<Path, String> everything() throws IOException {
        TreeMap<Path, String> all = new TreeMap<>(sources(MAIN));
        all.putAll(sources(TESTS));
        assertThat(all).hasSizeGreaterThan(150);
        return all;
    }

    private static List<String> faulty(TreeMap<Path, String> texts, java.util.function.Predicate<String> bad) {
        return texts.entrySet().stream()
                .filter(e -> bad.test(e.getValue()))
                .map(e -> e.getKey().toString())
                .toList();
    }

    @Test
    void nothingIsLeftUnfinished() throws IOException {
        assertThat(faulty(everything(), text -> UNFINISHED.matcher(text).find()))
                .isEmpty();
        assertThat("// TO" + "DO: later").containsPattern(UNFINISHED);
        assertThat("the mastodon").doesNotContainPattern(UNFINISHED);
    }

    /** A test that is switched off is no test: what it is about is mended, or said in docs/reference/limits.md. */
    @Test
    void noTestIsSwitchedOff() throws IOException {
        assertThat(faulty(everything(), TidyTest::switchesOff)).isEmpty();
        assertThat(switchesOff("    @" + "Disabled\n    @Test")).isTrue();
        assertThat(switchesOff("    @org.junit.jupiter.api." + "Disabled(\"later\")"))
                .isTrue();
        assertThat(switchesOff("// what is disabled")).isFalse();
    }

    private static boolean switchesOff(String text) {
        return SWITCHED_OFF.matcher(text).find();
    }

    /** A description stands before what it describes: one before another has lost that. */
    @Test
    void noDescriptionIsLeftBehind() throws IOException {
        assertThat(faulty(everything(), TidyTest::leavesBehind)).isEmpty();
        assertThat(leavesBehind("    /** A. *" + "/\n    /** B. *" + "/\n    int b;"))
                .isTrue();
        assertThat(leavesBehind("    /** A. *" + "/\n    int a;\n    /** B. *" + "/\n    int b;"))
                .isFalse();
    }

    private static boolean leavesBehind(String text) {
        return Pattern.compile("\\*/\\s*\\n\\s*/\\*\\*").matcher(text).find();
    }

    /** Only the entry of the program catches whatever comes, to turn it into one line and an exit code. */
    @Test
    void noExceptionIsCaughtUnseen() throws IOException {
        assertThat(faulty(everything(), TidyTest::catchesAll)).containsExactly(MAIN + "/dev/moat/cli/Moat.java");
        assertThat(catchesAll("} catch (" + "Exception e) {")).isTrue();
        assertThat(catchesAll("} catch (" + "final Throwable e) {")).isTrue();
        assertThat(catchesAll("} catch (ExecutionException e) {")).isFalse();
    }

    private static boolean catchesAll(String text) {
        return CATCH_ALL.matcher(code(text)).find();
    }

    /** Words are unsigned: a signed shift drags the highest bit along. */
    @Test
    void shiftsAreUnsigned() throws IOException {
        assertThat(faulty(sources(MAIN), TidyTest::shiftsSigned)).isEmpty();
        assertThat(shiftsSigned("x = word >> 3;")).isTrue();
        assertThat(shiftsSigned("x >>= 3;")).isTrue();
        assertThat(shiftsSigned("x = f(a) >> (b);")).isTrue();
        assertThat(shiftsSigned("x = word >>> 3; y >>>= 1;")).isFalse();
        assertThat(shiftsSigned("List<List<String>> all; // a >> b")).isFalse();
        assertThat(shiftsSigned("Map<A, List<B>> f(C c)")).isFalse();
        assertThat(shiftsSigned("say(\"a >> b\");")).isFalse();
    }

    /** Generics also end in two brackets: a shift has a space before, a closing bracket has none. */
    private static boolean shiftsSigned(String text) {
        return Pattern.compile("(?<=\\s)>>=?\\s").matcher(code(text)).find();
    }

    /** Five fit a reader's memory; more are a thing without a name. */
    @Test
    void declarationsHaveFewParameters() throws IOException {
        assertThat(longDeclarations(sources(MAIN).values())).hasSizeLessThanOrEqualTo(LONG_DECLARATIONS);
        String six = "int a, int b, int c, int d, int e, int f";
        String five = "int a, int b, int c, int d, int e";
        List<String> texts = List.of(
                "package dev.moat.a; class A { A(" + six + ") {} void m(" + five + ") {} interface I { int i(" + six
                        + "); } Object o = new Object() { void n(" + six + ") {} }; }",
                "package dev.moat.b; record R(" + six + ") { static int s; R {} R(" + six + ", int g) {} }",
                "package dev.moat.c; record R(" + five + ") { static int s; }");
        assertThat(longDeclarations(texts)).hasSize(5);
    }

    /** A function fits a screen. What declares the slots of a machine, one after the other, may be longer. */
    @Test
    void functionsFitAScreen() throws IOException {
        assertThat(longFunctions(sources(MAIN).values()))
                .containsExactlyInAnyOrder(
                        "AmdViUnit.<init>",
                        "InterruptSetting.<init>",
                        "SpaceSetting.require",
                        "VtdUnit.<init>",
                        "XenState.<init>",
                        "XenVtd.build");
        String body = "\n".repeat(MOST_LINES - 1);
        assertThat(longFunctions(List.of("class A { void fits() {" + body + "} void not() {\n" + body + "} }")))
                .containsExactly("A.not");
    }

    private static List<String> longFunctions(Collection<String> texts) {
        return Declarations.of(texts).stream()
                .filter(d -> d.lines() > MOST_LINES)
                .map(Declaration::name)
                .toList();
    }

    private static List<Declaration> longDeclarations(Collection<String> texts) {
        return Declarations.of(texts).stream()
                .filter(d -> d.parameters() > MOST_PARAMETERS)
                .toList();
    }

    @Test
    void everyPackageIsDescribed() throws IOException {
        Set<String> packages = new TreeSet<>();
        Set<String> described = new TreeSet<>();
        for (Path file : sources(MAIN).keySet()) {
            packages.add(file.getParent().toString());
            if (file.endsWith("package-info.java")) {
                described.add(file.getParent().toString());
            }
        }
        assertThat(described).isEqualTo(packages);
        List<String> unmarked = sources(MAIN).entrySet().stream()
                .filter(e -> e.getKey().endsWith("package-info.java"))
                .filter(e ->
                        !e.getValue().contains("@NullMarked") || !e.getValue().contains("/**"))
                .map(e -> e.getKey().toString())
                .toList();
        assertThat(unmarked).isEmpty();
    }

    @Test
    void everyPublicTypeIsDescribed() throws IOException {
        List<String> bare = sources(MAIN).entrySet().stream()
                .flatMap(e -> undescribed(e.getValue()).stream().map(type -> e.getKey() + ": " + type))
                .toList();
        assertThat(bare).isEmpty();
        assertThat(undescribed("import x;\n\npublic final class Bare {}")).containsExactly("Bare");
        assertThat(undescribed("/** Says. */\n@Deprecated\npublic record Said(int a) {\n    public enum Bare { A }\n}"))
                .containsExactly("Bare");
        assertThat(undescribed("/**\n * Says.\n */\npublic interface Said {}")).isEmpty();
        assertThat(undescribed("/** Says. */\n@Command(\n  name = \"a)\",\n  x = {})\npublic class Said {}"))
                .isEmpty();
        assertThat(undescribed("import x;\n@Command(\n  name = \"a\")\npublic class Bare {}"))
                .containsExactly("Bare");
    }

    /** Names of the public types, nested ones included, that no documentation comment stands before. */
    private static List<String> undescribed(String text) {
        List<String> names = new ArrayList<>();
        String before = "";
        int open = 0;
        for (String line : text.lines().toList()) {
            Matcher type = PUBLIC_TYPE.matcher(line);
            if (type.find() && !before.endsWith("*/")) {
                names.add(type.group(1));
            }
            // An annotation stands between the comment and the type, on as many lines as its brackets are open.
            boolean annotation = open > 0 || line.strip().startsWith("@");
            String code = annotation ? code(line) : "";
            open += code.replaceAll("[^(]", "").length()
                    - code.replaceAll("[^)]", "").length();
            if (!line.isBlank() && !annotation) {
                before = line.strip();
            }
        }
        return names;
    }

    /** The text without comments and literals. */
    private static String code(String text) {
        return CODE.computeIfAbsent(text, all -> COMMENT_OR_TEXT.matcher(all).replaceAll(" "));
    }
}
