package dev.moat.conform.smmuv3;

import dev.moat.conform.rows.Choices;
import dev.moat.iommu.smmuv3.semantics.Caches;
import dev.moat.iommu.smmuv3.semantics.Scope;
import dev.moat.iommu.smmuv3.semantics.Transaction;
import dev.moat.iommu.smmuv3.semantics.Translation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a unit's caches may hold. A lookup gives one of these or nothing, as {@link Choices} say. Of each entry the latest
 * moment is known from which it can be: a command removes what is older than itself, when the next CMD_SYNC completes. What was found
 * through a cached entry is no newer than that entry; but translations do not age with configurations, which other commands remove.
 *
 * <p>{@code @unit} a moment is the number of a store or command.
 */
final class Remembered implements Caches {
    private static final int PAGE_SHIFT = 12;

    private final Choices choices;
    private final Choices inStage2 = new Choices();
    private final Runnable lookAhead;

    private final Map<Stream, Map<List<Long>, Long>> configurations = new HashMap<>();
    private final Map<Translation, Long> translations = new LinkedHashMap<>();
    private final Map<Both, Long> both = new LinkedHashMap<>();
    private final List<Command> pending = new ArrayList<>();
    private long now;
    private boolean settled;

    /** What was read, and may be cached from the next transaction on. */
    private final List<BooleanSupplier> learned = new ArrayList<>();
    /** What stage 2 may make of a page now. */
    private final Map<List<Long>, List<Map.Entry<Stage2, Long>>> frames = new HashMap<>();

    /** Of this transaction: since when its configuration, its walk of stage 1, and its walk of stage 2 can be. */
    private long configured;

    private long walked;
    private long walked2;

    private record Stream(Kind kind, int id) {}

    private record Command(long lo, long hi, long moment) {}

    /** @param lookAhead the unit reads whatever it can, before and after commands */
    Remembered(Choices choices, Runnable lookAhead) {
        this.choices = choices;
        this.lookAhead = lookAhead;
    }

    /** What comes next happens later than what was. */
    void tick() {
        now++;
        settled = false;
        frames.clear();
    }

    /** Whether the unit has not yet read whatever it could at this moment; it has then. */
    boolean settle() {
        boolean was = settled;
        settled = true;
        return !was;
    }

    /** A transaction begins. */
    void begin() {
        configured = now;
    }

    /** Caches what was read; whether any of it had not been cached, or is newer. */
    boolean learn() {
        boolean isNew = false;
        for (BooleanSupplier one : learned) {
            isNew |= one.getAsBoolean();
        }
        learned.clear();
        if (isNew) {
            frames.clear();
        }
        return isNew;
    }

    /** Forgets what was read. */
    void unlearn() {
        learned.clear();
    }

    private <K> void add(Map<K, Long> to, K one, long moment) {
        learned.add(() -> {
            Long before = to.get(one);
            if (before != null && before >= moment) {
                return false;
            }
            to.put(one, moment);
            return true;
        });
    }

    /** One of some entries, or null. */
    private static <K> Map.@Nullable Entry<K, Long> choose(Choices choices, List<Map.Entry<K, Long>> fitting) {
        int way = choices.choose(1 + fitting.size());
        return way == 0 ? null : fitting.get(way - 1);
    }

    @Override
    public long @Nullable [] configuration(long[] s, Kind kind, int streamId) {
        Map<List<Long>, Long> known = configurations.getOrDefault(new Stream(kind, streamId), Map.of());
        Map.Entry<List<Long>, Long> found = choose(choices, List.copyOf(known.entrySet()));
        if (found == null) {
            return null;
        }
        configured = kind == Kind.STREAM_DESCRIPTOR ? now : Math.min(configured, found.getValue());
        return found.getKey().stream().mapToLong(word -> word).toArray();
    }

    @Override
    public void keep(long[] s, Kind kind, int streamId, long[] words) {
        List<Long> all = new ArrayList<>();
        for (long word : words) {
            all.add(word);
        }
        Stream stream = new Stream(kind, streamId);
        add(configurations.computeIfAbsent(stream, k -> new LinkedHashMap<>()), all, configured);
    }

    private static boolean fits(Transaction t, Translation one) {
        return !one.second()
                && one.vmid() == t.vmid()
                && (one.asid() == t.asid() || one.asid() == Translation.GLOBAL)
                && one.covers(t.untagged());
    }

    @Override
    public @Nullable Translation stage1(long[] s, Transaction t) {
        List<Map.Entry<Translation, Long>> fitting = translations.entrySet().stream()
                .filter(e -> fits(t, e.getKey()))
                .toList();
        Map.Entry<Translation, Long> found = choose(choices, fitting);
        walked = found == null ? now : found.getValue();
        return found == null ? null : found.getKey();
    }

    @Override
    public @Nullable Translation stage2(long[] s, Transaction t, long intermediate) {
        List<Map.Entry<Translation, Long>> fitting = translations.entrySet().stream()
                .filter(e -> e.getKey().second()
                        && e.getKey().vmid() == t.vmid()
                        && e.getKey().covers(intermediate))
                .toList();
        Map.Entry<Translation, Long> found = choose(inStage2, fitting);
        walked2 = found == null ? now : found.getValue();
        return found == null ? null : found.getKey();
    }

    @Override
    public @Nullable Both both(long[] s, Transaction t) {
        List<Map.Entry<Both, Long>> fitting = both.entrySet().stream()
                .filter(e -> fits(t, e.getKey().page()) && e.getKey().covers(t.untagged()))
                .toList();
        Map.Entry<Both, Long> found = choose(choices, fitting);
        return found == null ? null : found.getKey();
    }

    @Override
    public void keep(long[] s, Translation one) {
        add(translations, one, one.second() ? walked2 : walked);
    }

    @Override
    public void keep(long[] s, Both one) {
        add(both, one, walked);
    }

    /** All that stage 2 may make of an address is found first, so that equal results of several walks are one choice. */
    @Override
    public Stage2 throughStage2(long[] s, Transaction t, long intermediate, Supplier<Stage2> walk) {
        List<Long> key = new ArrayList<>(t.stage2());
        key.add((long) t.vmid());
        key.add(intermediate >>> PAGE_SHIFT);
        List<Map.Entry<Stage2, Long>> all = frames.get(key);
        if (all == null) {
            Map<Stage2, Long> found = new LinkedHashMap<>();
            inStage2.first();
            do {
                Stage2 one = walk.get();
                found.merge(one, walked2, Math::max);
            } while (inStage2.next());
            all = List.copyOf(found.entrySet());
            frames.put(key, all);
        }
        Map.Entry<Stage2, Long> chosen = all.get(choices.choose(all.size()));
        walked = Math.min(walked, chosen.getValue());
        return chosen.getKey();
    }

    @Override
    public void forget(long[] s, long lo, long hi) {
        lookAhead.run();
        pending.add(new Command(lo, hi, now));
        tick();
    }

    @Override
    public void synchronize(long[] s) {
        lookAhead.run();
        for (Command c : pending) {
            configurations.forEach((stream, known) -> known.values()
                    .removeIf(since ->
                            since <= c.moment && Scope.isOfConfiguration(c.lo, c.hi, stream.kind(), stream.id())));
            translations.entrySet().removeIf(e -> e.getValue() <= c.moment && Scope.isOf(c.lo, c.hi, e.getKey()));
            both.entrySet().removeIf(e -> e.getValue() <= c.moment && Scope.isOf(c.lo, c.hi, e.getKey()));
        }
        pending.clear();
        tick();
    }
}
