package dev.moat.iommu.vtd.register;

import dev.moat.bits.BitField;
import dev.moat.iommu.vtd.format.InterruptTable;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where a unit is in the state: registers, what it latched from them, caches. Tables and queue are in its memory.
 *
 * <p>Cached entries of a kind are elements 0 to count - 1, in no order that means anything. Of contexts and PASID entries there
 * is one element more, the last: the entry that the unit has in hand, dead between requests.
 */
final class UnitState {
    /** Requester of a cached context entry or translation. */
    static final BitField SID = new BitField("SID", 15, 0);
    /** Tag of a cached translation. */
    static final BitField DID = new BitField("DID", 31, 16);

    static final BitField PASID = new BitField("PASID", 51, 32);
    /** Level of a cached page or table. */
    static final BitField LEVEL = new BitField("LEVEL", 54, 52);
    /** What was walked: {@link #LEGACY}, or the PGTT. */
    static final BitField KIND = new BitField("KIND", 56, 55);

    static final BitField R = BitField.bit("R", 57);
    static final BitField W = BitField.bit("W", 58);
    static final BitField XD = BitField.bit("XD", 59);
    /** The leaf was dirty when it was cached, or has been made so. */
    static final BitField D = BitField.bit("D", 60);
    /** Walked for a supervisor, whose rights differ. */
    static final BitField PRIVILEGED = BitField.bit("PRIVILEGED", 61);
    /** A failure: R and W are rights that are missing. */
    static final BitField FAILED = BitField.bit("FAILED", 62);

    static final BitField NONE_63 = BitField.bit("NONE_63", 63);
    /** All 64 bits of the tag of a cached translation, table, context or PASID entry; each uses what it needs. */
    static final List<BitField> TAG = List.of(SID, DID, PASID, LEVEL, KIND, R, W, XD, D, PRIVILEGED, FAILED, NONE_63);

    /** KIND: second-level tables of legacy mode. */
    static final int LEGACY = 0;

    /** First page of a cached translation or table. */
    static final BitField PAGE = new BitField("PAGE", 51, 0);
    /** Frame of a cached page or table. */
    static final BitField FRAME = new BitField("FRAME", 51, 0);
    /** Number of the condition that a failure is. */
    static final BitField CONDITION = new BitField("CONDITION", 59, 52);

    static final BitField NONE_63_52 = new BitField("NONE_63_52", 63, 52);
    static final BitField NONE_63_60 = new BitField("NONE_63_60", 63, 60);
    static final List<BitField> PAGE_WORD = List.of(PAGE, NONE_63_52);
    static final List<BitField> FRAME_WORD = List.of(FRAME, CONDITION, NONE_63_60);

    /** Words of a context entry that are kept. */
    static final int CONTEXT_WORDS = 4;
    /** Words of a PASID entry that are kept. */
    static final int PASID_WORDS = 3;

    /** {@link Register} words, then two per fault record. */
    final Slots registers;
    /** What SRTP took from RTADDR. */
    final Slots root;
    /** What SIRTP took from IRTA. */
    final Slots interruptTable;
    /** What QIE took from IQA. */
    final Slots queue;
    /** Index of the oldest descriptor. */
    final Slots head;
    /** Fault record that is written next. */
    final Slots faultNext;

    final Slots contextCount;
    final Slots contextTag;
    /** Per context entry and word. */
    final Slots context;

    final Slots pasidCount;
    /** D: FPD of the directory entry. */
    final Slots pasidTag;
    /** Per PASID entry and word. */
    final Slots pasid;

    final Slots translationCount;
    final Slots translationTag;
    final Slots translationPage;
    final Slots translationFrame;

    final Slots tableCount;
    final Slots tableTag;
    final Slots tablePage;
    final Slots tableFrame;

    final Slots interruptCount;
    final Slots interruptIndex;
    final Slots interruptLo;
    final Slots interruptHi;

    /** Per requester: whether it is known to be in pass-through. */
    final Slots passThrough;
    /** Per requester: DID of its PASID entry when it was last looked at, plus one; 0 if there was none. */
    final Slots boundDid;

    private final SchemaBuilder schema;
    private final String prefix;

    /** @param prefix stands before the names of the slots */
    UnitState(SchemaBuilder schema, String prefix, UnitOptions options) {
        this.schema = schema;
        this.prefix = prefix;
        int records = options.capabilities().faultRecords();
        registers = word("register", Role.ARCHITECTURAL, registerNames(records), List.of());
        root = word("rootInUse", Role.ARCHITECTURAL, one(), Registers.RtAddr.FIELDS);
        interruptTable = word("interruptTableInUse", Role.ARCHITECTURAL, one(), InterruptTable.FIELDS);
        queue = word("queueInUse", Role.QUEUE, one(), Registers.Iqa.FIELDS);
        head = bits("queueHead", Role.QUEUE, one(), 15);
        faultNext = bits("faultNext", Role.ARCHITECTURAL, one(), SlotsBuilder.bitsFor(records - 1));

        UnitOptions.Sizes sizes = options.sizes();
        Sort contexts = entries("Context", sizes.contexts() + 1);
        contextCount = count("contextCount", sizes.contexts());
        contextTag = word("contextTag", Role.CACHE, contexts, TAG);
        context = words("context", contexts, CONTEXT_WORDS);
        Sort pasids = entries("Pasid", sizes.pasids() + 1);
        pasidCount = count("pasidCount", sizes.pasids());
        pasidTag = word("pasidTag", Role.CACHE, pasids, TAG);
        pasid = words("pasid", pasids, PASID_WORDS);

        Sort translations = entries("Translation", sizes.translations());
        translationCount = count("translationCount", sizes.translations());
        translationTag = word("translationTag", Role.CACHE, translations, TAG);
        translationPage = word("translationPage", Role.CACHE, translations, PAGE_WORD);
        translationFrame = word("translationFrame", Role.CACHE, translations, FRAME_WORD);
        Sort tables = entries("Table", sizes.tables());
        tableCount = count("tableCount", sizes.tables());
        tableTag = word("tableTag", Role.CACHE, tables, TAG);
        tablePage = word("tablePage", Role.CACHE, tables, PAGE_WORD);
        tableFrame = word("tableFrame", Role.CACHE, tables, FRAME_WORD);

        Sort interrupts = entries("InterruptEntry", sizes.interruptEntries());
        interruptCount = count("interruptCount", sizes.interruptEntries());
        interruptIndex = bits("interruptIndex", Role.CACHE, interrupts, 16);
        interruptLo = word("interruptLo", Role.CACHE, interrupts, List.of());
        interruptHi = word("interruptHi", Role.CACHE, interrupts, List.of());

        int kept = options.policy().keepsPassThrough() ? options.requesters().size() : 0;
        passThrough = bits("passThrough", Role.CACHE, entries("Requester", kept), 1);
        boundDid = bits("boundDid", Role.CACHE, entries("Requester", kept), 17);
    }

    private static Sort one() {
        return entries("Unit", 1);
    }

    private static Sort entries(String name, int size) {
        return Sort.numbered(name, "", size);
    }

    private static Sort registerNames(int records) {
        Stream<String> fixed = Stream.of(Register.ALL).map(Register::name);
        Stream<String> frcd =
                IntStream.range(0, records).boxed().flatMap(r -> Stream.of("FRCD" + r + "_LO", "FRCD" + r + "_HI"));
        return new Sort("Register", Stream.concat(fixed, frcd).toList());
    }

    private Slots word(String name, Role role, Sort index, List<BitField> fields) {
        return schema.slots(prefix + name, role, Writer.IOMMU, index).word(fields, -1L);
    }

    private Slots words(String name, Sort index, int words) {
        return schema.slots(prefix + name, Role.CACHE, Writer.IOMMU, index, entries("Word", words))
                .word(List.of(), -1L);
    }

    private Slots bits(String name, Role role, Sort index, int bits) {
        return schema.slots(prefix + name, role, Writer.IOMMU, index).bits(bits);
    }

    private Slots count(String name, int capacity) {
        return bits(name, Role.CACHE, one(), SlotsBuilder.bitsFor(capacity));
    }

    long get(long[] s, Register register) {
        return registers.get(s, register.index());
    }

    void set(long[] s, Register register, long value) {
        registers.set(s, register.index(), value);
    }

    /** The register in the high half of a word, as a number of 32 bits. */
    long high(long[] s, Register register) {
        return get(s, register) >>> Integer.SIZE;
    }

    void setHigh(long[] s, Register register, long value) {
        set(s, register, (get(s, register) & 0xffffffffL) | value << Integer.SIZE);
    }

    /** GSTS. */
    long status(long[] s) {
        return high(s, Register.COMMAND);
    }
}
