package dev.moat.trace.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.scenario.Catalog;
import dev.moat.trace.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Each row of the table damages the committed file in one place and names the error. */
class MalformedCounterexampleTest {
    private static String good = "";

    @TempDir
    private Path directory;

    @BeforeAll
    static void readCommittedFile() throws IOException {
        good = Files.readString(Snapshot.file("lost-update.itf.json"));
    }

    private String errorOf(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("x.itf.json"), text);
        try {
            CounterexampleFileTest.reader().read(file);
            return "none";
        } catch (InputException e) {
            assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
            return e.getMessage().substring(directory.toString().length() + 1);
        }
    }

    @Test
    void the_undamaged_file_is_fine() throws IOException {
        assertThat(errorOf(good)).isEqualTo("none");
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(
            resources = "/trace/malformed.table",
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "(nothing)",
            numLinesToSkip = 2)
    void damage(String what, String old, String replacement, String error) throws IOException {
        assertThat(good).contains(old);
        int at = good.indexOf(old);
        String damaged =
                good.substring(0, at) + (replacement == null ? "" : replacement) + good.substring(at + old.length());
        assertThat(errorOf(damaged)).isEqualTo("x.itf.json:" + error);
    }

    /** Else it would be fixed: nothing is broken before the state that is missing. */
    @Test
    void a_file_that_is_cut_off_says_how_long_it_was() throws IOException {
        String first = good.substring(0, good.indexOf("    {\"#meta\": {\"index\": 1}"))
                .stripTrailing();
        String alone = first.substring(0, first.length() - 1) + "\n  ]\n}\n";
        assertThat(errorOf(alone))
                .isEqualTo("x.itf.json:4:20: the file is cut off, or changed: it was written with 6 actions and has 0");
        String length = " after 6 actions\"";
        assertThat(good).contains(length);
        assertThat(errorOf(good.replace(length, "\"")))
                .isEqualTo("x.itf.json:4:20: the description must end with the length, as in 'after 4 actions'");
    }

    /** Cut within its last operation it has as many actions as before; files from before transitions were counted have no number of them. */
    @Test
    void a_file_that_is_cut_off_within_an_action_says_how_many_transitions_it_had() throws IOException {
        int last = good.lastIndexOf("    {\"#meta\": {\"index\": ");
        String cut = good.substring(0, last).stripTrailing();
        cut = cut.substring(0, cut.length() - 1) + "\n  ]\n}\n";
        assertThat(errorOf(cut))
                .isEqualTo(
                        "x.itf.json:10:22: the file is cut off, or changed: it was written with 8 transitions and has 7");
        assertThat(errorOf(cut.replaceFirst("\"transitions\": 8,", ""))).isEqualTo("none");
        assertThat(errorOf(good.replaceFirst("\"transitions\": 8,", ""))).isEqualTo("none");
    }

    @Test
    void a_violated_property_is_checked_where_the_invariants_are_known() throws IOException {
        Path file = Snapshot.file("lost-update.itf.json");
        CounterexampleReader strict = new CounterexampleReader(Catalog.load(), List.of("none-lest", "within-limit"));
        assertThatThrownBy(() -> strict.read(file))
                .isInstanceOf(InputException.class)
                .hasMessage(file + ":9:20: there is no invariant 'none-lost'; did you mean 'none-lest'?");
        CounterexampleReader knowing = new CounterexampleReader(Catalog.load(), List.of("none-lost"));
        assertThat(knowing.read(file).violates()).containsExactly("none-lost");
    }

    @Property(tries = 300)
    void any_other_damage_is_bad_input_or_harmless(
            @ForAll @IntRange(max = 5000) int at, @ForAll @IntRange(max = 40) int length, @ForAll byte[] noise)
            throws IOException {
        readCommittedFile();
        byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
        int from = Math.min(at, bytes.length);
        int to = Math.min(from + length, bytes.length);
        ByteArrayOutputStream damaged = new ByteArrayOutputStream();
        damaged.write(bytes, 0, from);
        damaged.writeBytes(noise);
        damaged.write(bytes, to, bytes.length - to);
        Path file = Files.createTempFile("moat", ".itf.json");
        try {
            Files.write(file, damaged.toByteArray());
            CounterexampleFileTest.reader().read(file);
        } catch (InputException e) {
            assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void every_truncation_is_an_error_with_a_place() throws IOException {
        for (int length = 0; length < good.length() - 3; length += 97) {
            assertThat(errorOf(good.substring(0, length))).matches("x\\.itf\\.json:\\d+:\\d+: .+");
        }
    }

    @Test
    void an_unknown_component_is_named_where_it_stands() throws IOException {
        assertThat(errorOf(good.replace("dev.moat.trace.testing.CounterComponent", "counters")))
                .startsWith("x.itf.json:11:20: unknown component 'counters'");
    }

    @Test
    void a_second_value_is_an_error() throws IOException {
        assertThat(errorOf(good + "{}")).matches("x\\.itf\\.json:\\d+:\\d+: not JSON: .+");
    }

    @Test
    void depth_is_bounded() throws IOException {
        assertThat(errorOf("[".repeat(51))).isEqualTo("x.itf.json:1:52: not JSON: Nesting limit 50 reached");
        assertThat(errorOf("[".repeat(1_000_000))).contains("Nesting limit 50 reached");
        assertThat(errorOf("[".repeat(50) + "]".repeat(50)))
                .isEqualTo("x.itf.json:1:1: a counterexample must be an object, not an array");
    }

    @Test
    void size_is_bounded() throws IOException {
        assertThat(errorOf(" ".repeat(JsonFile.MAX_BYTES) + "{}"))
                .isEqualTo("x.itf.json: the file is larger than 16 MiB");
    }

    @Test
    void the_number_of_values_is_bounded() throws IOException {
        assertThat(errorOf("[" + "0,".repeat(JsonFile.MAX_VALUES) + "0]")).endsWith("more than 2000000 values");
    }

    @Test
    void the_number_of_states_is_bounded() throws IOException {
        int states = good.indexOf("\"states\": [") + 11;
        String many = good.substring(0, states) + "{},".repeat(100_000) + "{}]}";
        assertThat(errorOf(many)).isEqualTo("x.itf.json:22:13: there must be 1 to 100000 states, not 100001");
    }

    @Test
    void only_utf_8_is_read() throws IOException {
        Path file = Files.write(directory.resolve("x"), "{\"\u00e4\": 1}".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> CounterexampleFileTest.reader().read(file))
                .hasMessage(file + ":1:3: the file is not UTF-8 text: byte 0xe4");
    }

    @Test
    void a_missing_file_is_no_bad_input() {
        assertThatThrownBy(() -> CounterexampleFileTest.reader().read(directory.resolve("none")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void a_long_text_is_not_repeated_in_full() throws IOException {
        String error = errorOf(good.replace("\"toggle-door()\"", "\"" + "x\\n".repeat(5000) + "\""));
        assertThat(error).hasSizeLessThan(200).contains("this machine has no action 'x?x?");
    }
}
