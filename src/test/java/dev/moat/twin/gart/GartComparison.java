package dev.moat.twin.gart;

import dev.moat.twin.Difference;
import dev.moat.twin.Segment;
import dev.moat.twin.Twins;
import dev.moat.twin.gart.GartOperation.Access;
import dev.moat.twin.gart.GartOperation.AccessAt;
import dev.moat.twin.gart.GartOperation.Coherent;
import dev.moat.twin.gart.GartOperation.Map;
import dev.moat.twin.gart.GartOperation.MapList;
import dev.moat.twin.gart.GartOperation.PowerOn;
import dev.moat.twin.gart.GartOperation.Unmap;
import dev.moat.twin.gart.GartOperation.UnmapAt;
import dev.moat.twin.gart.GartOperation.UnmapList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Runs a script on a machine and on the twin. Calls of the driver must answer the same, write the same registers, warn as
 * often and leave the same entries, the same pages in use, the same place to search from and the same need to flush.
 * Accesses must reach what the twin allows.
 */
public final class GartComparison {
    private static final String HANG = "HANG";
    private static final List<String> DEATHS = List.of("BUG", "PANIC", HANG);

    private final Function<GartUnderTest.Machine, GartUnderTest> machines;
    private final Set<String> seen = new TreeSet<>();
    private int accesses;

    /** A comparison with new machines from here. */
    public GartComparison(Function<GartUnderTest.Machine, GartUnderTest> machines) {
        this.machines = machines;
    }

    /** Accesses so far. */
    public int accesses() {
        return accesses;
    }

    /** What happened so far, by name: so that a test can say that scripts come everywhere. */
    public Set<String> seen() {
        return seen;
    }

    /** Where the two part first, from power-on. */
    public Optional<Difference> run(List<GartOperation> script) {
        if (script.isEmpty() || !(script.get(0) instanceof PowerOn powerOn)) {
            return Optional.empty();
        }
        return Difference.first(script, new Run(powerOn.machine(), machines.apply(powerOn.machine()))::step);
    }

    private final class Run {
        private final GartUnderTest.Machine made;
        private final GartUnderTest tested;
        private final GartTwin twin;
        private final TreeMap<Integer, Segment> mappings = new TreeMap<>();
        private final TreeMap<Integer, List<Segment>> lists = new TreeMap<>();
        private final TreeMap<Integer, Long> places = new TreeMap<>();
        private boolean dead;

        Run(GartUnderTest.Machine made, GartUnderTest tested) {
            this.made = made;
            this.tested = tested;
            twin = new GartTwin(made, tested.cachesInvalidEntries());
        }

        Optional<String> step(GartOperation operation) {
            if (dead || !tested.has(operation.getClass()) || gone(operation)) {
                return Optional.empty();
            }
            if (operation instanceof Access a) {
                return access(a.node(), places.get(a.number()) + a.offset());
            }
            if (operation instanceof AccessAt a) {
                return access(a.node(), a.address());
            }
            String wanted = Twins.ask(() -> call(twin, operation));
            String found = call(tested, operation);
            remember(operation, wanted);
            dead = DEATHS.contains(wanted);
            if (wanted.equals(HANG) && (found.equals(HANG) || found.equals(SlowGartLinux.FAILED))) {
                // A call that never comes back leaves nothing to compare.
                return Optional.empty();
            }
            return wanted.equals(found) ? effects() : Optional.of("answer: twin " + wanted + ", tested " + found);
        }

        /** What an operation refers to is not there. */
        private boolean gone(GartOperation operation) {
            if (operation instanceof Unmap u) {
                return !mappings.containsKey(u.number());
            } else if (operation instanceof UnmapList u) {
                return !lists.containsKey(u.number());
            }
            return operation instanceof Access a && !places.containsKey(a.number());
        }

        private String call(GartUnderTest machine, GartOperation operation) {
            if (operation instanceof PowerOn) {
                return machine.init();
            } else if (operation instanceof GartOperation.Device d) {
                machine.device(d.mask(), d.busLimit(), d.boundaryMask(), d.maxSegment());
            } else if (operation instanceof GartOperation.PanicOnOverflow p) {
                machine.panicOnOverflow(p.panic());
            } else if (operation instanceof Map m) {
                return machine.map(m.physical(), m.size());
            } else if (operation instanceof Unmap u) {
                Segment m = mappings.get(u.number());
                return machine.unmap(m.start(), m.size());
            } else if (operation instanceof UnmapAt u) {
                return machine.unmap(u.dma(), u.size());
            } else if (operation instanceof MapList m) {
                return machine.mapSegments(m.segments());
            } else if (operation instanceof UnmapList u) {
                return machine.unmapSegments(lists.get(u.number()));
            } else if (operation instanceof Coherent c) {
                return machine.allocateCoherent(c.physical(), c.size());
            } else if (operation instanceof GartOperation.Power p) {
                return p.on() ? machine.resume(made.order(), made.apertureBase()) : machine.shutdown();
            }
            return "";
        }

        private void remember(GartOperation operation, String answer) {
            String name = operation.getClass().getSimpleName();
            boolean failed = DEATHS.contains(answer) || answer.equals(SlowGartLinux.FAILED) || answer.startsWith("-");
            seen.add(name + (failed ? " " + answer : ""));
            if (operation instanceof Unmap u) {
                mappings.remove(u.number());
            } else if (operation instanceof UnmapList u) {
                lists.remove(u.number());
            } else if (operation instanceof Map m && !failed) {
                place(m.number(), new Segment(Long.parseUnsignedLong(answer, 16), m.size()));
            } else if (operation instanceof Coherent c && !failed) {
                place(c.number(), new Segment(Long.parseUnsignedLong(answer, 16), c.size()));
            } else if (operation instanceof MapList m && !failed) {
                List<Segment> pieces = Segment.list(answer.substring(answer.indexOf(';') + 1));
                lists.put(m.number(), pieces);
                places.put(m.number(), pieces.get(0).start());
                seen.add(pieces.size() < m.segments().size() ? "merged" : "not merged");
            }
        }

        private void place(int number, Segment mapped) {
            mappings.put(number, mapped);
            places.put(number, mapped.start());
        }

        private Optional<String> effects() {
            List<String> wanted = twin.takeWrites();
            List<String> found = tested.takeWrites();
            if (!wanted.equals(found)) {
                return Optional.of("registers: twin " + wanted + ", tested " + found);
            }
            String state = state(twin);
            String testedState = state(tested);
            return state.equals(testedState) ? table() : Optional.of("twin " + state + ", tested " + testedState);
        }

        private static String state(GartUnderTest machine) {
            return machine.takeWarnings() + " warnings, next bit " + machine.nextBit() + ", "
                    + (machine.needFlush() ? "a" : "no") + " flush is needed";
        }

        private Optional<String> table() {
            long[] wanted = twin.entries();
            long[] found = tested.entries();
            int at = Arrays.mismatch(wanted, found);
            if (at >= 0) {
                return Optional.of(
                        at < Math.min(wanted.length, found.length)
                                ? String.format("entry %d: twin %x, tested %x", at, wanted[at], found[at])
                                : "entries: twin has " + wanted.length + ", tested " + found.length);
            }
            BitSet used = (BitSet) twin.used().clone();
            used.xor(tested.used());
            return used.isEmpty()
                    ? Optional.empty()
                    : Optional.of("page " + used.nextSetBit(0) + ": twin "
                            + (twin.used().get(used.nextSetBit(0)) ? "in use" : "free") + ", tested not so");
        }

        private Optional<String> access(int node, long address) {
            accesses++;
            Set<String> answers = Twins.ask(() -> twin.answers(node, address));
            String found = tested.access(node, address);
            seen.add(answers.size() == 1 ? "one answer" : "several answers");
            return answers.contains(found)
                    ? Optional.empty()
                    : Optional.of(String.format("access at %x: twin allows %s, tested %s", address, answers, found));
        }
    }
}
