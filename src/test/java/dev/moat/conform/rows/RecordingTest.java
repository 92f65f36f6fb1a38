package dev.moat.conform.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.input.InputException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a recording costs whose lines or rows are not as they should be, whatever it is of: here of a sum, {@code add} and {@code get}. */
class RecordingTest {
    private static final Format SUM = Format.of("sum (a test)", "case,step,op,arg,obs,note")
            .casesBy("case")
            .optional("note");
    private static final Format SERIAL =
            SUM.stepsFrom(1).sharingSteps().besideConsole("(XEN) ", Pattern.compile("crashed"));

    private static final class Adder implements CaseJudge {
        private final RowTally tally;

        Adder(RowTally tally) {
            this.tally = tally;
        }

        @Override
        public void judge(List<Row> rows) {
            long sum = 0;
            for (Row row : rows) {
                switch (row.op()) {
                    case "add" -> sum += row.cell("arg").representable(1000);
                    case "get" -> tally.check(row, "obs", "" + sum);
                    default -> throw row.cell("op").unknown("operation", List.of("add", "get"));
                }
                if (row.text("note").equals("skip")) {
                    tally.skip("what the note says");
                } else {
                    tally.compared(row);
                }
            }
        }
    }

    private static RowTally judge(Format format, String... rows) {
        return RecordedLines.of(format.header(), rows)
                .judge((name, in) -> Recording.judge(name, in, List.of(format), (f, tally) -> new Adder(tally)));
    }

    private static RowTally judge(String... rows) {
        return judge(SUM, rows);
    }

    private static void adds(RowTally tally) {
        int unstated =
                tally.unstated().values().stream().mapToInt(Integer::intValue).sum();
        int notJudged =
                tally.notJudged().values().stream().mapToInt(Integer::intValue).sum();
        assertThat(tally.compared() + unstated + notJudged).isEqualTo(tally.rows());
    }

    @Test
    void rowsAreJudgedAndCounted() {
        RowTally found = judge("a,0,add,5,,", "a,1,get,,5,", "a,7,add,1,,skip", "b,0,get,,5,", "b,1,get,,0,");
        assertThat(found.text("me"))
                .containsExactly(
                        "f.csv: sum (a test), profile me",
                        "  cases 2, rows 5, compared 4 (add 1, get 3)",
                        "  not judged: 1, what the note says",
                        "disagreements 1",
                        "  f.csv:5: b step 0 get: obs: recorded '5', Moat '0'");
        assertThat(found.isMalformed()).isFalse();
        adds(found);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            a,1,get,,5                  | 10 | the row has 5 cells, not 6           | a line behind rows of case a
            a,1,get,,5,,                | 13 | the row has 7 cells, not 6           | a line behind rows of case a
            torn                        | 1 | the row has 1 cells, not 6            | a line behind rows of case a
            ,1,get,,5,                  | 1 | the case is empty                     | a line behind rows of case a
            a,x,get,,5,                 | 3 | 'x' is not a decimal number           | a line behind rows of case a
            a,-1,get,,5,                | 3 | '-1' is not a decimal number          | a line behind rows of case a
            a,1000001,get,,5,           | 3 | 1000001 is larger than 1000000        | a line behind rows of case a
            a,0,get,,5,                 | 3 | step 0 cannot follow step 0           | case a, its last row
            a,1,add,,5,                 | 9 | '' is not a number                    | case a, its last row
            a,1,,,5,                    | 5 | unknown operation ''                  | case a, its last row
            """)
    void aRowThatIsMalformedCostsTheRestOfItsCaseAndRefusesTheFile(
            String row, int column, String message, String lost) {
        RowTally found = judge("a,0,add,5,,", row, "b,0,get,,1,");
        assertThat(found.compared()).isEqualTo(2);
        assertThat(found.disagreements()).hasSize(1);
        assertThat(found.notJudged()).isEqualTo(Map.of("case with a malformed row", 1));
        assertThat(found.leftOut())
                .singleElement()
                .asString()
                .startsWith(lost + ": f.csv:3:" + column + ": " + message);
        assertThatThrownBy(found::requireWellFormed)
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("f.csv:3:" + column + ": " + message);
        adds(found);
    }

    /** A newer recorder may know more, and a case may ask for more than a machine has. */
    @Test
    void aRowThatMoatDoesNotKnowIsCountedByNameAndIsNoError() {
        RowTally found = judge("a,0,ad,5,,", "a,1,get,,5,", "b,0,add,1001,,", "c,0,get,,0,");
        assertThat(found.notJudged())
                .isEqualTo(Map.of("case with operation ad", 2, "case that Moat cannot represent", 1));
        assertThat(found.leftOut())
                .containsExactly(
                        "case a, its last 2 rows: f.csv:2:5: unknown operation 'ad'; did you mean 'add'? (known: add, get)",
                        "case b, its last row: f.csv:4:9: 1001 is larger than 1000");
        assertThatCode(found::requireWellFormed).doesNotThrowAnyException();
        adds(found);
    }

    /** The rows before it and the other cases are judged, but for one behind it that may have begun with it. */
    @Test
    void aLineThatIsNoRowCostsTheRestOfItsCase() {
        RowTally found = judge(
                "a,0,add,5,,",
                "torn",
                "a,2,get,,9,",
                "b,0,get,,1,",
                "x".repeat((1 << 20) + 1),
                "",
                "c,1,get,,0,",
                "c,2,get,,0,",
                "d,0,get,,0,",
                "torn",
                "e,0,get,,0,");
        assertThat(found.leftOut())
                .containsExactly(
                        "case a, its last 2 rows: f.csv:3:1: the row has 1 cells, not 6",
                        "case b, its last 2 rows: f.csv:6:1048577: the line has more than 1048576 characters",
                        "case c, all 2 rows, as its beginning may be a line that is no row: f.csv:6:1048577: the line has"
                                + " more than 1048576 characters",
                        "a line behind rows of case d: f.csv:11:1: the row has 1 cells, not 6");
        assertThat(found.cases()).isEqualTo(5);
        assertThat(found.rows()).isEqualTo(11);
        assertThat(found.compared()).isEqualTo(4);
        assertThat(found.disagreements()).hasSize(1);
        adds(found);
    }

    /** What is wrong in the case comes before what is wrong behind it. */
    @Test
    void theFirstMalformedPlaceRefusesTheFile() {
        RowTally found = judge("a,0,add,x,,", "torn");
        assertThat(found.leftOut())
                .containsExactly(
                        "case a, its last row: f.csv:2:9: 'x' is not a number",
                        "a line behind rows of case a: f.csv:3:1: the row has 1 cells, not 6");
        assertThatThrownBy(found::requireWellFormed).hasMessageStartingWith("f.csv:2:9: ");
    }

    @Test
    void aCaseThatComesBackIsNotJudgedAgain() {
        RowTally found = judge("a,0,get,,0,", "b,0,get,,0,", "a,0,get,,1,", "a,1,get,,1,", "c,0,get,,0,");
        assertThat(found.compared()).isEqualTo(3);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.leftOut())
                .containsExactly("case a, its last 2 rows: f.csv:4:1: case a comes back after other cases");
        adds(found);
    }

    /** So is one that was lost as a whole when it came first. */
    @Test
    void aCaseThatWasLostAndComesBackIsNotJudged() {
        RowTally found = judge("torn", "a,1,get,,1,", "b,0,get,,0,", "a,0,get,,1,");
        assertThat(found.compared()).isEqualTo(1);
        assertThat(found.leftOut()).hasSize(3);
        adds(found);
    }

    @Test
    void whereEachRowIsACaseALineThatIsNoneCostsItself() {
        Format single = Format.of("single", "op,arg,obs,note");
        RowTally found = judge(single, "torn", "get,,0,", "torn", "torn", "get,,1,", "get,,0,");
        assertThat(found.compared()).isEqualTo(3);
        assertThat(found.disagreements())
                .singleElement()
                .asString()
                .isEqualTo("f.csv:6: get: obs: recorded '1', Moat '0'");
        assertThat(found.leftOut())
                .containsExactly(
                        "a line that is no row: f.csv:2:1: the row has 1 cells, not 4",
                        "2 lines that are no rows: f.csv:4:1: the row has 1 cells, not 4");
        adds(found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "case",
                "case,step,op,arg,obs,note ",
                "case,step,op,arg,obs,note,more",
                "step,case,op,arg,obs"
            })
    void theFirstLineTellsTheFormat(String header) {
        assertThatThrownBy(() -> RecordedLines.of(header, "a,0,get,,0,")
                        .judge((name, in) -> Recording.judge(name, in, List.of(SUM), (f, tally) -> new Adder(tally))))
                .isInstanceOf(InputException.class)
                .hasMessage("f.csv:1:1: the first line must be case,step,op,arg,obs,note");
    }

    @Test
    void aColumnMayBeMissingThatIsOptional() {
        RowTally found = RecordedLines.of("case,step,op,arg,obs", "a,0,get,,0")
                .judge((name, in) -> Recording.judge(name, in, List.of(SUM), (f, tally) -> new Adder(tally)));
        assertThat(found.compared()).isEqualTo(1);
        assertThat(found.format().has("note")).isFalse();
    }

    @Test
    void aFileHasARow() {
        assertThatThrownBy(() -> judge()).hasMessage("f.csv:2:1: there is no row after the first line");
        assertThatThrownBy(() -> judge("", "")).hasMessageContaining("there is no row after the first line");
    }

    /** As a spreadsheet writes it, an editor leaves it. */
    @ParameterizedTest
    @ValueSource(strings = {"\uFEFFH\r\nR\r\n", "H\nR", "H\nR\n\n\r\n", "H\r\nR\r\n\r\n"})
    void linesMayEndInCrLfAndAByteOrderMarkMayComeFirst(String shape) throws Exception {
        String text = shape.replace("H", SUM.header()).replace("R", "a,0,get,,0,");
        RowTally found = Recording.judge("f.csv", new StringReader(text), List.of(SUM), (f, tally) -> new Adder(tally));
        assertThat(found.compared()).isEqualTo(1);
        assertThat(found.leftOut()).isEmpty();
    }

    @Test
    void aLineIsText() {
        assertThat(judge("a,0,get,,0,", "a,1,ge\u001bt,,0,").leftOut())
                .containsExactly("a line behind rows of case a: f.csv:3:7: there is a control character");
        assertThat(judge("a,0,get,,0,", "a,1,get,,0,\r\r").leftOut())
                .containsExactly("a line behind rows of case a: f.csv:3:12: there is a control character");
    }

    /** Domain 0 prints over the line on which Xen says that it crashed; a debug build says more. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            (XEN) Domain 0 crashed;(XEN) Resetting           | f.csv:3: the machine crashed              | 2
            a,2,g(XEN) Assertion;(XEN) Domain 0 crashed      | f.csv:3: the file is cut off within a row | 1
            (XEN) a message;a,2,g(XEN) a                     | f.csv:4: the file is cut off within a row | 1
            """)
    void whatStandsBeforeACrashIsJudged(String end, String reason, int console) {
        RowTally found = judge(SERIAL, ("a,1,get,,0,;" + end).split(";"));
        assertThat(found.compared()).isEqualTo(1);
        assertThat(found.leftOut()).containsExactly(reason);
        assertThat(found.notJudged()).isEqualTo(Map.of("end of a file that is cut off", 1));
        assertThat(found.noted()).isEqualTo(Map.of("line of the console", console));
        assertThat(found.isMalformed()).isFalse();
        adds(found);
    }

    @Test
    void aTornLineThatIsNotTheLastIsNoCut() {
        RowTally found = judge(SERIAL, "a,1,get,,0,", "a,2,ge(XEN) x", "b,1,get,,0,", "b,1,get,,0,", "(XEN) quiet");
        assertThat(found.compared()).isEqualTo(3);
        assertThat(found.leftOut())
                .containsExactly("a line behind rows of case a: f.csv:3:5: the row has 3 cells, not 6");
        assertThat(found.isMalformed()).isTrue();
    }

    @Test
    void aCaseIsBounded() {
        String long1 = "a,%d,add,1," + "x".repeat(1 << 19) + ",";
        String[] rows = new String[130];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = long1.formatted(i);
        }
        RowTally found = judge(rows);
        assertThat(found.leftOut())
                .containsExactly("case a, its last 3 rows: f.csv:129:3: the case has more than 67108864 characters");
    }

    /** A family that forgets a row would skip it silently. */
    @Test
    void aJudgeTellsOfEveryRow() {
        assertThatThrownBy(() -> RecordedLines.of(SUM.header(), "a,0,get,,0,", "a,1,get,,0,")
                        .judge((name, in) -> Recording.judge(
                                name, in, List.of(SUM), (f, tally) -> rows -> tally.compared(rows.get(0)))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("of 2 rows of a step 0 get 1 are told of");
    }

    @Test
    void theDocumentHasTheSame() {
        RowTally found = judge("a,0,get,,1,", "a,1,ad,1,,");
        JsonObject json = JsonParser.parseString(found.json("sum", "me", 14)).getAsJsonObject();
        assertThat(json.get("format").getAsString()).isEqualTo("moat-conform-sum-2");
        assertThat(json.get("rows").getAsInt()).isEqualTo(2);
        assertThat(json.get("compared").getAsInt()).isEqualTo(1);
        assertThat(json.getAsJsonObject("notJudged")
                        .get("case with operation ad")
                        .getAsInt())
                .isEqualTo(1);
        assertThat(json.getAsJsonArray("leftOut")).hasSize(1);
        JsonObject first = json.getAsJsonArray("disagreements").get(0).getAsJsonObject();
        assertThat(first.get("line").getAsInt()).isEqualTo(2);
        assertThat(first.get("recorded").getAsString()).isEqualTo("1");
    }

    @Test
    void aLongCellIsShownWhereItDiffers() {
        RowTally found = judge("a,0,get,," + "1".repeat(3000) + ",");
        Disagreement only = found.disagreements().get(0);
        assertThat(only.recorded()).hasSizeLessThan(200).startsWith("111").endsWith("...");
        assertThat(only.ours()).isEqualTo("0");
    }
}
