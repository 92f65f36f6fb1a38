package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Slots;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** {@link SlowAts} and {@link SlowFlushes} beside a machine, which all take the same steps; for {@link DeviceTlbTwinTest}. */
final class AtsTwins {
    /** Where a machine is: its words, the unit beside it, what each CPU has to do, and who put in what is in the queue. */
    private record Place(long[] s, SlowAts unit, List<SlowFlushes> flushes, List<Integer> submitters) {
        Place copy() {
            List<SlowFlushes> copies = new ArrayList<>();
            flushes.forEach(of -> copies.add(of.copy()));
            return new Place(s.clone(), unit.copy(), copies, new ArrayList<>(submitters));
        }

        List<Object> key() {
            return List.of(Arrays.stream(s).boxed().toList(), flushes.toString());
        }
    }

    private final TwinWalk words;
    private final Machine machine;
    private final Stepper stepper;
    private final int devices;
    private final int pages;
    private final int tags;
    private final boolean atEnd;
    /** How often what was met. */
    final Map<String, Integer> met = new TreeMap<>();
    /** What differed, and behind the first one what led there. */
    final List<String> differences = new ArrayList<>();

    AtsTwins(String line) {
        words = new TwinWalk(line);
        atEnd = line.contains("flush=batch-range");
        machine = Machines.machine(line);
        stepper = machine.stepper();
        devices = words.slots("contextLo").size();
        pages = words.slots("owner").size();
        tags = words.slots("iotlbRights").size() / pages;
    }

    private Place begin() {
        Place at = new Place(machine.initial().clone(), new SlowAts(pages), new ArrayList<>(), new ArrayList<>());
        for (int cpu = 0; cpu < words.slots("pc").size(); cpu++) {
            at.flushes.add(new SlowFlushes(atEnd));
        }
        for (int device = 0; device < devices; device++) {
            at.unit.contexts.add(null);
            if (words.word(at.s, "ats.enabled", device) != 0) {
                at.unit.enable(device, true);
            }
        }
        readMemory(at);
        return at;
    }

    /** Goes through every state; how often what was met. */
    Map<String, Integer> everywhere() {
        Set<List<Object>> seen = new HashSet<>();
        Deque<Place> open = new ArrayDeque<>(List.of(begin()));
        seen.add(open.getFirst().key());
        while (!open.isEmpty() && differences.isEmpty()) {
            Place at = open.remove();
            for (int letter = 0; letter < machine.instances(); letter++) {
                Place next = at.copy();
                if (take(letter, next, "") && seen.add(next.key())) {
                    open.add(next);
                }
            }
        }
        assertThat(differences).isEmpty();
        met.merge("states", seen.size(), Integer::sum);
        return met;
    }

    void byChance(long seed, int steps) {
        Random random = new Random(seed);
        Place at = begin();
        List<String> done = new ArrayList<>();
        for (int step = 0; step < steps && differences.isEmpty(); step++) {
            int letter = random.nextInt(3) == 0 ? machine.instances() - 1 : random.nextInt(machine.instances());
            done.add(machine.name(letter));
            if (!take(letter, at, "seed " + seed + ", ")) {
                done.remove(done.size() - 1);
            }
        }
        if (differences.size() == 1) {
            differences.add("after " + done.subList(Math.max(0, done.size() - 30), done.size()));
        }
    }

    private void differ(String where, String what) {
        differences.add(where + ": " + what);
    }

    /** Both take a step, if it can be taken now. */
    private boolean take(int letter, Place at, String where) {
        String name = machine.name(letter);
        String what = name.replaceAll("^cpu\\d: |\\(.*", "");
        long[] before = at.s.clone();
        boolean taken = stepper.apply(letter, at.s);
        if (!taken) {
            System.arraycopy(before, 0, at.s, 0, before.length);
        }
        boolean hardware = ofHardware(what, machine.instance(letter).arguments(), at);
        if (!hardware && taken) {
            int cpu = name.startsWith("cpu") ? name.charAt(3) - '0' : -1;
            String wrong = ofSoftware(before, at, cpu);
            if (!wrong.isEmpty()) {
                differ(where + name, wrong);
            }
        }
        if (hardware || taken) {
            met.merge(what, 1, Integer::sum);
            compare(at, where + name);
        }
        return taken;
    }

    /** Whether it is the unit's or a device's, who then have done it. */
    private boolean ofHardware(String what, List<Integer> args, Place at) {
        SlowAts unit = at.unit;
        switch (what) {
            case "dma" -> unit.dma(args.get(0), args.get(1));
            case "ask_translation" -> unit.ask(args.get(0), args.get(1));
            case "evict" -> unit.iotlb.remove(List.of(args.get(0), args.get(1)));
            case "context_fill" -> unit.cacheContext(args.get(0));
            case "context_evict" -> unit.contextCache.remove(args.get(0));
            case "consume" -> {
                SlowAts.Descriptor done = unit.consume();
                if (done != null) {
                    int submitter = at.submitters.remove(0);
                    if (done.type() == SlowAts.WAIT && submitter >= 0) {
                        at.flushes.get(submitter).waitIsOver();
                    }
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** What software has changed, in memory and beyond; empty when it was due. */
    private String ofSoftware(long[] before, Place at, int cpu) {
        SlowFlushes flushes = cpu < 0 ? new SlowFlushes(atEnd) : at.flushes.get(cpu);
        Map<Integer, Map<Integer, SlowAts.Entry>> tables = at.unit.copy().tables;
        List<SlowAts.Context> contexts = new ArrayList<>(at.unit.contexts);
        boolean paid = flushes.isPaid(at.unit);
        readMemory(at);
        noteChanges(tables, contexts, at, flushes);
        String wrong = "";
        for (int device = 0; device < devices; device++) {
            boolean on = words.word(at.s, "ats.enabled", device) != 0;
            if (on != at.unit.enabled.contains(device)) {
                wrong += isStalled(before) && flushes.gaveUp(device, on) ? "" : flushes.switched(at.unit, device, on);
                at.unit.enable(device, on);
            }
        }
        SlowAts.Descriptor put = put(before, at.s);
        if (put != null) {
            wrong += flushes.put(at.unit, put);
            at.unit.queue.add(put);
            at.submitters.add(cpu);
            met.merge("queued " + put.type(), 1, Integer::sum);
            if (put.type() == SlowAts.DEVICE_TLB && (put.hi() & 1) != 0 && put.hi() >= 0 && put.hi() < 1L << 32) {
                met.merge("several pages", 1, Integer::sum);
            }
        }
        if (cpu >= 0 && words.word(before, "pc", cpu) != 0 && words.word(at.s, "pc", cpu) == 0) {
            met.merge("step returned", 1, Integer::sum);
            wrong += flushes.isPaid(at.unit) || gaveUp(at, cpu) ? "" : "returned, due " + flushes;
        }
        if (!paid && releases(before, at.s)) {
            wrong += "released, due " + flushes;
        }
        return wrong;
    }

    private boolean isStalled(long[] s) {
        boolean stalls = machine.schema().family("unit.stalled").isPresent();
        return stalls && words.word(s, "unit.stalled", 0) != 0;
    }

    /** Whether some domain was crashed, as by who does not wait any longer; what it asked for last is not waited for. */
    private boolean gaveUp(Place at, int cpu) {
        Slots crashed = words.slots("domain.crashed");
        boolean any = false;
        for (int domain = 0; domain < crashed.size(); domain++) {
            any |= crashed.get(at.s, domain) != 0;
        }
        if (any) {
            at.flushes.set(cpu, new SlowFlushes(atEnd));
            at.submitters.replaceAll(by -> by == cpu ? -1 : by);
        }
        return any;
    }

    /** Whether a frame or the pins of one are given up. */
    private boolean releases(long[] before, long[] after) {
        boolean found = false;
        for (String name : List.of("owner", "active.pin")) {
            Slots slots = words.slots(name);
            for (int i = 0; i < slots.size(); i++) {
                found |= slots.get(after, i) < slots.get(before, i);
            }
        }
        return found;
    }

    private void noteChanges(
            Map<Integer, Map<Integer, SlowAts.Entry>> tables,
            List<SlowAts.Context> contexts,
            Place at,
            SlowFlushes flushes) {
        tables.forEach((did, entries) -> entries.forEach((page, old) -> {
            if (!old.equals(at.unit.tables.get(did).get(page))) {
                flushes.changed(at.unit, did, page);
            }
        }));
        for (int device = 0; device < devices; device++) {
            SlowAts.Context old = contexts.get(device);
            SlowAts.Context now = at.unit.contexts.get(device);
            if (old == null && now != null) {
                flushes.written(device);
            } else if (old != null && now == null) {
                flushes.cleared(device, old.did());
            }
        }
    }

    private SlowAts.Descriptor put(long[] before, long[] after) {
        long count = words.word(before, "queueCount", 0);
        if (words.word(after, "queueCount", 0) == count) {
            return null;
        }
        int slot = (int) (words.word(before, "queueHead", 0) + count)
                % words.slots("queueLo").size();
        return new SlowAts.Descriptor(words.word(after, "queueLo", slot), words.word(after, "queueHi", slot));
    }

    /** Tables by what the machine says that they say: walks have a twin of their own. */
    private void readMemory(Place at) {
        for (int did = 0; did < tags; did++) {
            Map<Integer, SlowAts.Entry> entries = new TreeMap<>();
            for (int space = 0; space < tags; space++) {
                for (int p = 0; says("for", at.s, space, did) && p < pages; p++) {
                    for (int f = 0; f < pages; f++) {
                        boolean read = says("mapR", at.s, space, p, f);
                        boolean write = says("mapW", at.s, space, p, f);
                        if (read || write) {
                            entries.put(p, new SlowAts.Entry(f, read, write));
                        }
                    }
                }
            }
            at.unit.tables.put(did, entries);
        }
        for (int device = 0; device < devices; device++) {
            at.unit.contexts.set(device, context(at.s, "context", device));
        }
    }

    private SlowAts.Context context(long[] s, String name, int device) {
        return words.slots(name + "Lo").size() == 0
                ? null
                : SlowAts.Context.of(words.word(s, name + "Lo", device), words.word(s, name + "Hi", device));
    }

    private boolean says(String relation, long[] s, int... args) {
        int[] all = Arrays.copyOf(args, 5);
        return machine.model()
                .abstraction()
                .relation(relation)
                .orElseThrow()
                .code()
                .holds(s, all[0], all[1], all[2], all[3], all[4]);
    }

    private void compare(Place at, String where) {
        if (words.word(at.s, "queueCount", 0) != at.unit.queue.size()) {
            differ(where, "queue " + at.unit.queue);
        }
        for (int device = 0; device < devices; device++) {
            SlowAts.Context cached = context(at.s, "cached", device);
            if (cached != null && !cached.equals(at.unit.contextCache.get(device))
                    || cached == null && at.unit.contextCache.containsKey(device)) {
                differ(where, "context cache " + cached + ", " + at.unit.contextCache);
            }
            for (int page = 0; page < pages; page++) {
                same(
                        where,
                        "kept",
                        entry(at.s, "deviceTlb", "deviceTlb.frame", device, page),
                        at.unit.kept,
                        device,
                        page);
                requests(at, where, device, page);
            }
        }
        for (int did = 0; did < tags; did++) {
            for (int page = 0; page < pages; page++) {
                same(where, "IOTLB", entry(at.s, "iotlbRights", "iotlbFrame", did, page), at.unit.iotlb, did, page);
                served(at, where, did, page);
            }
        }
    }

    private SlowAts.Entry entry(long[] s, String rights, String frame, int of, int page) {
        long has = words.word(s, rights, of * pages + page);
        int to = (int) words.word(s, frame, of * pages + page) - 1;
        return has == 0 ? null : new SlowAts.Entry(to, (has & 1) != 0, (has & 2) != 0);
    }

    private void same(
            String where, String what, SlowAts.Entry found, Map<List<Integer>, SlowAts.Entry> all, int of, int page) {
        SlowAts.Entry has = all.get(List.of(of, page));
        if (found == null ? has != null : !found.equals(has)) {
            differ(where, what + " of " + of + " page " + page + ": " + found + ", not " + has);
        }
    }

    private void requests(Place at, String where, int device, int page) {
        for (int frame = 0; frame < pages; frame++) {
            for (boolean writes : new boolean[] {false, true}) {
                String gets = writes ? "getsW" : "getsR";
                if (says(gets, at.s, device, page, frame) != at.unit.gets(device, page, frame, writes)) {
                    differ(where, gets + " " + List.of(device, page, frame));
                }
            }
        }
    }

    /** What may be served, and that of it what the tables do not give is owed. */
    private void served(Place at, String where, int did, int page) {
        for (int frame = 0; frame < pages; frame++) {
            for (boolean writes : new boolean[] {false, true}) {
                String may = writes ? "mayW" : "mayR";
                boolean serves = at.unit.serves(did, page, frame, writes);
                if (says(may, at.s, 0, did, page, frame) != serves) {
                    differ(where, may + " " + List.of(did, page, frame));
                }
                SlowAts.Entry gives = at.unit.tables.get(did).get(page);
                boolean stale = serves && (gives == null || gives.frame() != frame || !gives.allows(writes));
                if (stale && !says(writes ? "dirtyW" : "dirty", at.s, 0, did, page)) {
                    differ(where, "stale and not owed: " + List.of(did, page, frame));
                }
            }
        }
    }
}
