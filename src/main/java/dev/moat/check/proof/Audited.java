package dev.moat.check.proof;

import dev.moat.check.ExitCode;
import dev.moat.discipline.InstanceBounds;
import dev.moat.input.InputException;
import dev.moat.prove.Explained;
import dev.moat.prove.ProofText;
import dev.moat.prove.ResponseAudit;
import dev.moat.prove.Responses;
import dev.moat.prove.Theory;
import dev.moat.prove.TheoryAudit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The findings of an audit of the discipline and of its responses, and the resulting exit code.
 *
 * @param lines one for each finding, then how many there are
 * @param exit {@link ExitCode#EXPECTATION} where there is any, also that the solver gave up; OK where there is none
 */
public record Audited(List<String> lines, ExitCode exit) {
    public Audited {
        lines = List.copyOf(lines);
    }

    /**
     * Audits a proof of everything.
     *
     * @param explained why mutants survive, by id
     * @param first the instance from which runs are searched; null for the one that scenarios start from
     * @param rlimit what one question may cost, in Z3's units
     */
    public static Audited of(
            Responses responses, Map<String, String> explained, @Nullable InstanceBounds first, int rlimit) {
        TheoryAudit safe = TheoryAudit.of(responses.theory(), rlimit);
        ResponseAudit answered = ResponseAudit.of(responses, safe.survivors().keySet(), rlimit);
        boolean starts = !safe.hollow().contains(TheoryAudit.INITIALLY);
        Theory theory = responses.theory();
        Map<String, String> far = Map.of();
        if (starts) {
            far = (first == null ? ReachedActions.of(theory) : ReachedActions.of(theory, first)).lines();
        }
        return of(safe, answered, explained, far);
    }

    /**
     * What an audited proof is a variation of. Reasons of the varied theory are none here: what has the id of a part of an action may
     * be a part of another action, which takes its place.
     *
     * @param explained why its own mutants survive, and what else is as it is, by the names of {@link ProofText}
     */
    public record Variation(Theory of, Map<String, String> explained) {
        public Variation {
            explained = Map.copyOf(explained);
        }

        /**
         * Of a family: why its own mutants survive is in {@code survivors.txt} of its directory, if there is one.
         *
         * @throws InputException as {@link Explained#load}
         */
        public static Variation of(Path family, Theory varied) {
            String name = String.valueOf(family.getFileName()).replace(".smt2", "");
            Path own = family.resolveSibling(name).resolve("survivors.txt");
            return new Variation(varied, Files.exists(own) ? Explained.load(own) : Map.of());
        }
    }

    /**
     * Audits a proof of a variation: what it has that the theory which it varies has not.
     *
     * @param first the instance from which runs are searched
     * @param rlimit what one question may cost, in Z3's units
     */
    public static Audited ofFamily(Responses responses, Variation variation, InstanceBounds first, int rlimit) {
        TheoryAudit safe = TheoryAudit.ofFamily(responses.theory(), variation.of(), rlimit);
        ResponseAudit answered = ResponseAudit.of(responses, safe.survivors().keySet(), rlimit);
        Map<String, String> all = new TreeMap<>(variation.explained());
        return of(
                safe,
                answered,
                all,
                ReachedActions.of(responses.theory(), first).lines());
    }

    /**
     * Of what was found.
     *
     * @param safe without regard to responses
     * @param far what no run reaches, a line for each by its name
     */
    static Audited of(
            TheoryAudit safe, ResponseAudit answered, Map<String, String> explained, Map<String, String> far) {
        Map<String, String> first = new LinkedHashMap<>();
        answered.lines().forEach(line -> first.put(line, line));
        first.putAll(far);
        List<String> lines = ProofText.of(safe.without(answered.broken()), explained, first);
        return new Audited(lines, lines.size() == 1 ? ExitCode.OK : ExitCode.EXPECTATION);
    }
}
