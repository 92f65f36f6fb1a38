package dev.moat.check.mutants;

import dev.moat.check.Engine;
import dev.moat.limit.Alarm;
import dev.moat.limit.Awaited;
import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Tries mutants on scenarios: each on those that it concerns, the smallest first, until one notices it. The outcome does not
 * depend on the number of threads.
 */
public final class MutantGate implements AutoCloseable {
    /** Scenarios with more states do not judge, unless asked for. */
    public static final long MOST_STATES = 30_000;

    private final ExecutorService pool;
    private final long deadline;
    private final Journal journal;
    private List<Trial> trials = List.of();

    /** Like the other one, and remembers nothing. */
    public MutantGate(int threads, long deadline) {
        this(threads, deadline, Journal.none());
    }

    /**
     * @param threads searches side by side
     * @param deadline of {@link System#nanoTime}; mutants not noticed by then are not finished
     * @param journal of earlier runs, and of this one
     */
    public MutantGate(int threads, long deadline, Journal journal) {
        this.deadline = deadline;
        this.journal = journal;
        pool = Awaited.pool("moat-mutant", threads);
    }

    /**
     * Prepares scenarios to be judges.
     *
     * @param most those with more states are left out
     * @return ids of those left out
     * @throws LimitException when the time is up before all are ready
     */
    public List<String> prepare(Catalog catalog, Engine engine, List<Scenario> scenarios, long most) {
        List<Trial> ready = new ArrayList<>();
        List<String> left = new ArrayList<>();
        List<Callable<Trial>> tasks = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            tasks.add(() -> {
                Alarm alarm = Alarm.after(secondsLeft());
                try (alarm) {
                    return Trial.of(catalog, engine, scenario, most);
                } catch (StoppedException e) {
                    return null;
                }
            });
        }
        List<Future<Trial>> done = tasks.stream().map(pool::submit).toList();
        for (int i = 0; i < done.size(); i++) {
            Trial trial = Awaited.get(done.get(i));
            if (isUp()) {
                throw nothingTried();
            }
            if (trial == null) {
                left.add(scenarios.get(i).id());
            } else {
                ready.add(trial);
            }
        }
        judgedBy(ready);
        return left;
    }

    /** Takes scenarios that have run as judges. */
    void judgedBy(List<Trial> ready) {
        trials = ready.stream()
                .sorted(Comparator.comparing((Trial t) -> t.survey().states())
                        .thenComparing(t -> t.scenario().id()))
                .toList();
    }

    /** The time was up while scenarios were read or run for the first time. */
    public static LimitException nothingTried() {
        return new LimitException("time", "the limit on time was hit before any mutant was tried");
    }

    private boolean isUp() {
        return System.nanoTime() - deadline >= 0;
    }

    /** Rounded up, so that what ends for want of time ends when the time is up, and is not taken for tried to its end. */
    private long secondsLeft() {
        return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(deadline - System.nanoTime() + 999_999_999L));
    }

    /** Ids of the scenarios that judge, the smallest first. */
    public List<String> scenarios() {
        return trials.stream().map(t -> t.scenario().id()).toList();
    }

    /** Every mutant that concerns some scenario, by id. */
    public Map<String, ComponentMutant> mutants() {
        Map<String, ComponentMutant> all = new TreeMap<>();
        trials.forEach(t -> all.putAll(t.survey().mutants()));
        return all;
    }

    /** One mutant in so many, chosen by their ids alone, so that others come and go without changing the choice. */
    public static List<ComponentMutant> oneIn(long many, Collection<ComponentMutant> mutants) {
        return mutants.stream()
                .filter(m -> {
                    CRC32 sum = new CRC32();
                    sum.update(m.id().getBytes(StandardCharsets.UTF_8));
                    return sum.getValue() % many == 0;
                })
                .toList();
    }

    /** Tries mutants, those last that nothing noticed when they were tried before; tells of each in their order. */
    public List<MutantResult> run(Collection<ComponentMutant> mutants, Consumer<MutantResult> told) {
        Map<String, Future<MutantResult>> tasks = new HashMap<>();
        for (boolean stubborn : new boolean[] {false, true}) {
            mutants.stream()
                    .filter(m -> "".equals(journal.killer(m.id())) == stubborn)
                    .forEach(m -> tasks.put(m.id(), pool.submit(() -> journalled(m))));
        }
        List<MutantResult> fates = new ArrayList<>();
        for (ComponentMutant mutant : mutants) {
            MutantResult fate = Objects.requireNonNull(Awaited.get(Objects.requireNonNull(tasks.get(mutant.id()))));
            told.accept(fate);
            fates.add(fate);
        }
        return fates;
    }

    private MutantResult journalled(ComponentMutant mutant) {
        MutantResult known = journal.known(mutant.id());
        if (known != null) {
            return known;
        }
        MutantResult fate = fate(mutant);
        if (fate.finished()) {
            journal.note(fate);
        }
        return fate;
    }

    /** The judges, the smallest first; before them the one that noticed the mutant at some time. */
    private List<Trial> inOrder(ComponentMutant mutant) {
        List<Trial> order = new ArrayList<>(trials);
        order.sort(Comparator.comparing((Trial t) -> !t.scenario().id().equals(journal.killer(mutant.id()))));
        return order;
    }

    private MutantResult fate(ComponentMutant mutant) {
        int tried = 0;
        int cut = 0;
        for (Trial trial : inOrder(mutant)) {
            if (trial.survey().concerns(mutant)) {
                Trial.Judged judged = isUp() ? new Trial.Judged(null, true) : trial.judge(mutant, secondsLeft());
                if (judged.death() != null) {
                    return new MutantResult(mutant.id(), tried + 1, cut, judged.death(), null, true);
                } else if (isUp()) {
                    return new MutantResult(mutant.id(), tried, cut, null, null, false);
                }
                tried++;
                cut += judged.cut() ? 1 : 0;
            }
        }
        Death seen = seenElsewhere(mutant);
        if (seen != null) {
            return new MutantResult(mutant.id(), tried + 1, cut, seen, null, true);
        }
        // Where the time is up, not all views have been asked.
        return isUp()
                ? new MutantResult(mutant.id(), tried, cut, null, null, false)
                : new MutantResult(mutant.id(), tried, cut, null, effect(mutant), true);
    }

    /** Views look at every atom, and so also where the run asked for none that the mutant changes. */
    private @Nullable Death seenElsewhere(ComponentMutant mutant) {
        for (Trial trial : inOrder(mutant)) {
            Death death = !isUp() && trial.survey().hasSubjectOf(mutant) ? trial.views(mutant) : null;
            if (death != null) {
                return death;
            }
        }
        return null;
    }

    /** What a mutant which nothing notices does in all scenarios together that it concerns; null when one of them cannot tell. */
    private @Nullable Effect effect(ComponentMutant mutant) {
        Effect all = Effect.FAULTY;
        for (Trial trial : trials) {
            if (trial.survey().concerns(mutant) && trial.isHeld() && all != Effect.MORE) {
                Effect here = trial.effect(mutant);
                if (here == null) {
                    return null;
                }
                all = all.and(here);
            }
        }
        return all;
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
