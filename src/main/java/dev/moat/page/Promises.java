package dev.moat.page;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.logic.Invariant;
import dev.moat.logic.judge.Reason;
import dev.moat.trace.Round;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.story.Story;
import java.util.List;
import java.util.Map;

/** The judged properties with their texts, their truth in each state, and each fact that makes one false, state by state. */
final class Promises {
    private static final String UNFINISHED =
            "No operation is left unfinished, and no call kept from beginning, with nothing able to go on: neither a CPU nor the queue.";

    private final TraceRunner runner;
    private final Map<String, Invariant> texts;
    private final List<long[]> states;

    Promises(TraceRunner runner, Map<String, Invariant> texts, List<long[]> states) {
        this.runner = runner;
        this.texts = texts;
        this.states = states;
    }

    JsonArray json() {
        long[] broken = states.stream().mapToLong(runner::violated).toArray();
        JsonArray all = new JsonArray();
        List<String> ids = runner.ids(runner.invariants() | TraceRunner.DEADLOCK);
        for (String id : ids) {
            long bit = runner.set(List.of(id));
            JsonObject one = new JsonObject();
            one.addProperty("id", Texts.shown(id));
            Invariant invariant = texts.get(id);
            one.addProperty("says", invariant == null ? UNFINISHED : Texts.shown(invariant.says()));
            if (invariant != null) {
                one.addProperty("source", Texts.shown(invariant.source()));
                one.addProperty("text", text(invariant.text()));
            }
            JsonArray holds = new JsonArray();
            int first = -1;
            for (int k = 0; k < broken.length; k++) {
                holds.add((broken[k] & bit) == 0 ? 1 : 0);
                first = first < 0 && (broken[k] & bit) != 0 ? k : first;
            }
            one.add("holds", holds);
            one.add("facts", first < 0 ? new JsonArray() : facts(bit, states.get(first)));
            one.add("lines", first < 0 ? new JsonArray() : Texts.array(runner.explain(bit, states.get(first))));
            all.add(one);
        }
        Round round = runner.round();
        if (round != null) {
            all.add(unending(round));
        }
        return all;
    }

    /** What a run without end breaks: shown at its last state, behind which it begins again. */
    private JsonObject unending(Round round) {
        int last = states.size() - 1;
        JsonObject one = new JsonObject();
        one.addProperty("id", Texts.shown(round.id()));
        one.addProperty("says", Texts.shown(round.told("", last)));
        JsonArray holds = new JsonArray();
        for (int k = 0; k <= last; k++) {
            holds.add(k < last ? 1 : 0);
        }
        one.add("holds", holds);
        one.add("facts", new JsonArray());
        one.add("lines", new JsonArray());
        return one;
    }

    /** Line by line: a line's end is no character to be written out. */
    private static String text(String file) {
        return String.join("\n", file.lines().map(Texts::shown).toList());
    }

    private JsonArray facts(long bit, long[] s) {
        JsonArray facts = new JsonArray();
        for (Reason reason : runner.reasons(bit, s)) {
            JsonObject fact = new JsonObject();
            fact.addProperty("says", Texts.shown(Story.fact(reason)));
            fact.addProperty("formula", Texts.shown((reason.premise() ? "" : "not ") + reason.text()));
            fact.addProperty("name", Texts.shown(reason.name()));
            fact.add("arguments", Texts.array(reason.arguments()));
            JsonArray so = new JsonArray();
            states.forEach(state -> so.add(reason.truth().in(state) == reason.premise() ? 1 : 0));
            fact.add("so", so);
            facts.add(fact);
        }
        return facts;
    }
}
