package dev.moat.prove.export;

import dev.moat.certificate.GoalFile;
import dev.moat.certificate.Manifest;
import dev.moat.certificate.Refuter;
import dev.moat.limit.StoppedException;
import dev.moat.output.OutputFile;
import dev.moat.prove.Goal;
import dev.moat.prove.PinProof;
import dev.moat.prove.Responses;
import dev.moat.prove.Theory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Goals with certificates. Another solver than Z3 finds them, and nobody need trust it: {@link
 * dev.moat.certificate.Certificate} checks each certificate.
 */
public final class CertificateFiles {
    /** Steps that are tried for one goal; those of the discipline take less than a tenth. */
    private static final int MOST_STEPS = 3000;

    private CertificateFiles() {}

    /**
     * Every goal that has a certificate, and those that have none.
     *
     * @param proofs certificates by goal
     * @param without ids of goals for which none was found, or that are called as no manifest has it
     */
    public record Found(Map<String, String> proofs, List<String> without) {}

    /** The texts of all goals of a theory, of its responses and of the counter of pins, by id, in the order in which they are proved. */
    public static Map<String, String> goals(Theory theory, Path home) {
        return goals(Responses.load(home.resolve("specs/responses"), theory), home);
    }

    /** The same, with these responses of a theory. */
    public static Map<String, String> goals(Responses responses, Path home) {
        Map<String, String> all = new LinkedHashMap<>();
        put(responses.theory(), "", all);
        responses.premises().forEach(p -> all.put(p.id(), GoalFiles.text(responses.theory(), p, "unsat")));
        for (Theory pins : PinProof.theories(home)) {
            put(pins, "pins-" + pins.statements().get(0).id() + "-", all);
        }
        return all;
    }

    private static void put(Theory theory, String prefix, Map<String, String> all) {
        for (Goal goal : theory.goals()) {
            all.put(prefix + goal.id(), GoalFiles.text(theory.vocabulary(), goal, "unsat"));
        }
    }

    /** Looks for certificates on all processors. */
    public static Found find(Map<String, String> goals) {
        Map<String, Optional<String>> found = new TreeMap<>();
        goals.entrySet().parallelStream()
                .filter(goal -> Manifest.canList(goal.getKey()))
                .map(goal -> Map.entry(
                        goal.getKey(), Refuter.certificate(GoalFile.of(goal.getKey(), goal.getValue()), MOST_STEPS)))
                .toList()
                .forEach(e -> found.put(e.getKey(), e.getValue()));
        Map<String, String> proofs = new LinkedHashMap<>();
        List<String> without = new ArrayList<>();
        for (String id : goals.keySet()) {
            found.getOrDefault(id, Optional.empty())
                    .ifPresentOrElse(proof -> proofs.put(id, proof), () -> without.add(id));
        }
        return new Found(proofs, without);
    }

    /**
     * Writes goals, certificates and, last, the manifest.
     *
     * @throws IOException when a file cannot be written
     */
    public static void write(Map<String, String> goals, Found found, Path directory) throws IOException {
        List<Manifest.Entry> entries = new ArrayList<>();
        for (Map.Entry<String, String> proof : found.proofs().entrySet()) {
            String id = proof.getKey();
            StoppedException.look();
            OutputFile.write(directory.resolve(id + ".smt2"), goals.getOrDefault(id, ""));
            OutputFile.write(directory.resolve(id + ".proof"), proof.getValue());
            entries.add(Manifest.Entry.of(id, goals.getOrDefault(id, ""), proof.getValue()));
        }
        OutputFile.write(directory.resolve(Manifest.NAME), Manifest.text(entries));
    }

    /** In words, where a manifest's goals are not these; nothing where they are. */
    public static List<String> differences(List<Manifest.Entry> entries, Map<String, String> goals) {
        List<String> lines = new ArrayList<>();
        Set<String> missing = new TreeSet<>(goals.keySet());
        for (Manifest.Entry entry : entries) {
            String text = goals.get(entry.id());
            missing.remove(entry.id());
            if (text == null) {
                lines.add(entry.id() + ": the discipline has no such goal");
            } else if (!Manifest.Entry.of(entry.id(), text, "").goal().equals(entry.goal())) {
                lines.add(entry.id() + ": the discipline's goal is another one");
            }
        }
        missing.forEach(id -> lines.add(id + ": a goal of the discipline without certificate"));
        return lines;
    }
}
