package dev.moat.check.mutants;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.check.mutants.Score.Outcome;
import dev.moat.output.Counted;
import dev.moat.output.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The outcome of the gate for people, and as JSON. */
public final class ScoreText {
    private final List<String> judges;
    private final List<String> left;
    private final boolean everything;

    /**
     * @param judges the scenarios that judged
     * @param left those that were to judge and are too large
     * @param everything whether mutants that were noticed have a line too
     */
    public ScoreText(List<String> judges, List<String> left, boolean everything) {
        this.everything = everything;
        this.judges = List.copyOf(judges);
        this.left = List.copyOf(left);
    }

    /** The line of a mutant; empty for one that has none. */
    public String line(MutantResult fate, Map<String, String> reasons) {
        String reason = reasons.get(fate.mutant());
        Death death = fate.death();
        if (death != null) {
            String stale = "stale: " + fate.mutant() + " is listed, but noticed by " + death;
            return reason != null ? stale : everything ? "noticed: " + fate.mutant() + " by " + death : "";
        }
        if (!fate.finished()) {
            return "";
        }
        Effect effect = fate.effect();
        String does = effect == null ? "" : "; states: " + effect.word();
        if (reason != null) {
            String more = "stale: " + fate.mutant() + " does more than is listed" + does;
            return Score.doesMore(fate, reason) ? more : everything ? "listed: " + fate.mutant() + does : "";
        }
        String cut = fate.cut() == 0 ? "" : ", the search cut by its limit in " + fate.cut() + " of them";
        return "survives: " + fate.mutant() + " (tried on " + fate.tried() + cut + does + ")";
    }

    /** The lines behind those of the single mutants. */
    public List<String> summary(Score score) {
        List<String> lines = new ArrayList<>();
        score.gone().forEach(id -> lines.add("stale: " + id + " is listed, but there is no such mutant"));
        lines.add("judges: " + Counted.of(judges.size(), "scenario") + ", "
                + Counted.says(left.size(), "larger {one|ones} left out"));
        lines.add(String.format(
                Locale.ROOT, "%-10s %9s %9s %9s %9s %9s", "", "mutants", "noticed", "explained", "open", "survive"));
        for (Map.Entry<String, List<MutantResult>> group : groups(score).entrySet()) {
            List<MutantResult> fates = group.getValue();
            long stale = count(score, fates, Outcome.STALE);
            long noticed = fates.stream().filter(f -> f.death() != null).count();
            lines.add(String.format(
                    Locale.ROOT,
                    "%-10s %,9d %,9d %,9d %,9d %,9d",
                    group.getKey(),
                    fates.size(),
                    noticed,
                    count(score, fates, Outcome.LISTED),
                    count(score, fates, Outcome.OPEN),
                    // What does more than its reason says was noticed by nobody either.
                    stale - (noticed - count(score, fates, Outcome.NOTICED)) + count(score, fates, Outcome.SURVIVES)));
        }
        lines.add("noticed by: " + ways(score));
        long open = score.count(Outcome.UNFINISHED);
        if (open > 0) {
            lines.add("time is up: "
                    + Counted.says(open, "{mutant was|mutants were} neither noticed nor tried to the end"));
        }
        return lines;
    }

    private static long count(Score score, List<MutantResult> fates, Outcome outcome) {
        return fates.stream().filter(f -> score.outcome(f) == outcome).count();
    }

    private static Map<String, List<MutantResult>> groups(Score score) {
        Map<String, List<MutantResult>> groups = new TreeMap<>();
        for (MutantResult fate : score.fates()) {
            String change = fate.mutant().substring(0, fate.mutant().indexOf(' '));
            groups.computeIfAbsent(change, k -> new ArrayList<>()).add(fate);
        }
        return groups;
    }

    private static String ways(Score score) {
        Map<Death.How, Integer> ways = new TreeMap<>();
        for (MutantResult fate : score.fates()) {
            Death death = fate.death();
            if (death != null) {
                ways.merge(death.how(), 1, Integer::sum);
            }
        }
        List<String> words = new ArrayList<>();
        ways.forEach((how, n) -> words.add(String.format(Locale.ROOT, "%s %,d", how.word(), n)));
        return words.isEmpty() ? "nothing" : String.join(", ", words);
    }

    /** Everything, as one JSON document. */
    public String json(Score score) {
        JsonObject document = new JsonObject();
        document.addProperty("format", "moat-mutate-1");
        document.add("judges", array(judges));
        document.add("leftOut", array(left));
        JsonArray mutants = new JsonArray();
        for (MutantResult fate : score.fates()) {
            mutants.add(object(score, fate));
        }
        document.add("mutants", mutants);
        document.add("gone", array(score.gone()));
        return Json.document(document);
    }

    private static JsonObject object(Score score, MutantResult fate) {
        JsonObject object = new JsonObject();
        object.addProperty("mutant", fate.mutant());
        object.addProperty("outcome", score.outcome(fate).name().toLowerCase(Locale.ROOT));
        object.addProperty("tried", fate.tried());
        object.addProperty("cut", fate.cut());
        Death death = fate.death();
        if (death != null) {
            object.addProperty("how", death.how().word());
            object.addProperty("scenario", death.scenario());
            object.addProperty("by", death.by());
        }
        Effect effect = fate.effect();
        if (effect != null) {
            object.addProperty("effect", effect.word());
        }
        String reason = score.reasons().get(fate.mutant());
        if (reason != null) {
            object.addProperty("reason", reason);
        }
        return object;
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
