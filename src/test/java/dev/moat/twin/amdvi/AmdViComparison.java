package dev.moat.twin.amdvi;

import dev.moat.twin.Difference;
import dev.moat.twin.Twins;
import dev.moat.twin.amdvi.AmdViOperation.Command;
import dev.moat.twin.amdvi.AmdViOperation.Register;
import dev.moat.twin.amdvi.AmdViOperation.Request;
import dev.moat.twin.amdvi.AmdViOperation.Store;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Runs a script on a unit and on the twin. A request's answer must be one that the twin allows, with its event in the log;
 * everything else must be equal: command head and tail, event tail, EventOverflow, ComWaitInt, both run bits, the words of
 * new events and what COMPLETION_WAIT stored.
 */
public final class AmdViComparison {
    /** EventLogInt, bit 1, is left out: no source says when it is set. */
    private static final long JUDGED_STATUS = 0x1d;

    private static final int EXTENDED_FEATURES = 0x30;
    private static final long EVENT_LOG = 1 << 2;
    private static final long COMMANDS = 1 << 12;

    private final Supplier<AmdViUnderTest> units;

    private int requests;
    private int certain;

    /** A comparison with new units from here. */
    public AmdViComparison(Supplier<AmdViUnderTest> units) {
        this.units = units;
    }

    /** Requests so far. */
    public int requests() {
        return requests;
    }

    /** Requests so far that only one answer was allowed to. */
    public int certain() {
        return certain;
    }

    /** Where the two part first, from power-on. */
    public Optional<Difference> run(List<AmdViOperation> script) {
        return Difference.first(script, new Run(units.get())::step);
    }

    private final class Run {
        private final AmdViUnderTest tested;
        private final SlowAmdViUnit twin;
        private final SlowAmdViRules rules = new SlowAmdViRules();
        private long softwareTail;

        Run(AmdViUnderTest tested) {
            this.tested = tested;
            long features = tested.read(EXTENDED_FEATURES);
            SlowAmdViUnit.Caches caches =
                    tested.caches() ? SlowAmdViUnit.Caches.OF_REACHABLE_ROOTS : SlowAmdViUnit.Caches.NONE;
            twin = new SlowAmdViUnit(rules, caches, features, address -> 0);
        }

        Optional<String> step(AmdViOperation operation) {
            long tail = twin.log().tail();
            if (operation instanceof Register r && !defined(r)) {
                return Optional.empty();
            }
            if (operation instanceof Register r) {
                write(r.offset(), r.value());
                softwareTail = r.offset() == 0x8 ? 0 : softwareTail;
                tail = r.offset() == 0x10 ? 0 : tail;
            } else if (operation instanceof Store s) {
                store(s.words());
            } else if (operation instanceof Command c) {
                command(c);
            } else if (operation instanceof Request r) {
                Optional<String> difference = request(r);
                if (difference.isPresent()) {
                    return difference;
                }
            }
            return state(tail);
        }

        /** Scripts that were made smaller must not switch on what has no ring, nor move what is on. */
        private boolean defined(Register r) {
            long control = r.offset() == 0x18 ? r.value() : twin.read(0x18);
            boolean log = (control & EVENT_LOG) != 0;
            boolean commands = (control & COMMANDS) != 0;
            return switch (r.offset()) {
                case 0x0 -> (control & 1) == 0;
                case 0x8 -> !commands;
                case 0x10 -> !log;
                case 0x18 -> (!log || hasRing(0x10)) && (!commands || hasRing(0x8));
                default -> true;
            };
        }

        private boolean hasRing(int offset) {
            return twin.read(offset) >>> 56 >= 8;
        }

        private void write(int offset, long value) {
            Twins.tell(() -> twin.write(offset, value));
            tested.write(offset, value);
        }

        private void store(List<AmdViOperation.Word> words) {
            List<long[]> pairs =
                    words.stream().map(w -> new long[] {w.address(), w.value()}).toList();
            Twins.tell(() -> twin.store(pairs));
            tested.store(words);
        }

        private void command(Command c) {
            if (twin.commandRingFull(softwareTail)) {
                return;
            }
            long ring = twin.read(0x8);
            long at = rules.base(ring) + softwareTail;
            store(List.of(new AmdViOperation.Word(at, c.w0()), new AmdViOperation.Word(at + 8, c.w1())));
            softwareTail = (softwareTail + 16) % rules.ringBytes(ring);
            write(0x2008, softwareTail);
        }

        private Optional<String> request(Request r) {
            List<SlowAmdViAnswer> answers = Twins.ask(() -> twin.answers(r.deviceId(), r.iova(), r.write()));
            OptionalLong reached = tested.request(r.deviceId(), r.iova(), r.write());
            String outcome = reached.isPresent() ? Long.toHexString(reached.getAsLong()) : SlowAmdViAnswer.BLOCKED;
            requests++;
            certain += answers.stream().map(SlowAmdViAnswer::outcome).distinct().count() == 1 ? 1 : 0;
            Set<String> events = new LinkedHashSet<>();
            for (SlowAmdViAnswer answer : answers) {
                if (answer.outcome().equals(outcome)) {
                    events.add(answer.event());
                }
            }
            if (events.isEmpty()) {
                return Optional.of("outcome: twin allows " + answers + ", tested " + outcome);
            }
            return log(events);
        }

        /** The log must look like after one of these events; then the twin's log has it too. */
        private Optional<String> log(Set<String> events) {
            SlowAmdViEventLog log = twin.log();
            boolean moved = tested.read(0x2018) != log.tail();
            boolean overflowed = (tested.read(0x2020) & 1) != 0 && !log.overflow();
            String written = moved ? event(tested.load(log.slot()), tested.load(log.slot() + 8)) : "";
            for (String event : events) {
                boolean open = event.startsWith("?");
                boolean nothing = event.isEmpty() || !log.running() || open;
                if (!moved && !overflowed && nothing) {
                    return Optional.empty();
                }
                boolean due = !event.isEmpty() && log.running();
                boolean same = written.equals(event) || open && resembles(written, event);
                if (due && (log.hasRoom() ? moved && same : overflowed)) {
                    twin.took(moved ? written : event.replace("?", ""));
                    return Optional.empty();
                }
            }
            return Optional.of("event: twin wants one of " + events + ", tested "
                    + (moved ? written : overflowed ? "sets EventOverflow" : "logs nothing"));
        }

        /** An event that the sources leave open: some event of a known type with this device and address. */
        private boolean resembles(String written, String open) {
            String[] found = written.split("\\.");
            String[] wanted = open.substring(1).split("\\.");
            return found[0].equals(wanted[0])
                    && found[1].matches("[128].*")
                    && found[2].equals(wanted[2])
                    && found[3].equals(wanted[3]);
        }

        private String event(long w0, long w1) {
            return String.format("%08x.%08x.%08x.%08x", (int) w0, (int) (w0 >>> 32), (int) w1, (int) (w1 >>> 32));
        }

        private Optional<String> state(long oldTail) {
            List<String> parts = new ArrayList<>();
            for (int offset : new int[] {0x2000, 0x2008, 0x2018}) {
                compare(parts, Integer.toHexString(offset), twin.read(offset), tested.read(offset));
            }
            compare(parts, "2020", twin.read(0x2020), tested.read(0x2020) & JUDGED_STATUS);
            SlowAmdViEventLog log = twin.log();
            for (long at = oldTail; at != log.tail(); at = (at + 16) % rules.ringBytes(log.base())) {
                compareWord(parts, rules.base(log.base()) + at);
                compareWord(parts, rules.base(log.base()) + at + 8);
            }
            for (int i = 0; i < AmdViScripts.WAIT_WORDS; i++) {
                compareWord(parts, AmdViScripts.WAITS + 8L * i);
            }
            return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
        }

        private void compareWord(List<String> parts, long address) {
            compare(parts, "memory " + Long.toHexString(address), twin.load(address), tested.load(address));
        }

        private void compare(List<String> parts, String what, long wanted, long found) {
            if (wanted != found) {
                parts.add(String.format("%s: twin %x, tested %x", what, wanted, found));
            }
        }
    }
}
