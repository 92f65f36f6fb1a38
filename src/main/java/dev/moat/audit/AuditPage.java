package dev.moat.audit;

import dev.moat.audit.result.RuleTally;
import dev.moat.audit.trace.Faults;
import dev.moat.input.Printable;
import dev.moat.output.Xml;
import java.util.List;
import java.util.Locale;

/** An audit as one HTML page without programs: the promises, each fault with what happened to its address before, the rules, the report. */
public final class AuditPage {
    private static final String STYLE = "body{font-family:sans-serif;max-width:70em;margin:2em auto;padding:0 1em}"
            + "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top}"
            + ".violated{color:#a00;font-weight:bold}";

    private final StringBuilder html = new StringBuilder();

    private AuditPage() {}

    /** The text of the page. */
    public static String of(Audit audit) {
        AuditPage page = new AuditPage();
        String title = shown("moat audit " + audit.file());
        page.html
                .append(
                        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta"
                                + " http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>")
                .append(title)
                .append("</title>\n<style>" + STYLE + "</style>\n</head>\n<body>\n<h1>")
                .append(title)
                .append("</h1>\n");
        page.promises(audit);
        page.faults(audit.faults());
        page.rules(audit.tallies());
        page.html.append("<h2>Report</h2>\n<pre>");
        AuditText.of(audit).forEach(line -> page.html.append(shown(line)).append('\n'));
        return page.html.append("</pre>\n</body>\n</html>\n").toString();
    }

    private static String shown(String text) {
        return Xml.escaped(Printable.of(text));
    }

    private void promises(Audit audit) {
        head("Promises", "promise", "outcome");
        promise("strict: nothing lingers when unmap returns", audit.outcome(true));
        promise("lazy: nothing is reused before its invalidation", audit.outcome(false));
        promise("maps and unmaps themselves", audit.tables());
        if (audit.showsBounces()) {
            promise("bounced mappings", audit.bounces());
        }
        html.append("</table>\n");
    }

    private void promise(String name, Audit.Outcome outcome) {
        String says = outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        html.append("<tr><td>")
                .append(name)
                .append("</td><td")
                .append(outcome == Audit.Outcome.VIOLATED ? " class=\"violated\">" : ">")
                .append(says)
                .append("</td></tr>\n");
    }

    private void faults(List<Faults.Fault> faults) {
        head("Faults of devices", "line", "the page was", "request, and what happened to its address before");
        for (Faults.Fault fault : faults) {
            row("" + fault.line(), fault.kind().says(), fault.says());
        }
        html.append("</table>\n").append(faults.isEmpty() ? "<p>The trace has none.</p>\n" : "");
    }

    private void rules(List<RuleTally> tallies) {
        head("Rules", "rule", "of", "clean", "violated", "not judged");
        for (RuleTally t : tallies) {
            row(t.rule().id(), t.rule().counts(), "" + t.clean(), "" + t.violated(), "" + t.unjudgedCount());
        }
        html.append("</table>\n");
    }

    private void head(String title, String... columns) {
        html.append("<h2>").append(title).append("</h2>\n<table>\n<tr>");
        for (String column : columns) {
            html.append("<th>").append(column).append("</th>");
        }
        html.append("</tr>\n");
    }

    private void row(String... cells) {
        html.append("<tr>");
        for (String cell : cells) {
            html.append("<td>").append(shown(cell)).append("</td>");
        }
        html.append("</tr>\n");
    }
}
