package dev.moat.explore;

import dev.moat.logic.claims.ClaimJudge;
import dev.moat.machine.ClaimWatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the transitions of a search compare with the discipline.
 *
 * @param notCompared why nothing was compared, a few words; empty when every transition was
 * @param taken how often each action of the discipline was claimed, in its order
 * @param stutters executions of each step that claimed nothing, for steps that claim something at times
 * @param becameTrue relations of which some atom became true
 * @param becameFalse relations of which some atom became false
 * @param first the first transition that is not what it claims to be, or null
 */
public record Conformance(
        String notCompared,
        Map<String, Long> taken,
        Map<String, Long> stutters,
        Set<String> becameTrue,
        Set<String> becameFalse,
        @Nullable Misclaim first) {
    /**
     * A transition that is not what it claims to be, the first in the order of depth, state and letter.
     *
     * @param instances letters of the machine's alphabet from the initial state; the last one leads through the wrong step
     * @param who the action, or the step as {@code operation/step}
     * @param lines what was claimed, and in what the discipline differs
     */
    public record Misclaim(List<Integer> instances, String who, List<String> lines) {
        /** The same with more lines. */
        public Misclaim and(List<String> more) {
            return new Misclaim(
                    instances, who, Stream.concat(lines.stream(), more.stream()).toList());
        }
    }

    /** Of a search in which nothing was compared, for this reason. */
    public static Conformance none(String reason) {
        return new Conformance(reason, Map.of(), Map.of(), Set.of(), Set.of(), null);
    }

    /** What the workers of a search have seen, all of which compared. */
    static Conformance of(List<Expander> workers, @Nullable Misclaim first) {
        Map<String, Long> taken = new LinkedHashMap<>();
        Map<String, Long> stutters = new TreeMap<>();
        Set<String> yes = new TreeSet<>();
        Set<String> no = new TreeSet<>();
        for (Expander worker : workers) {
            ClaimJudge judge = Objects.requireNonNull(worker.claims());
            judge.taken().forEach((name, n) -> taken.merge(name, n, Long::sum));
            yes.addAll(judge.moved(true));
            no.addAll(judge.moved(false));
            for (ClaimWatch watch : worker.watches()) {
                watch.stutters().forEach((name, n) -> stutters.merge(name, n, Long::sum));
            }
        }
        return new Conformance("", taken, stutters, yes, no, first);
    }

    /** The same with what an earlier part of the search has seen. */
    Conformance with(Conformance earlier) {
        Map<String, Long> all = new LinkedHashMap<>(taken);
        earlier.taken.forEach((name, n) -> all.merge(name, n, Long::sum));
        Map<String, Long> idle = new TreeMap<>(stutters);
        earlier.stutters.forEach((name, n) -> idle.merge(name, n, Long::sum));
        Set<String> yes = new TreeSet<>(becameTrue);
        yes.addAll(earlier.becameTrue);
        Set<String> no = new TreeSet<>(becameFalse);
        no.addAll(earlier.becameFalse);
        return new Conformance(notCompared, all, idle, yes, no, first);
    }

    /** The same with more said of the first transition that is not what it claims to be. */
    public Conformance saying(Misclaim said) {
        return new Conformance(notCompared, taken, stutters, becameTrue, becameFalse, said);
    }

    /** Whether anything was compared. */
    public boolean compared() {
        return notCompared.isEmpty();
    }
}
