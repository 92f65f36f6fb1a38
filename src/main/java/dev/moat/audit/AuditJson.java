package dev.moat.audit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.audit.result.RuleTally;
import dev.moat.audit.result.Skipped;
import dev.moat.audit.result.Violation;
import dev.moat.audit.result.Window;
import dev.moat.audit.result.Windows;
import dev.moat.audit.trace.AddressSpace;
import dev.moat.audit.trace.Faults;
import dev.moat.output.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An audit for programs: the same bytes for the same trace. */
public final class AuditJson {
    private AuditJson() {}

    /**
     * The document, ending in a line feed.
     *
     * @param exit the exit code of the command
     * @param saved counterexample files that were written
     */
    public static String of(Audit audit, int exit, List<String> saved) {
        JsonObject json = new JsonObject();
        json.addProperty("format", "moat-audit-1");
        json.addProperty("file", audit.file());
        json.addProperty("form", audit.form());
        json.addProperty("exit", exit);
        if (!audit.devices().isEmpty()) {
            JsonArray devices = new JsonArray();
            audit.devices().forEach(devices::add);
            json.add("devices", devices);
        }
        json.addProperty("strict", says(audit.outcome(true)));
        json.addProperty("lazy", says(audit.outcome(false)));
        json.addProperty("tables", says(audit.tables()));
        if (audit.showsBounces()) {
            json.addProperty("bounces", says(audit.bounces()));
        }
        JsonArray warnings = new JsonArray();
        audit.warnings().forEach(warnings::add);
        json.add("warnings", warnings);
        JsonArray rules = new JsonArray();
        audit.tallies().forEach(t -> rules.add(tally(t)));
        json.add("rules", rules);
        JsonArray skipped = new JsonArray();
        audit.skipped().forEach(s -> skipped.add(skipped(s)));
        json.add("skipped", skipped);
        json.add("windows", windows(audit));
        json.add("figures", numbers(audit.figures()));
        json.add("events", numbers(audit.events()));
        JsonArray faults = new JsonArray();
        for (Faults.Fault fault : audit.faults()) {
            JsonObject one = new JsonObject();
            one.addProperty("line", fault.line());
            one.addProperty("kind", fault.kind().says());
            one.addProperty("says", fault.says());
            faults.add(one);
        }
        json.add("faults", faults);
        JsonArray files = new JsonArray();
        saved.forEach(files::add);
        json.add("saved", files);
        return Json.document(json);
    }

    private static String says(Audit.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static JsonObject skipped(Skipped s) {
        JsonObject json = new JsonObject();
        json.addProperty("rule", s.rule().id());
        json.addProperty("of", s.rule().counts());
        json.addProperty("reason", s.reason());
        return json;
    }

    private static JsonObject tally(RuleTally t) {
        JsonObject json = new JsonObject();
        json.addProperty("rule", t.rule().id());
        json.addProperty("of", t.rule().counts());
        json.addProperty("says", t.rule().says());
        json.addProperty("needs", t.rule().needs());
        json.addProperty("clean", t.clean());
        json.addProperty("violated", t.violated());
        json.add("notJudged", numbers(t.unjudged()));
        JsonArray examples = new JsonArray();
        for (Violation v : t.examples()) {
            JsonObject one = new JsonObject();
            one.addProperty("line", v.line());
            one.addProperty("says", v.says());
            JsonArray reason = new JsonArray();
            v.reason().forEach(reason::add);
            one.add("reason", reason);
            examples.add(one);
        }
        json.add("examples", examples);
        return json;
    }

    private static JsonObject windows(Audit audit) {
        Windows w = audit.windows();
        JsonObject json = new JsonObject();
        json.addProperty("unit", audit.nanoseconds() ? "ns" : "ticks");
        json.addProperty("number", w.count());
        json.addProperty("pages", w.pages());
        json.addProperty("total", w.total());
        json.addProperty("median", w.quantile(50));
        json.addProperty("percentile99", w.quantile(99));
        json.addProperty("longest", w.max());
        json.addProperty("exact", w.exact());
        JsonArray histogram = new JsonArray();
        for (long n : w.histogram()) {
            histogram.add(n);
        }
        json.add("histogram", histogram);
        JsonArray worst = new JsonArray();
        for (Window one : w.worst()) {
            JsonObject o = new JsonObject();
            o.addProperty("length", one.length());
            o.addProperty("pages", one.pages());
            o.addProperty("iova", "0x" + Long.toHexString(one.first() << AddressSpace.PAGE_BITS));
            o.addProperty("unmapLine", one.from());
            o.addProperty("invalidationLine", one.to());
            worst.add(o);
        }
        json.add("worst", worst);
        return json;
    }

    private static JsonObject numbers(Map<String, Long> counts) {
        JsonObject json = new JsonObject();
        counts.forEach(json::addProperty);
        return json;
    }
}
