package dev.moat.iommu.vtd.register;

import dev.moat.iommu.Memory;
import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.PageAnswer;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import dev.moat.iommu.vtd.format.Request;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.state.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One VT-d unit: registers that software reads and writes, DMA and interrupt requests that devices make. All that it keeps is
 * in the state; tables, queue and statuses are in its memory.
 *
 * <p>Every method is bounded, whatever software has done: a request reads at most 25 + 5 table entries, a register write runs
 * at most the slots of one queue.
 */
public final class Unit {
    /** For {@link #next}. */
    public static final int NOTHING = InvalidationUnit.NOTHING;

    public static final int STOPPED = InvalidationUnit.STOPPED;
    public static final int UNREAD = InvalidationUnit.UNREAD;

    private final UnitState u;
    private final RegisterFile file;
    private final GlobalCommands commands;
    private final InvalidationUnit queue;
    private final FaultRecorder recorder;
    private final EventControl faultEvent;
    private final EventControl completionEvent;
    private final DeviceTables deviceTables;
    private final EntryCache contexts;
    private final Translator translator;
    private final Remapper remapper;
    private final boolean waitsForTail;
    private final boolean asksUnmasked;
    /** Both null without ECAP.PRS. */
    private final @Nullable PageRequestQueue pageQueue;

    private final @Nullable PageRequests pageRequests;

    /**
     * Declares a unit's slots.
     *
     * @param prefix stands before their names
     * @param memory where its tables, queue, statuses and posted-interrupt descriptors are
     */
    public Unit(SchemaBuilder schema, String prefix, UnitOptions options, Memory memory, Messages messages) {
        u = new UnitState(schema, prefix, options);
        file = new RegisterFile(u, options);
        faultEvent = event(u, messages, Register.FAULT_EVENT, Register.FAULT_EVENT_ADDRESS);
        completionEvent = event(u, messages, Register.COMPLETION_EVENT, Register.COMPLETION_EVENT_ADDRESS);
        recorder = new FaultRecorder(u, faultEvent, options.capabilities().faultRecords());
        Caches caches = new Caches(u, options);
        contexts = caches.contexts;
        deviceTables = new DeviceTables(u, memory.of(Memory.Kind.DEVICE_TABLES), options, caches);
        PassThrough passThrough = new PassThrough(u, deviceTables, caches, options);
        Invalidations invalidations = new Invalidations(caches, passThrough, options);
        Memory queued = memory.of(Memory.Kind.QUEUE);
        queue = new InvalidationUnit(options, u, queued, caches, invalidations, recorder, completionEvent, messages);
        commands = new GlobalCommands(options, u, caches, invalidations, queue, recorder);
        Memory paging = memory.of(Memory.Kind.PAGE_TABLES);
        SecondLevelWalk second =
                new SecondLevelWalk(paging, options.capabilities(), options.deviations(), caches.pagingStructures);
        FirstLevelWalk first = new FirstLevelWalk(
                paging, options.capabilities(), options.deviations(), caches.pagingStructures, second);
        translator = new Translator(options, u, caches, passThrough, deviceTables, second, first, recorder);
        remapper = new Remapper(options, u, memory, caches.interrupts, recorder, messages);
        waitsForTail = options.deviations().has(Deviation.QUEUE_WAITS_FOR_TAIL);
        asksUnmasked = options.deviations().has(Deviation.PAGE_EVENT_UNMASKED);
        boolean pages = Ecap.PRS.isSet(options.ecap());
        pageQueue = pages
                ? new PageRequestQueue(
                        schema, prefix, queued, messages, options.capabilities().hostAddressBits())
                : null;
        pageRequests =
                pageQueue == null ? null : new PageRequests(u, deviceTables, invalidations, translator, pageQueue);
    }

    private static EventControl event(UnitState u, Messages messages, Register control, Register address) {
        return new EventControl(u.registers, messages, control.index(), address.index());
    }

    /** Gives the registers their values at reset; the state is blank but for that. */
    public void reset(long[] s) {
        faultEvent.reset(s);
        completionEvent.reset(s);
        if (pageQueue != null) {
            pageQueue.reset(s);
            if (asksUnmasked) {
                pageQueue.unmask(s);
            }
        }
    }

    /**
     * Software reads a register.
     *
     * @param offset byte offset in the register page
     * @param size 4 or 8 bytes, aligned
     * @return without sign; 0 for any other offset or size
     */
    public long read(long[] s, int offset, int size) {
        if (!isAccess(offset, size)) {
            return 0;
        }
        int at = offset & -Long.BYTES;
        PageRequestQueue pages = pageQueueAt(at);
        long word = pages == null ? file.read(s, at) : pages.read(s, at);
        return size == Long.BYTES ? word : word >>> shift(offset) & 0xffffffffL;
    }

    /**
     * Software writes a register, and the unit does what follows from it, the queue included.
     *
     * @param offset byte offset in the register page
     * @param size 4 or 8 bytes, aligned; any other is ignored
     */
    public void write(long[] s, int offset, int size, long value) {
        boolean wasOn = Gsts.QIES.isSet(u.status(s));
        store(s, offset, size, value);
        if (!waitsForTail || !wasOn || offset == Register.IQT.offset()) {
            queue.run(s);
        }
    }

    /** As {@link #write}, but leaves what is queued for {@link #step}. */
    public void store(long[] s, int offset, int size, long value) {
        if (!isAccess(offset, size)) {
            return;
        }
        int at = offset & -Long.BYTES;
        int shift = size == Long.BYTES ? 0 : shift(offset);
        long bytes = size == Long.BYTES ? -1L : 0xffffffffL << shift;
        long word = value << shift & bytes;
        PageRequestQueue pages = pageQueueAt(at);
        if (pages != null) {
            pages.write(s, at, word, bytes);
            return;
        }
        int index = file.index(at);
        if (index < 0) {
            return;
        }
        file.write(s, index, word, bytes);
        boolean low = (bytes & 1) != 0;
        boolean high = bytes < 0;
        if (index < Register.ALL.length) {
            follow(s, Register.ALL[index], word, low, high);
        } else {
            recorder.cleared(s);
        }
    }

    /** Executes the oldest queued descriptor. False when there is none, or the queue is off or stopped. */
    public boolean step(long[] s) {
        return next(s) != NOTHING;
    }

    /** As {@link #step}: the descriptor's type, or {@link #UNREAD}, with {@link #STOPPED} where the queue has stopped at it; or {@link #NOTHING}. */
    public int next(long[] s) {
        return queue.step(s);
    }

    /** The byte address of the slot of the queue that software fills next. */
    public long freeSlot(long[] s) {
        return queue.free(s);
    }

    /** What software writes to IQT when it has filled that. */
    public long tailBehind(long[] s) {
        return queue.next(s);
    }

    /** What software writes to IQT when it has filled all that it can. */
    public long lastTail(long[] s) {
        return queue.last(s);
    }

    /** Bytes of a descriptor of the queue as it was switched on, 16 or 32. */
    public int descriptorBytes(long[] s) {
        return queue.width(s);
    }

    /** What has the register at an offset, if the page requests' queue has it. */
    private @Nullable PageRequestQueue pageQueueAt(int offset) {
        return PageRequestQueue.covers(offset) ? pageQueue : null;
    }

    private static boolean isAccess(int offset, int size) {
        boolean sized = size == Integer.BYTES || size == Long.BYTES;
        return sized && offset >= 0 && offset % size == 0 && offset + size <= RegisterFile.PAGE;
    }

    private static int shift(int offset) {
        return (offset & Integer.BYTES) * Byte.SIZE;
    }

    /** What follows when a half of a word has been stored. */
    private void follow(long[] s, Register register, long word, boolean low, boolean high) {
        switch (register) {
            case COMMAND -> {
                if (low) {
                    commands.written(s, word & 0xffffffffL);
                }
            }
            case CCMD -> {
                if (high) {
                    queue.commandContexts(s);
                }
            }
            case IOTLB -> {
                if (high) {
                    queue.commandTranslations(s);
                }
            }
            case FAULT_STATUS -> recorder.cleared(s);
            case FAULT_EVENT -> faultEvent.written(s);
            case COMPLETION_STATUS -> queue.statusCleared(s);
            case COMPLETION_EVENT -> completionEvent.written(s);
            default -> {
                // Only kept.
            }
        }
    }

    /**
     * A device asks to read or write memory.
     *
     * @param sid source-id
     * @param pasid 20 bits, or {@link Access#NO_PASID}
     * @param access bits of {@link Access}
     * @return a {@link DmaAnswer}
     */
    public long dma(long[] s, int sid, long pasid, long address, int access) {
        return translator.translate(s, Request.of(sid, pasid, access), address);
    }

    /**
     * A device asks to have a page present.
     *
     * @param request a {@link Request} {@link Request#asking for a page}; a device without a device TLB makes none
     * @return a {@link PageAnswer}; {@link PageAnswer#OFF} without ECAP.PRS
     */
    public int askPage(long[] s, long request, long address) {
        return pageRequests == null ? PageAnswer.OFF : pageRequests.ask(s, request, address);
    }

    /**
     * A device, or an IOAPIC, raises an interrupt.
     *
     * @param sid source-id, or {@link InterruptRequest#NO_SOURCE}
     * @param address an address that {@link InterruptRequest#isInterrupt belongs to interrupts}
     * @param data 32 bits
     * @return an {@link InterruptAnswer}
     */
    public long interrupt(long[] s, int sid, long address, long data) {
        return remapper.request(s, sid, address, data);
    }

    /**
     * The next version of the entry that an interrupt request leads to which was fetched and not invalidated since. Hardware may
     * act on any of them instead of the entry in memory.
     *
     * @param from number to begin at, 0 at first
     * @return its number, or -1
     */
    public int fetchedEntry(long[] s, long address, long data, int from) {
        return remapper.older(s, address, data, from);
    }

    /** What a requester would get by a {@link #fetchedEntry}, nothing changed by it. */
    public long byFetchedEntry(long[] s, int entry, int sid) {
        return remapper.byOlder(s, entry, sid);
    }

    /**
     * Reads a requester's context entry as its memory has it now, past the cache, for software that shadows its tables.
     *
     * @param words receives the entry, 4 words; zeros where it was not reached
     * @return what makes it unusable, or {@link FaultCondition#NONE}
     */
    public FaultCondition inspectContext(long[] s, int sid, long[] words) {
        FaultCondition wrong = deviceTables.readContext(s, sid);
        for (int w = 0; w < UnitState.CONTEXT_WORDS; w++) {
            words[w] = contexts.word(s, contexts.inHand(), w);
        }
        contexts.drop(s);
        return wrong == null ? FaultCondition.NONE : wrong;
    }
}
