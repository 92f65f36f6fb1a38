package dev.moat.check;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.scenario.Scenario;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Unexpected outcomes as SARIF 2.1.0: one result per violated property, at the {@code id} of its scenario file, or one
 * that says which expectation was missed.
 */
public final class SarifReport {
    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    private final Path base;
    private final Map<String, String> rules = new LinkedHashMap<>();

    /**
     * @param base the directory that addresses of files are relative to, usually the working directory
     * @param invariants the rules' sentences
     */
    public SarifReport(Path base, List<Property> invariants) {
        this.base = base.toAbsolutePath().normalize();
        invariants.forEach(i -> rules.put(i.id(), i.says()));
        rules.put(Property.NO_DEADLOCK.id(), Property.NO_DEADLOCK.says());
        rules.put("expectation-missed", "A scenario does not show what its file expects.");
        rules.put("no-verdict", "A scenario's search ended before it could say anything.");
    }

    /** The document, ending in a line feed. */
    public String of(List<Verdict> verdicts) {
        Map<String, Integer> used = new LinkedHashMap<>();
        JsonArray results = new JsonArray();
        for (Verdict v : verdicts) {
            for (String rule : broken(v)) {
                results.add(result(v, rule, used.computeIfAbsent(rule, r -> used.size())));
            }
        }
        JsonArray described = new JsonArray();
        used.keySet().forEach(id -> {
            JsonObject rule = new JsonObject();
            rule.addProperty("id", id);
            rule.add("shortDescription", text(rules.getOrDefault(id, id)));
            described.add(rule);
        });
        JsonObject driver = new JsonObject();
        driver.addProperty("name", "moat");
        driver.add("rules", described);
        JsonObject tool = new JsonObject();
        tool.add("driver", driver);
        JsonObject run = new JsonObject();
        run.add("tool", tool);
        run.addProperty("columnKind", "utf16CodeUnits");
        run.add("results", results);
        JsonArray runs = new JsonArray();
        runs.add(run);
        JsonObject document = new JsonObject();
        document.addProperty("$schema", SCHEMA);
        document.addProperty("version", "2.1.0");
        document.add("runs", runs);
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(document)
                + "\n";
    }

    private static List<String> broken(Verdict v) {
        if (v.asExpected()) {
            return List.of();
        }
        if (v.kind() == Verdict.Kind.INCONCLUSIVE) {
            return List.of("no-verdict");
        }
        Finding finding = v.finding();
        if (v.exit() != ExitCode.VIOLATION || finding == null) {
            return List.of("expectation-missed");
        }
        List<String> ids = new ArrayList<>(finding.invariants());
        ids.removeAll(v.scenario().fail());
        return ids;
    }

    private JsonObject result(Verdict v, String rule, int ruleIndex) {
        List<String> lines = new ArrayList<>();
        lines.add(VerdictText.headline(v));
        lines.addAll(v.unmet());
        Finding finding = v.finding();
        if (finding != null) {
            lines.addAll(finding.trace());
        }
        JsonObject result = new JsonObject();
        result.addProperty("ruleId", rule);
        result.addProperty("ruleIndex", ruleIndex);
        result.addProperty("level", "error");
        result.add("message", text(String.join("\n", lines)));
        JsonArray locations = new JsonArray();
        locations.add(location(v.scenario()));
        result.add("locations", locations);
        JsonObject same = new JsonObject();
        same.addProperty("moatScenario/v1", v.scenario().id() + "/" + rule);
        result.add("partialFingerprints", same);
        return result;
    }

    private JsonObject location(Scenario scenario) {
        Path file = scenario.file().toAbsolutePath().normalize();
        JsonObject artifact = new JsonObject();
        artifact.addProperty(
                "uri", file.startsWith(base) ? relative(file) : file.toUri().toString());
        JsonObject region = new JsonObject();
        region.addProperty("startLine", scenario.line());
        JsonObject physical = new JsonObject();
        physical.add("artifactLocation", artifact);
        physical.add("region", region);
        JsonObject location = new JsonObject();
        location.add("physicalLocation", physical);
        return location;
    }

    /** Percent-encoded, with forward slashes. */
    private String relative(Path file) {
        URI directory = URI.create(base.toUri().toString().replaceAll("/*$", "/"));
        return directory.relativize(file.toUri()).toString();
    }

    private static JsonObject text(String text) {
        JsonObject message = new JsonObject();
        message.addProperty("text", text);
        return message;
    }
}
