package dev.moat.notation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.moat.input.InputException;
import dev.moat.limit.LimitException;
import dev.moat.model.BadSettingException;
import dev.moat.notation.check.TextChecker;
import dev.moat.notation.code.CompiledCode;
import dev.moat.notation.text.Parser;
import dev.moat.notation.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a text is one message, at the place that is wrong. */
class WrongTextsTest {
    private static final String HEAD = """
            component wrong "A text with a mistake."
            parameter n: 1..4 = 2 "Elements."
            parameter kind: plain | fancy = plain "A choice."
            sort A(n) "a"
            sort B(2) "b"
            sort Cpu(1) "cpu"
            sort Word = red | green
            sort AB = A * B
            operations on Cpu
            state
              w[A]: Word
              b[A]: bool
              m[A]: A?
              r[B]: 0..3
              s[B]: set(A)
              l: lock
            locals
              x: A
            def even(a: A) = b[a]
            proc paint(a: A) { w[a] := red }
            """;

    /** A text behind the head, with {@code ^} before what is wrong, and what is said of it. */
    private static final String ROWS = """
            ^strange => an item is expected, not 'strange'
            proc p() { w[0] ^= red } => '=' compares; ':=' is what assigns
            def d() = 1 ^== 2 => '=' compares; there is no '=='
            proc p() { if b[0] ^goto end } => '{', or the condition last as in 'goto LABEL if CONDITION', is expected, not 'goto'
            proc p() { ^paint() } => 'paint' takes 1 argument: paint(a); none is given
            proc p() { b[0] := ^even } => 'even' takes 1 argument: even(a)
            sort C(^m) "c" => unknown name 'm'
            sort ^ => the name of a sort is expected, not the end of the text
            ^sort A(2) "a" => two sorts are named A
            ^sort C = D + A => unknown sort 'D'
            sort C = red | ^ => a word is expected
            parameter k: 3..^x = 3 "x" => a number is expected, not 'x'
            ^parameter k: 3..4 = 5 "x" => a number is from its first to its last one
            parameter k: a | b = ^c "x" => its value is expected, not 'c'
            ^parameter n: 1..2 = 1 "x" => two values are named 'n'
            static y = ^w[0] => a machine is not running here
            static y = ^me => no CPU runs here
            requires ^n "x" => this is a number, and true or false is expected
            requires n = 1 ^ => a message in quotes is expected
            state ^w[A]: bool => two places are named 'w'
            state v[^C]: bool => unknown sort 'C'
            state v: ^number => how large may it be? A range is 0..n
            state v: ^1..n => ranges begin at 0
            state v: ^Word? => Word has words
            state v: ^a | a => 'a' is there twice
            state ^v[A, B, A, B]: bool => a place has at most three indices
            state v[A]: bool live while ^w => this is one of the words red, green, and true or false is expected
            state v[B]: bool live while ^b => 'b' has another index: which element is meant?
            state v[A]: bool ^sometimes => live, names, if, by, ghost, architectural, cache, queue or the end of the line is expected
            def f(a: A) = ^g(a) => unknown definition 'g'
            ^def f(a: A): bool = f(a) => 'f' is defined by itself
            def f(a: A, ^a: A) = true => two parameters are named 'a'
            def f(a: A) = even(1 ^+ 1) => this is a number, and A is expected
            def f(a: A) = ^even() => 'even' takes 1 argument
            def f = b[^true] => this is true or false, and A is expected
            def f = b[0^ => ',' is expected
            def f = ^w[0] < r[0] => this is one of the words red, green, and a number is expected
            def f(a: A) = w[a] = ^blue => unknown name 'blue': one of the words red, green is expected (known: red, green)
            def f(a: A, c: B) = a ^= c => two values are compared that are never the same: A and B
            def f = ^none => none of what?
            def f = ^{} => a set of what?
            def f(a: A): bool = ^case w[a] { red: true } => no arm for green, and no else
            def f(a: A): bool = case w[a] { ^blue: true; else: false } => unknown word 'blue'
            def f(a: A): bool = case w[a] { red: true; ^red: false; green: true } => 'red' is there twice
            def f(k: AB): bool = case k { ^(a): b[a] } => there are 2 parts
            def f(a: A): bool = case a { ^(p, q): true } => A is no sum and no product
            def f = ^max a: A. a => the largest of A cannot be told
            def f = ^first w: Word. true => the first of words is the one that is written first
            def f = exists a: A ^true => '.' with a blank behind it is expected
            def f = exists ^a: C. true => unknown sort 'C'
            def f = ^before(b[0]) => there is one state here: before is for claims
            def f = ^iommu.tag(0, 0) => there is no unit
            def f = ^9223372036854775808 => numbers are below 2^63
            def f = 1 + ^ => an expression is expected
            def f = ^" => a text that has no end on its line
            def f = ^@ => no part of the notation begins with '@'
            action go(a: A) when ^a => this is A, and true or false is expected
            action go(a: A) by ^nobody => who acts is expected, not 'nobody'
            ^action go(a: A) claims nothing => unknown claim 'nothing'
            action go(a: A) ^{ => a statement is expected, not '{'
            action go(a: A) b[a] := true; wait ^b[a] => what is waited for stands before everything that the step changes
            action go(a: A) ^goto end => there are no labels here
            action go(a: A) ^return => return is for procedures and claims
            action go(a: A) ^a := 1 => a variable keeps its value
            action go(a: A) ^n := 1 => a place is expected
            action go(a: A) ^even(a) := true => a place is expected
            action go(a: A) ^b[a] += 1 => sums are of numbers
            action go(a: A) r[0] := ^true => this is true or false, and a number is expected
            action go(a: A) take ^b[a] => this is no lock
            action go(a: A) ^l := held => a lock is taken and dropped, nothing is stored to it
            action go(a: A) ^let v = paint(a) => 'v' would be nothing
            action go(a: A) ^let v = a else goto end => this is never none: there is nothing else
            action go(a: A) for c: A { ^take l } => what is waited for stands before a loop
            action go(a: A) ^x := a => no CPU runs here
            action go(a: A) ^even(a) => this does nothing
            action go(a: A) b[a] := ^paint(a) => this is nothing, and true or false is expected
            ^action go(a: A, c: A, d: A, e: A, f: A, g: A) b[a] := true => there are at most five arguments
            operation go() l: b[0] := true; let ^ => the name of a value is expected
            ^operation go() => an operation without a step
            operation go() one: ^goto two => unknown label 'two'
            operation go() ^b[0] := true; one: l := held => a call that begins stores nothing but locals
            operation go() ^end: b[0] := true => 'end' is where an operation ends
            operation go() one: ^quiet b[0] := true => the step changes 'b', which others see: a reason stands behind quiet
            operation go() ^use flush() => unknown block 'flush'
            operation go() ^use iommu.drive("", one) => there is no unit
            block f(x) one: b[0] := true; operation go() ^use f() => block f has 1 parameter
            operation go() one: goto end; where ^w[0] = red { two: drop l } => a machine is not running here
            proc p(a: A) { ^wait b[a] } => there is nobody who waits here
            ^proc p(a: A): bool { return b[a] if b[a] } => 'p' may end without an answer
            proc p(a: A) { ^return true } => this answers nothing
            ^proc even(a: A) { } => two definitions are named 'even'
            relation live(^a: C) = true => unknown sort 'C'
            relation live(a: A) = b[^x] => no CPU runs here: which one is meant?
            claim c(a: A) { ^b[a] := true } => nothing is changed here
            claim c(a: A) { say go(^b[a]) } => this is true or false, and an element is expected
            discipline ^lost => 'found' is expected
            keeps "x" ^b[0] => ':' is expected
            fault f "x" at ^once drop one in go => where it shows is expected, not 'once'
            fault f "x" at step ^change one in go => an edit is expected, not 'change'
            fault f "x" at step delete ^b[0] in go => code in backquotes is expected
            with n > 1 { def g = true^ => '}' is expected
            property ^ => the name of a property is expected
            property x ^all => a sentence in quotes that says what must be so is expected
            property x "x" ^all a: A. b[a] => ':' is expected
            property x "x": ^ => an expression is expected
            ^property X "x": b[0] reached l = held => 'X' is no id: lower-case letters, digits and hyphens
            ^property x "x": b[0] or l = held => when does 'x' say anything? 'all ... where' tells, or 'reached' and a condition
            ^property x "x": all a: A where n > 1. n < 5 => 'x' reads no place: it is the same always
            property x "x": all a: A where ^w[a]. b[a] => this is one of the words red, green, and true or false is expected
            property x "x": all a: A where b[a]. ^x => no CPU runs here: which one is meant?
            property x "x": b[0] reached ^n => this is a number, and true or false is expected
            property x "x": all a: A where b[a]. all c: C^ => '.' with a blank behind it is expected
            property x "x": all ^a: C where true. b[0] => unknown sort 'C'
            with n > 1 { ^property x "x": all a: A where b[a]. even(a) } => a property stands outside of 'with'
            with n > 1 { ^scenario x "x" holds no-stale; expect held } => a scenario stands outside of 'with'
            scenario ^ => the name of a scenario is expected
            scenario x ^holds => a sentence in quotes that says what it is is expected
            scenario x "x" ^held => a clause of a scenario is expected, not 'held'
            ^scenario x "x" holds no-stale => scenario x needs 'expect held' or 'expect violated'
            ^scenario x "x" expect held => scenario x needs 'holds' and the properties that must hold
            scenario x "x" holds ^ => a property is expected
            scenario x "x" holds no-stale, ^no-stale => 'no-stale' is there twice
            scenario x "x" holds no-stale; ^holds no-foreign => 'holds' is there twice: one clause has all of it
            scenario x "x" set n ^2 => '=' is expected
            scenario x "x" set n = ^, kind = plain => the value of a parameter is expected, not ','
            scenario x "x" set n = 2, ^n = 3 => 'n' is there twice
            scenario x "x" each ^way => step or operation is expected, not 'way'
            scenario x "x" inject ^2 => a fault is expected
            scenario x "x" excuse live ^because => the reason in quotes is expected
            scenario x "x" holds no-stale; expect ^so => held or violated is expected, not 'so'
            scenario x "x" holds no-stale; expect held with ^many states => a number is expected
            scenario x "x" holds no-stale; expect held with 2 ^actions => states is expected, not 'actions'
            scenario x "x" holds no-stale; ^expect violated => 'expect violated' needs 'breaks'
            scenario x "x" holds no-stale; breaks no-foreign; ^expect held => 'breaks' is for scenarios with 'expect violated'
            scenario x "x" holds no-stale; breaks ^no-stale; expect violated => 'no-stale' cannot both hold and break
            ^scenario X "x" holds no-stale; expect held => 'X' is no id
            """;

    private record Row(String text, int at, String says) {}

    static Stream<Row> rows() {
        return ROWS.lines().filter(line -> line.contains(" => ")).map(line -> {
            String[] sides = line.split(" => ", 2);
            // Statements stand on lines of their own behind the head of what they are in.
            int at = sides[0].indexOf('^');
            return new Row(HEAD + sides[0].replaceFirst("\\^", ""), HEAD.length() + at, sides[1]);
        });
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isSaidWhereItIs(Row row) {
        InputException wrong = (InputException) catchThrowable(() -> built(row.text));
        assertThat(wrong).as(row.text.substring(HEAD.length())).isNotNull();
        assertThat(wrong).hasMessageContaining(row.says);
        String before = row.text.substring(0, row.at);
        int line = (int) before.lines().count() + (before.endsWith("\n") ? 1 : 0);
        int column = row.at - before.lastIndexOf('\n');
        assertThat(wrong).hasMessageStartingWith("wrong.moat:" + line + ":" + column + ": ");
        assertThat(wrong.shown()).contains("\n").endsWith("^");
    }

    private static void built(String text) {
        Tree tree = Parser.read("wrong.moat", text);
        TextChecker.check(tree);
        BackEnds.model(tree, Map.of(), CompiledCode::of).initial();
    }

    /** Of a machine, and not of the text: what it does not have is named. */
    @Test
    void whatAMachineDoesNotHaveIsNamed() {
        String text = HEAD + "state gone[A]: bool if n > 3\naction go(a: A)\n  gone[a] := true\n";
        TextChecker.check(Parser.read("wrong.moat", text));
        assertThatThrownBy(() -> built(text)).hasMessageContaining(":23:3: this machine does not have 'gone'");
        String element = HEAD + "action go(a: A)\n  b[3] := true\n";
        assertThatThrownBy(() -> built(element)).hasMessageContaining("3 is not an element of A of this machine");
        assertThatThrownBy(() -> built(HEAD + "requires n > 2 \"n is small\""))
                .isInstanceOf(BadSettingException.class)
                .hasMessage("n is small");
        String steps = "operation go()\n one: drop l\n one: drop l\n";
        assertThatThrownBy(() -> built(HEAD + steps)).hasMessageContaining("two steps of go are named 'one'");
        String twice = "relation live(a: A) = b[a]\nrelation live(a: A) = true\n";
        assertThatThrownBy(() -> built(HEAD + twice)).hasMessageContaining(":22:1: relation 'live' has two meanings");
        String properties = "property x \"x\": all a: A where b[a]. even(a)\n".repeat(2);
        assertThatThrownBy(() -> built(HEAD + properties)).hasMessageContaining(":22:1: two properties are named 'x'");
        String scenarios = "scenario x \"x\"\n holds no-stale\n expect held\n".repeat(2);
        assertThatThrownBy(() -> built(HEAD + scenarios)).hasMessageContaining(":21:1: two scenarios are named 'x'");
    }

    /** An edit fits exactly once. */
    @Test
    void editsFitOnce() {
        String action = "action go(a: A)\n b[a] := true\n b[0] := true\n";
        for (String edit : List.of(
                "delete `b[a] := false` in go => this code is not in go",
                "replace `true` by `false` in go => this code is in go 2 times: which one is meant?",
                "replace `true` by `false` in come => nothing is named 'come'",
                "replace def odd = true => unknown definition 'odd'")) {
            String[] sides = edit.split(" => ");
            String text = HEAD + action + "fault f \"x\" at step\n  " + sides[0] + "\n";
            assertThatThrownBy(() -> BackEnds.faulty(Parser.read("wrong.moat", text), "f"))
                    .hasMessageContaining(sides[1]);
        }
    }

    /** Nesting, sizes and names are bounded, and what is bounded takes no time. */
    @Test
    void whatIsTooLargeIsRefused(@TempDir Path directory) throws IOException {
        for (String deep :
                List.of("(".repeat(200_000), "not ".repeat(200_000), "{".repeat(200_000), "- ".repeat(200_000))) {
            assertThatThrownBy(() -> built(HEAD + "def f = " + deep)).hasMessageContaining("nested more than 100 deep");
        }
        assertThatThrownBy(() -> built(HEAD + "def f = 1" + " + 1".repeat(2000)))
                .hasMessageContaining("1000 operators");
        assertThatThrownBy(() -> built(HEAD + "def " + "f".repeat(100_000))).hasMessageContaining("64 letters");
        assertThatThrownBy(() -> built(HEAD + "def " + "f.".repeat(400_000))).hasMessageContaining("64 letters");
        String words = IntStream.range(0, 102).mapToObj(n -> "p" + n).collect(Collectors.joining(", "));
        assertThatThrownBy(() -> built(HEAD + "scenario x \"x\"\n holds " + words))
                .hasMessageContaining("more than 100 words in a clause");
        StringBuilder doubling = new StringBuilder(HEAD + "def f0(a: A) = b[a]\n");
        for (int i = 1; i < 60; i++) {
            doubling.append("def f" + i + "(a: A) = f" + (i - 1) + "(a) and f" + (i - 1) + "(a)\n");
        }
        assertThatThrownBy(() -> built(doubling.toString()))
                .hasMessageContaining("100000 operators with all that it calls");
        String nested = "A(".repeat(30) + "0" + ")".repeat(30);
        built(HEAD + "def f = b[" + nested + "] and (" + "r[0] - ".repeat(30) + "1 = 0)");
        assertThatThrownBy(() -> built(HEAD + "sort C(n * 1000000) \"c\"\nrelation x(c: C) = true\n"))
                .hasMessageContaining("at most 1048576");
        Path file = Files.writeString(directory.resolve("large.moat"), "#".repeat((1 << 20) + 1));
        assertThatThrownBy(() -> Parser.load(file)).hasMessageContaining("larger than 1 MiB");
        assertThatThrownBy(() -> built("# ".repeat(500_000)))
                .hasMessageContaining("'component' and a name is expected");
    }

    /** Texts in which something is left out, doubled or moved are read, or are wrong at a place: nothing else comes of them. */
    @Test
    void anythingIsReadOrWrong() throws IOException {
        Random random = new Random(20261201);
        int read = 0;
        int wrong = 0;
        for (String name : List.of("r1", "dma-iommu-mapping", "xen-p2m")) {
            List<String> words = List.of(Files.readString(Path.of("specs/models/" + name + ".moat"))
                    .split("(?<=[^A-Za-z0-9])|(?=[^A-Za-z0-9])"));
            for (int n = 0; n < 60; n++) {
                List<String> changed = new ArrayList<>(words);
                for (int k = 0; k <= random.nextInt(3); k++) {
                    int at = random.nextInt(changed.size());
                    switch (random.nextInt(3)) {
                        case 0 -> changed.remove(at);
                        case 1 -> changed.add(at, words.get(random.nextInt(words.size())));
                        default -> changed.set(at, words.get(random.nextInt(words.size())));
                    }
                }
                Throwable thrown = catchThrowable(() -> built(String.join("", changed)));
                if (thrown == null) {
                    read++;
                } else {
                    wrong++;
                    assertThat(thrown)
                            .as(String.join("", changed))
                            .isInstanceOfAny(InputException.class, BadSettingException.class, LimitException.class);
                    assertThat(thrown.getMessage()).doesNotContain("\n");
                }
            }
        }
        assertThat(read).isGreaterThan(20);
        assertThat(wrong).isGreaterThan(60);
    }
}
