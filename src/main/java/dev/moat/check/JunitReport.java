package dev.moat.check;

import java.util.List;
import java.util.Locale;

/** Verdicts as JUnit XML: one test case per scenario; no verdict is an error, anything else unexpected a failure. */
public final class JunitReport {
    private JunitReport() {}

    /** The document, ending in a line feed. */
    public static String of(List<Verdict> verdicts) {
        long errors = verdicts.stream().filter(JunitReport::isError).count();
        long failures = verdicts.stream().filter(v -> !v.asExpected()).count() - errors;
        double seconds = verdicts.stream().mapToLong(v -> v.run().nanos()).sum() / 1e9;
        String totals = String.format(
                Locale.ROOT,
                " tests=\"%d\" failures=\"%d\" errors=\"%d\" time=\"%.3f\"",
                verdicts.size(),
                failures,
                errors,
                seconds);
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append("<testsuites name=\"moat\"").append(totals).append(">\n");
        xml.append("  <testsuite name=\"moat check\"").append(totals).append(" skipped=\"0\">\n");
        verdicts.forEach(v -> addCase(xml, v));
        return xml.append("  </testsuite>\n</testsuites>\n").toString();
    }

    private static boolean isError(Verdict v) {
        return v.kind() == Verdict.Kind.INCONCLUSIVE;
    }

    private static void addCase(StringBuilder xml, Verdict v) {
        xml.append("    <testcase classname=\"moat.")
                .append(escaped(v.scenario().machine().component()))
                .append("\" name=\"")
                .append(escaped(v.scenario().id()))
                .append(String.format(
                        Locale.ROOT, "\" time=\"%.3f\">\n", v.run().nanos() / 1e9));
        String details = String.join("\n", VerdictText.details(v));
        if (v.asExpected()) {
            add(xml, "system-out", "", VerdictText.headline(v) + "\n" + details);
        } else {
            String attributes = " message=\"" + escaped(String.join("; ", v.unmet())) + "\" type=\""
                    + v.exit().name().toLowerCase(Locale.ROOT) + "\"";
            add(xml, isError(v) ? "error" : "failure", attributes, VerdictText.headline(v) + "\n" + details);
        }
        xml.append("    </testcase>\n");
    }

    private static void add(StringBuilder xml, String tag, String attributes, String text) {
        xml.append("      <")
                .append(tag)
                .append(attributes)
                .append('>')
                .append(escaped(text))
                .append("</")
                .append(tag)
                .append(">\n");
    }

    /** Escapes for text and for quoted attributes; what XML 1.0 cannot say at all becomes a question mark. */
    static String escaped(String text) {
        StringBuilder xml = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> xml.append("&lt;");
                case '>' -> xml.append("&gt;");
                case '&' -> xml.append("&amp;");
                case '"' -> xml.append("&quot;");
                default -> xml.appendCodePoint(isXml(c) ? c : '?');
            }
        });
        return xml.toString();
    }

    private static boolean isXml(int c) {
        boolean control = c < 0x20 && c != '\n' && c != '\t';
        boolean surrogate = c >= 0xD800 && c <= 0xDFFF;
        return !control && !surrogate && c != 0xFFFE && c != 0xFFFF;
    }
}
