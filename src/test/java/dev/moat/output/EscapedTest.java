package dev.moat.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.input.Printable;
import java.io.StringReader;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** Names of others within documents: harmless to look at, and the same once they are read. */
class EscapedTest {
    /** Every character of the basic plane, tags and language marks beyond it, half of a character. */
    private static final String ALL = IntStream.rangeClosed(0, 0xffff)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .append(Character.toString(0xe0041))
                    .append(Character.toString(0x1f600))
                    .append('\ud800')
            + "</script>\n";

    private static void isHarmless(String document) {
        assertThat(document.codePoints().filter(c -> c != '\n' && !Printable.isHarmless(c)))
                .isEmpty();
    }

    @Test
    void jsonSaysTheSameHarmlessly() {
        JsonObject object = new JsonObject();
        object.addProperty(ALL, ALL);
        for (String json : new String[] {
            Json.document(object),
            Json.documentWithNulls(object),
            Json.inPage(object),
            "{\"a\": " + Json.quoted(ALL) + "}"
        }) {
            isHarmless(json);
            JsonObject read = JsonParser.parseString(json).getAsJsonObject();
            assertThat(read.entrySet().iterator().next().getValue().getAsString())
                    .isEqualTo(ALL);
        }
        assertThat(Json.inPage(object)).doesNotContain("</script>");
        assertThat(Json.quoted("\u009b\u202e\ufeff=<")).isEqualTo("\"\\u009b\\u202e\\ufeff=<\"");
    }

    @Test
    void xmlIsReadAsWhatMayBeShown() throws Exception {
        String xml = "<a b=\"" + Xml.escaped(ALL) + "\">" + Xml.escaped(ALL) + "</a>";
        isHarmless(xml);
        String shown = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)))
                .getDocumentElement()
                .getTextContent();
        assertThat(shown)
                .isEqualTo(Printable.of(ALL)
                        .replace("\\x0a", "\n")
                        .replace("\ufffe", "\\ufffe")
                        .replace("\uffff", "\\uffff"));
        assertThat(Xml.escaped("a<b> & \"c\"\n\u0000\u001b[1m\uD83D\uDE00\uD800\u009b"))
                .isEqualTo("a&lt;b&gt; &amp; &quot;c&quot;\n\\x00\\x1b[1m\uD83D\uDE00\\ud800\\x9b");
    }
}
