package dev.moat.twin.amdvi;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * A slow, obvious AMD-Vi unit in the specification profile of the recorded answers. It caches nothing; it knows what a unit
 * that caches may answer, and says all of it.
 *
 * <p>Offsets of registers are those of the sheet, section 2. Reading of the sources where they leave something open:
 * {@code docs/project/reference-implementations.md}.
 */
final class SlowAmdViUnit {
    /** What caches may hold. */
    enum Caches {
        /** Of a domain, translations from every root that a DTE of it ever pointed at: the recorded answers' page says so. */
        OF_ALL_ROOTS,
        /** Of a domain, those from roots that a DTE led to since its directories were last invalidated. */
        OF_REACHABLE_ROOTS,
        /** Nothing. */
        NONE
    }

    private static final long POINTER = 0x7fff0;
    private static final long ENABLE = 1;
    private static final long EVENT_LOG = 1 << 2;
    private static final long COMMANDS = 1 << 12;

    private final SlowAmdViRules rules;
    private final SlowAmdViMemory memory;
    private final SlowAmdViInvalidations invalidations;
    private final SlowAmdViDevices devices;
    private final SlowAmdViEventLog log;
    private final long features;
    private final Caches caches;

    private boolean everEnabled;
    private boolean commandsRun;
    private boolean waited;
    private long control;
    private long deviceTable;
    private long commandBase;
    private long commandHead;
    private long commandTail;
    private long exclusionBase;
    private long exclusionLimit;

    /**
     * A unit at power-on: all registers 0.
     *
     * @param features the Extended Feature register, 30
     * @param initial what memory holds before it is stored to
     */
    SlowAmdViUnit(SlowAmdViRules rules, Caches caches, long features, LongUnaryOperator initial) {
        this.rules = rules;
        this.caches = caches;
        this.features = features;
        memory = new SlowAmdViMemory(initial);
        invalidations = new SlowAmdViInvalidations(rules);
        devices = new SlowAmdViDevices(memory, rules, invalidations);
        log = new SlowAmdViEventLog(memory, rules);
    }

    /** Software stores words at one instant; pairs of an address and a value. */
    void store(List<long[]> words) {
        memory.tick();
        words.forEach(w -> memory.store(w[0], w[1]));
        observe();
    }

    /** Software reads a word. */
    long load(long address) {
        return memory.load(address);
    }

    /** A 64-bit write of a register. */
    void write(int offset, long value) {
        memory.tick();
        switch (offset) {
            case 0x0 -> deviceTable = value;
            case 0x8 -> {
                commandBase = value;
                commandHead = 0;
                commandTail = 0;
            }
            case 0x10 -> log.base(value);
            case 0x18 -> control(value);
            case 0x20 -> exclusionBase = value;
            case 0x28 -> exclusionLimit = value;
            case 0x2000 -> commandHead = value & POINTER;
            case 0x2008 -> commandTail = value & POINTER;
            case 0x2010 -> log.head(value & POINTER);
            case 0x2018 -> log.tail(value & POINTER);
            case 0x2020 -> clearStatus(value);
            default -> throw new IllegalArgumentException("register " + Integer.toHexString(offset));
        }
        observe();
        runCommands();
    }

    private void control(long value) {
        long old = control;
        control = value;
        if (rules.translates(value) && !everEnabled) {
            everEnabled = true;
            invalidations.all(memory.now());
        }
        log.enabled(all(value, ENABLE | EVENT_LOG));
        if (!all(value, ENABLE | COMMANDS)) {
            commandsRun = false;
        } else if (!all(old, ENABLE | COMMANDS)) {
            commandsRun = true;
        }
    }

    private static boolean all(long word, long bits) {
        return (word & bits) == bits;
    }

    private void clearStatus(long value) {
        if ((value & 1) != 0) {
            log.clearOverflow();
        }
        if ((value & 4) != 0) {
            waited = false;
        }
    }

    /** A 64-bit read of a register. Of the status, bit 1 (EventLogInt) is not modelled: no source says when it is set. */
    long read(int offset) {
        return switch (offset) {
            case 0x0 -> deviceTable;
            case 0x8 -> commandBase;
            case 0x10 -> log.base();
            case 0x18 -> control;
            case 0x20 -> exclusionBase;
            case 0x28 -> exclusionLimit;
            case 0x30 -> features;
            case 0x2000 -> commandHead;
            case 0x2008 -> commandTail;
            case 0x2010 -> log.head();
            case 0x2018 -> log.tail();
            case 0x2020 -> bit(log.overflow(), 0) | bit(waited, 2) | bit(log.running(), 3) | bit(commandsRun, 4);
            default -> throw new IllegalArgumentException("register " + Integer.toHexString(offset));
        };
    }

    private static long bit(boolean set, int at) {
        return set ? 1L << at : 0;
    }

    private void observe() {
        if (rules.translates(control)) {
            devices.observe(deviceTable);
        }
    }

    /** Section 6: from head to tail, until a command is illegal; that one stays at the head. */
    private void runCommands() {
        while (commandsRun && commandHead != commandTail) {
            long at = rules.base(commandBase) + commandHead;
            long w0 = memory.load(at);
            long w1 = memory.load(at + 8);
            if (!rules.legal(w0, w1, features)) {
                commandsRun = false;
                log.log(rules.illegalCommand(at));
                return;
            }
            memory.tick();
            execute(w0, w1);
            observe();
            commandHead = (commandHead + 16) % rules.ringBytes(commandBase);
        }
    }

    /** Commands 4 to 7 concern devices, interrupts and page requests: for the unit's own caches they do nothing. */
    private void execute(long w0, long w1) {
        switch (rules.opcode(w0)) {
            case 1 -> {
                if (rules.waitStores(w0)) {
                    memory.store(rules.waitAddress(w0), w1);
                }
                waited |= rules.waitInterrupts(w0);
            }
            case 2 -> invalidations.device(memory.now(), rules.commandDevice(w0));
            case 3 -> invalidations.pages(memory.now(), rules.commandDomain(w0), w1);
            case 8 -> invalidations.all(memory.now());
            default -> {}
        }
    }

    /** The ring's next free place is taken if software added one more command. */
    boolean commandRingFull(long softwareTail) {
        return rules.full(commandHead, softwareTail, rules.ringBytes(commandBase));
    }

    /** The event log of the unit. */
    SlowAmdViEventLog log() {
        return log;
    }

    /** An event is put into the log, as far as it takes it. */
    void took(String event) {
        memory.tick();
        log.log(event);
    }

    /**
     * What a request may be answered with; the first answer is the one of a unit that caches nothing. Nothing changes.
     *
     * @param iova not in the interrupt range if it is a write
     */
    List<SlowAmdViAnswer> answers(int deviceId, long iova, boolean write) {
        if (!rules.translates(control)) {
            return List.of(SlowAmdViAnswer.at(iova));
        }
        int flags = rules.writeFlag(write);
        if (rules.beyondTable(deviceId, deviceTable)) {
            return List.of(SlowAmdViAnswer.blocked(rules.illegalDeviceEntry(deviceId, flags, iova)));
        }
        if (rules.interruptRange(iova)) {
            return List.of(SlowAmdViAnswer.blocked(rules.invalidRequest(deviceId, iova)));
        }
        Set<SlowAmdViAnswer> answers = new LinkedHashSet<>();
        for (SlowAmdViDevices.Entry entry : entries(deviceId)) {
            answers.addAll(byEntry(entry, deviceId, iova, write));
            if (rules.suppressesRepeatedEvents(entry.d1())) {
                byEntry(entry, deviceId, iova, write).stream()
                        .filter(a -> rules.isPageFault(a.event()))
                        .forEach(a -> answers.add(new SlowAmdViAnswer(a.outcome(), "")));
            }
        }
        return List.copyOf(answers);
    }

    private List<SlowAmdViDevices.Entry> entries(int deviceId) {
        return caches == Caches.NONE
                ? List.of(devices.present(deviceTable, deviceId))
                : devices.candidates(deviceTable, deviceId);
    }

    /** Order 4 to 8. */
    private Set<SlowAmdViAnswer> byEntry(SlowAmdViDevices.Entry entry, int deviceId, long iova, boolean write) {
        long d0 = entry.d0();
        int flags = rules.writeFlag(write);
        int domain = rules.domain(entry.d1());
        UnaryOperator<String> logged =
                event -> rules.suppressesEvents(entry.d1()) && rules.isPageFault(event) ? "" : event;
        if (!rules.valid(d0)) {
            return Set.of(SlowAmdViAnswer.at(iova));
        }
        if (rules.reservedInDeviceEntry(d0)) {
            return blocked(logged, rules.illegalDeviceEntry(deviceId, 0x80 | flags, iova));
        }
        if (rules.excluded(exclusionBase, exclusionLimit, entry.d1(), iova)) {
            return Set.of(SlowAmdViAnswer.at(iova));
        }
        if (!rules.translationValid(d0)) {
            return blocked(logged, "?" + rules.pageFault(deviceId, flags, domain, iova));
        }
        return switch (rules.mode(d0)) {
            case 7 -> blocked(logged, "?" + rules.illegalDeviceEntry(deviceId, flags, iova));
            case 0 ->
                rules.permits(d0, write)
                        ? Set.of(SlowAmdViAnswer.at(iova))
                        : blocked(logged, "?" + rules.pageFault(deviceId, 0x50 | flags, domain, iova));
            default -> walked(entry, deviceId, iova, write, logged);
        };
    }

    private static Set<SlowAmdViAnswer> blocked(UnaryOperator<String> logged, String event) {
        return Set.of(SlowAmdViAnswer.blocked(logged.apply(event)));
    }

    /** The device's own root, then the other roots of its domain: caches are tagged with the domain alone. */
    private Set<SlowAmdViAnswer> walked(
            SlowAmdViDevices.Entry entry, int deviceId, long iova, boolean write, UnaryOperator<String> logged) {
        int domain = rules.domain(entry.d1());
        boolean none = caches == Caches.NONE;
        long leafSince = none ? memory.now() : invalidations.leafSince(domain, iova);
        long directorySince = none ? memory.now() : invalidations.directorySince(domain, iova);
        Set<SlowAmdViDevices.Root> all = new LinkedHashSet<>();
        all.add(new SlowAmdViDevices.Root(rules.root(entry.d0()), rules.mode(entry.d0())));
        if (!none) {
            all.addAll(devices.roots(domain, caches == Caches.OF_ALL_ROOTS ? -1 : directorySince));
        }
        Set<SlowAmdViAnswer> answers = new LinkedHashSet<>();
        for (SlowAmdViDevices.Root root : all) {
            long born = devices.rootSince(root.table());
            SlowAmdViWalk walk = new SlowAmdViWalk(
                    memory,
                    rules,
                    deviceId,
                    domain,
                    iova,
                    write,
                    Math.max(leafSince, born),
                    Math.max(directorySince, born),
                    logged);
            answers.addAll(walk.from(root.table(), root.mode(), rules.permits(entry.d0(), write)));
        }
        return answers;
    }
}
