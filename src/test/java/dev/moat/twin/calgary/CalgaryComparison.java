package dev.moat.twin.calgary;

import dev.moat.twin.Difference;
import dev.moat.twin.Twins;
import dev.moat.twin.calgary.CalgaryOperation.Access;
import dev.moat.twin.calgary.CalgaryOperation.AccessAt;
import dev.moat.twin.calgary.CalgaryOperation.PowerOn;
import dev.moat.twin.calgary.CalgaryOperation.Unmap;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Runs a script on a bus and on the twin. Calls of the driver must answer the same, do the same register accesses, flush as
 * often, warn as often, and leave the same table and the same reserved entries. Accesses of devices must be answered as the
 * twin allows; whether CSR then shows an error is compared where the sources say it.
 */
public final class CalgaryComparison {
    private static final String HANG = "HANG";
    private static final List<String> DEATHS = List.of("BUG", "PANIC", HANG);

    private final Function<CalgaryUnderTest.Chip, CalgaryUnderTest> buses;
    private final Set<String> seen = new TreeSet<>();
    private int accesses;

    /** A comparison with new buses from here. */
    public CalgaryComparison(Function<CalgaryUnderTest.Chip, CalgaryUnderTest> buses) {
        this.buses = buses;
    }

    /** Accesses of devices so far. */
    public int accesses() {
        return accesses;
    }

    /** What happened so far, by name: so that a test can say that scripts come everywhere. */
    public Set<String> seen() {
        return seen;
    }

    /** Where the two part first, from power-on. */
    public Optional<Difference> run(List<CalgaryOperation> script) {
        if (script.isEmpty() || !(script.get(0) instanceof PowerOn powerOn)) {
            return Optional.empty();
        }
        return Difference.first(script, new Run(powerOn.chip(), buses.apply(powerOn.chip()))::step);
    }

    private record Mapping(long dma, long size) {}

    private final class Run {
        private final CalgaryUnderTest.Chip made;
        private final CalgaryUnderTest tested;
        private final CalgaryTwin twin;
        private final Map<Integer, Mapping> mappings = new TreeMap<>();
        private final Map<Integer, Mapping> former = new TreeMap<>();
        private boolean initialised;
        private boolean dead;

        Run(CalgaryUnderTest.Chip made, CalgaryUnderTest tested) {
            this.made = made;
            this.tested = tested;
            twin = new CalgaryTwin(made);
        }

        Optional<String> step(CalgaryOperation operation) {
            if (dead || !tested.has(operation.getClass()) || operation instanceof PowerOn) {
                return Optional.empty();
            }
            if (operation instanceof Access a) {
                Mapping m = mappings.getOrDefault(a.number(), former.get(a.number()));
                return m == null ? Optional.empty() : access(m.dma + a.offset(), a.write());
            }
            if (operation instanceof AccessAt a) {
                return access(a.ioAddress(), a.write());
            }
            return call(operation);
        }

        /** Calls need a bus that is set up and not given up; made smaller, a script may lack that. */
        private Optional<String> call(CalgaryOperation operation) {
            boolean init = operation.equals(new CalgaryOperation.Call(CalgaryOperation.Call.Name.INIT));
            boolean preset = operation instanceof CalgaryOperation.Preset
                    || operation instanceof CalgaryOperation.PresetEntry
                    || operation instanceof CalgaryOperation.Polls;
            boolean entryTooLate = operation instanceof CalgaryOperation.PresetEntry && initialised;
            if (!preset && initialised == init || entryTooLate) {
                return Optional.empty();
            }
            Mapping unmapped = operation instanceof Unmap u ? mappings.get(u.number()) : null;
            if (operation instanceof Unmap && unmapped == null) {
                return Optional.empty();
            }
            String wanted = Twins.ask(() -> answer(twin, operation, unmapped));
            String found = answer(tested, operation, unmapped);
            remember(operation, wanted);
            initialised |= init;
            initialised &= !operation.equals(new CalgaryOperation.Call(CalgaryOperation.Call.Name.FREE_BUS));
            dead = DEATHS.contains(wanted);
            if (wanted.equals(HANG) && (found.equals(HANG) || found.equals(SlowCalgaryLinux.FAILED))) {
                // A call that never comes back leaves nothing to compare.
                return Optional.empty();
            }
            return wanted.equals(found) ? effects() : Optional.of("answer: twin " + wanted + ", tested " + found);
        }

        private String answer(CalgaryUnderTest bus, CalgaryOperation operation, Mapping unmapped) {
            return unmapped != null ? bus.unmap(unmapped.dma, unmapped.size) : CalgaryCalls.call(bus, operation);
        }

        private void remember(CalgaryOperation operation, String answer) {
            seen.add(operation.getClass().getSimpleName() + (DEATHS.contains(answer) ? " " + answer : ""));
            if (operation instanceof Unmap u) {
                former.put(u.number(), Objects.requireNonNull(mappings.remove(u.number())));
            } else if (operation instanceof CalgaryOperation.Map m && !DEATHS.contains(answer)) {
                if (answer.equals(SlowCalgaryLinux.FAILED)) {
                    seen.add("map fails");
                } else {
                    mappings.put(m.number(), new Mapping(Long.parseUnsignedLong(answer, 16), m.size()));
                }
            }
        }

        private Optional<String> effects() {
            List<String> wanted = twin.takeAccesses();
            List<String> found = tested.takeAccesses();
            if (!wanted.equals(found)) {
                return Optional.of("registers: twin " + wanted + ", tested " + found);
            }
            int flushed = tested.takeFlushes();
            int warned = tested.takeWarnings();
            int flushes = twin.takeFlushes();
            int warnings = twin.takeWarnings();
            if (flushes != flushed || warnings != warned) {
                return Optional.of("twin " + flushes + " flushes, " + warnings + " warnings, tested " + flushed
                        + " flushes, " + warned + " warnings");
            }
            return table();
        }

        private Optional<String> table() {
            long[] wanted = twin.entries();
            long[] found = tested.entries();
            int at = Arrays.mismatch(wanted, found);
            if (at >= 0) {
                return Optional.of(String.format("entry %d: twin %x, tested %x", at, wanted[at], found[at]));
            }
            BitSet used = (BitSet) twin.used().clone();
            used.xor(tested.used());
            int bit = used.nextSetBit(0);
            return bit < 0 || bit >= wanted.length
                    ? Optional.empty()
                    : Optional.of(
                            "entry " + bit + ": twin " + (twin.used().get(bit) ? "taken" : "free") + ", tested not so");
        }

        private Optional<String> access(long ioAddress, boolean write) {
            accesses++;
            long csr = SlowCalgaryChip.inWindow(made.phb(), 0x110);
            Set<CalgaryAnswer> answers = Twins.ask(() -> twin.chip().answers(made.phb(), ioAddress, write));
            String found = tested.access(ioAddress, write);
            long before = twin.peek(csr);
            long after = tested.peek(csr);
            seen.add(answers.size() == 1 ? "one answer" : "several answers");
            for (CalgaryAnswer answer : answers) {
                boolean error = (after & SlowCalgaryChip.ERRORS) != 0;
                boolean agrees = switch (answer.error()) {
                    case YES -> error;
                    case NO -> after == before;
                    case OPEN -> true;
                };
                if (answer.outcome().equals(found) && agrees) {
                    twin.preset(csr, after, 4);
                    return Optional.empty();
                }
            }
            return Optional.of(String.format(
                    "access at %x: twin allows %s, tested %s, CSR %x then %x",
                    ioAddress, answers, found, before, after));
        }
    }
}
