package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.judge.Judge;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Edits;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Alike;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of changes is what the fingerprints of orbits say, and depends on no more of a state than is told. */
class ImageChangesTest {
    private static final int STATES = 3_000;

    /** A change that was told: on which bits it depends, what they were, and what it does to the images. */
    private record Told(long[] by, long[] were, long[] changes) {
        boolean isOf(long[] s) {
            for (int w = 0; w < s.length; w++) {
                if (((s[w] ^ were[w]) & by[w]) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private Machine machine;
    private OrbitPrint orbits;
    private ImageChanges images;
    private int group;
    /** By the bits that change. */
    private final Map<List<Long>, List<Told>> told = new HashMap<>();

    private int again;

    /** All states up to so many, each before those that it leads to. */
    private static List<long[]> states(Machine machine) {
        List<long[]> all = new ArrayList<>();
        Set<List<Long>> known = new HashSet<>();
        Deque<long[]> waiting = new ArrayDeque<>(List.of(machine.initial()));
        known.add(boxed(machine.initial()));
        while (!waiting.isEmpty() && all.size() < STATES) {
            long[] s = waiting.remove();
            all.add(s);
            machine.stepper().expand(s, (letter, t) -> {
                if (known.add(boxed(t))) {
                    waiting.add(t.clone());
                }
            });
        }
        return all;
    }

    private static List<Long> boxed(long[] s) {
        return Arrays.stream(s).boxed().toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1 operation domains=2 frames=3 refs=2 handles=2",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false",
                "xen-vtd operation refs=2 handles=2 reallocation=false",
                "xen step iommu=amd-vi refs=2 handles=2 reallocation=false",
                "xen-vtd step refs=2 handles=2 page-types=true reallocation=false",
                "iommu-dma step pages=2 frames=1 cpus=2",
                "xen-io-spaces step frames=1 cpus=2",
                "xen-p2m step domains=1 frames=1 cpus=2 range=1",
                "xen-viommu step cpus=2"
            })
    void whatOrbitsSay(String line) {
        machine = Machines.machine(line);
        begin(SymmetryGroup.of(machine).orElseThrow(), machine.schema(), machine.initial());
        for (long[] s : states(machine)) {
            orbits.base(s);
            machine.stepper().expand(s, (letter, t) -> look(s, t));
        }
        assertThat(again).as("transitions that depend on what one before did").isGreaterThan(400);
    }

    private void begin(SymmetryGroup symmetry, Schema schema, long[] first) {
        ImageTables tables = new ImageTables(symmetry, Long.MAX_VALUE);
        group = tables.group();
        orbits = new OrbitPrint(tables);
        images = new ImageChanges(tables, schema.words());
        images.look(first);
    }

    /** Names of which some bits change and others do not, and conditions that read what another change leaves alone. */
    @Test
    void whatHalfANameChangesDependsOnTheOtherHalf() {
        // Of four the halves of names would make up for each other: 0 ^ 1 ^ 2 ^ 3 is 0.
        Sort things = Sort.numbered("Thing", "t", 5);
        SchemaBuilder builder = new SchemaBuilder();
        Slots on = builder.slots("on", Role.GHOST, Writer.GHOST, things).bits(1);
        Slots off = builder.slots("off", Role.GHOST, Writer.GHOST, things).bits(1);
        Liveness live = (s, i) -> on.get(s, i) != 0 && off.get(s, i) == 0;
        Slots name = builder.slots("name", Role.GHOST, Writer.GHOST, things)
                .live(live)
                .of(things);
        Slots word = builder.slots("word", Role.GHOST, Writer.GHOST)
                .naming(new Slots.Named(4, 20, things, 8))
                .word(List.of(), 0xF0L);
        builder.alike(Alike.all("things", things));
        Schema schema = builder.build();
        List<Slots> families = List.of(on, off, name, word);
        long[] s = schema.blank();
        word.set(s, 0, 0x80);
        begin(SymmetryGroup.of(schema, Granularity.STEP).orElseThrow(), schema, s);
        SplittableRandom random = new SplittableRandom(3);
        for (int n = 0; n < 20_000; n++) {
            long[] t = s.clone();
            Slots family = families.get(random.nextInt(families.size()));
            long value = family == word ? 0x80L + (random.nextInt(5) << 4) : random.nextInt(family == name ? 5 : 2);
            family.set(t, random.nextInt(family.size()), value);
            schema.normalise(t);
            orbits.base(s);
            look(s, t);
            s = t;
        }
        assertThat(again).isGreaterThan(15_000);
    }

    /** What ends a thing does not read whether it was blocked, on which it depends whether its name was one. */
    @Test
    void whatItDependsOnIsAPartOfWhatIsLookedUp() {
        Sort things = Sort.numbered("Thing", "t", 3);
        ModelBuilder model = new ModelBuilder(new Edits());
        SchemaBuilder builder = model.schema();
        Slots on = builder.slots("on", Role.GHOST, Writer.GHOST, things).bits(1);
        Slots off = builder.slots("off", Role.GHOST, Writer.GHOST, things).bits(1);
        Liveness names = (s, i) -> on.get(s, i) != 0 && off.get(s, i) == 0;
        Slots name = builder.slots("name", Role.GHOST, Writer.GHOST, things)
                .namesWhile(names)
                .of(things);
        builder.alike(Alike.all("things", things));
        builder.readsThroughSlots();
        Argument thing = new Argument("i", things);
        Argument value = new Argument("v", things);
        model.action(action("begin", List.of(thing, value), (s, i, v, c, d, e) -> {
            boolean may = on.get(s, i) == 0 && off.get(s, i) == 0;
            on.set(s, i, may ? 1 : on.get(s, i));
            name.set(s, i, may ? v : name.get(s, i));
            return may;
        }));
        model.action(action("end", List.of(thing), (s, i, b, c, d, e) -> changes(on, name, s, i, 0)));
        model.action(action("block", List.of(thing), (s, i, b, c, d, e) -> changes(off, name, s, i, 1)));
        model.action(
                action("free", List.of(thing), (s, i, b, c, d, e) -> on.get(s, i) == 0 && changes(off, name, s, i, 0)));
        machine = new Machine(model.build(), Granularity.OPERATION, true);
        Judge nothing = new Judge(List.of(), machine.model().abstraction(), machine.schema());
        List<Object> said = new ArrayList<>();
        for (long from : List.of(EffectsTest.NEVER, 0L)) {
            Explorer explorer = new Explorer(machine, nothing, Limits.none(1))
                    .upTo(SymmetryGroup.of(machine).orElseThrow())
                    .remembersFrom(from);
            said.add(EffectsTest.said(explorer.run(Progress.silent())));
        }
        assertThat(said.get(1)).isEqualTo(said.get(0));
    }

    /** Sets a flag that is another one, and with it the name to nothing. */
    private static boolean changes(Slots flag, Slots name, long[] s, int i, int to) {
        boolean may = flag.get(s, i) != to;
        if (may) {
            flag.set(s, i, to);
            name.set(s, i, 0);
        }
        return may;
    }

    private static Action action(String name, List<Argument> arguments, Guarded code) {
        return new Action(name, Actor.GUEST, arguments, ModelBuilder.all(), code, false, "stutter");
    }

    private void look(long[] s, long[] t) {
        long[] changes = new long[group];
        long[] by = new long[s.length];
        images.find(s, t, changes, by);
        assertThat(orbits.of(changes, 0)).isEqualTo(orbits.of(t));
        if (images.grew()) {
            told.clear();
        }
        long[] changed = new long[s.length];
        Arrays.setAll(changed, w -> s[w] ^ t[w]);
        List<Told> same = told.computeIfAbsent(boxed(changed), bits -> new ArrayList<>());
        for (Told one : same) {
            if (one.isOf(s)) {
                again++;
                assertThat(changes).isEqualTo(one.changes());
                return;
            }
        }
        same.add(new Told(by, s.clone(), changes));
    }
}
