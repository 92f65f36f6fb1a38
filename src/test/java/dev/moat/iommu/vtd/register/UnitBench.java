package dev.moat.iommu.vtd.register;

import dev.moat.bits.BitField;
import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FirstLevelEntry;
import dev.moat.iommu.vtd.format.GlobalCommand;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.FrcdHi;
import dev.moat.iommu.vtd.format.Registers.FrcdLo;
import dev.moat.iommu.vtd.format.ScalableContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.iommu.vtd.format.SecondLevelRules;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import java.util.ArrayList;
import java.util.List;

/** A unit on {@link SparseMemory}, and tables at fixed places of it. Nothing is set up before it is asked for. */
final class UnitBench {
    static final long END = 0x1000_0000L;
    static final long ROOT = 0x100000;
    static final long CONTEXT = 0x101000;
    static final long UPPER = 0x102000;
    static final long DIRECTORY = 0x110000;
    static final long PASIDS = 0x120000;
    /** Tables of level 5 to 1, a page each. */
    static final long FIRST = 0x400000;

    static final long SECOND = 0x500000;
    static final long QUEUE = 0x600000;
    static final long STATUS = 0x601000;
    static final long ENTRIES = 0x700000;
    /** The page that {@link #ADDRESS} leads to. */
    static final long DATA = 0x1000000;

    static final int SID = 0x20;
    static final int DID = 5;
    static final long ADDRESS = 0x1000;

    private static final int ECAP_REGISTER = 0x10;
    static final int GCMD = 0x18;
    static final int GSTS = 0x1c;
    static final int RTADDR = 0x20;
    static final int CCMD = 0x28;
    static final int FSTS = 0x34;
    static final int FECTL = 0x38;
    static final int FEDATA = 0x3c;
    static final int FEADDR = 0x40;
    static final int FEUADDR = 0x44;
    static final int IQH = 0x80;
    static final int IQT = 0x88;
    static final int IQA = 0x90;
    static final int ICS = 0x9c;
    static final int IECTL = 0xa0;
    static final int IEDATA = 0xa4;
    static final int IEADDR = 0xa8;
    static final int IEUADDR = 0xac;
    static final int IRTA = 0xb8;
    static final int PQH = 0xc0;
    static final int PQT = 0xc8;
    static final int PQA = 0xd0;
    static final int PRS = 0xdc;
    static final int PECTL = 0xe0;
    static final int PEDATA = 0xe4;
    static final int PEADDR = 0xe8;
    static final int IVA = 0xf0;
    static final int IOTLB = 0xf8;
    static final int FRCD = 0x220;

    static final long TE = GlobalCommand.TE.mask();
    static final long SRTP = GlobalCommand.SRTP.mask();
    static final long QIE = GlobalCommand.QIE.mask();
    static final long IRE = GlobalCommand.IRE.mask();
    static final long SIRTP = GlobalCommand.SIRTP.mask();
    static final long CFI = GlobalCommand.CFI.mask();

    /** Everything that is modelled; second-level tables of 3 to 5 levels, four fault records at {@link #FRCD}. */
    static final long CAP = cap();

    static final long ECAP = ecap();

    final SparseMemory memory = new SparseMemory(END);
    final List<String> sent = new ArrayList<>();
    /** Page group responses. */
    final List<String> answered = new ArrayList<>();

    final Unit unit;
    final Schema schema;
    final long[] s;

    UnitBench(UnitOptions options) {
        SchemaBuilder builder = new SchemaBuilder();
        unit = new Unit(builder, "", options, memory, new Messages() {
            @Override
            public void send(long[] state, long address, long data) {
                sent.add(Long.toHexString(address) + " " + Long.toHexString(data));
            }

            @Override
            public void answer(long[] state, long first, long second) {
                answered.add(Long.toHexString(first) + " " + Long.toHexString(second));
            }
        });
        schema = builder.build();
        s = schema.blank();
        unit.reset(s);
    }

    static UnitBench full() {
        return new UnitBench(options(CAP, ECAP));
    }

    /** Nothing is cached, so that the tables are what counts. */
    static UnitBench uncached() {
        return new UnitBench(new UnitOptions(
                capabilities(CAP, ECAP),
                CachePolicy.specified(),
                Deviations.NONE,
                new UnitOptions.Sizes(0, 0, 0, 0, 0),
                List.of()));
    }

    static UnitOptions options(long cap, long ecap) {
        return UnitOptions.of(capabilities(cap, ecap));
    }

    static Capabilities capabilities(long cap, long ecap) {
        return new Capabilities(cap, ecap, 46, true);
    }

    private static long cap() {
        long cap = Cap.SAGAW.set(Capabilities.usual().cap(), 0b1110);
        cap = Cap.NFR.set(Cap.MGAW.set(cap, 56), 3);
        return cap | Cap.FL1GP.mask() | Cap.FL5LP.mask() | Cap.PI.mask();
    }

    private static long ecap() {
        long ecap = Ecap.IRO.set(0, 0xf) | Ecap.QI.mask() | Ecap.DT.mask() | Ecap.IR.mask() | Ecap.EIM.mask();
        ecap |= Ecap.PT.mask()
                | Ecap.NEST.mask()
                | Ecap.ERS.mask()
                | Ecap.SRS.mask()
                | Ecap.PASID.mask()
                | Ecap.SMTS.mask();
        ecap |= Ecap.SLADS.mask() | Ecap.SLTS.mask() | Ecap.FLTS.mask() | Ecap.RPS.mask() | Ecap.PRS.mask();
        return Ecap.PSS.set(ecap, 19);
    }

    // Registers.

    long read32(int offset) {
        return unit.read(s, offset, 4);
    }

    long read64(int offset) {
        return unit.read(s, offset, 8);
    }

    void write32(int offset, long value) {
        unit.write(s, offset, 4, value);
    }

    void write64(int offset, long value) {
        unit.write(s, offset, 8, value);
    }

    /** GCMD with the states as they are, but for these bits. */
    void command(long bits) {
        long states = TE | QIE | IRE | CFI;
        write32(GCMD, (read32(GSTS) & states) | bits);
    }

    /** The first fault record with F, or {@code -}; F is cleared. */
    String takeFault() {
        for (int i = 0; i < 4; i++) {
            long lo = read64(FRCD + 16 * i);
            long hi = read64(FRCD + 16 * i + 8);
            if (FrcdHi.F.isSet(hi)) {
                write32(FRCD + 16 * i + 12, 1L << 31);
                return fault(lo, hi);
            }
        }
        return "-";
    }

    static String fault(long lo, long hi) {
        String pasid = FrcdHi.PP.isSet(hi) ? " pasid " + FrcdHi.PASID.get(hi) : "";
        String more = (FrcdHi.PRIV.isSet(hi) ? " priv" : "") + (FrcdHi.EXE.isSet(hi) ? " exe" : "");
        String type = FrcdHi.AT.get(hi) == 0 ? "" : " at " + FrcdHi.AT.get(hi);
        return Long.toHexString(FrcdHi.FR.get(hi)) + " sid " + Long.toHexString(FrcdHi.SID.get(hi)) + " "
                + Long.toHexString(lo & FrcdLo.FI.mask())
                + (FrcdHi.T2.isSet(hi) ? " page" : FrcdHi.T.isSet(hi) ? " r" : " w") + pasid + more + type;
    }

    // Tables.

    static long entry(long table, long address, int level) {
        return SecondLevelRules.entryAddress(table >>> 12, address, level);
    }

    /** The place of the entry of a level that {@link #ADDRESS} leads to, of tables that begin at level 5. */
    static long place(long tables, int level) {
        return entry(tables + (5 - level) * 0x1000L, ADDRESS, level);
    }

    static long first(long frame, BitField... more) {
        long entry = FirstLevelEntry.ADDR.set(0, frame)
                | FirstLevelEntry.P.mask()
                | FirstLevelEntry.RW.mask()
                | FirstLevelEntry.US.mask();
        for (BitField field : more) {
            entry |= field.mask();
        }
        return entry;
    }

    static long second(long frame) {
        return SecondLevelEntry.ADDR.set(SecondLevelEntry.R.mask() | SecondLevelEntry.W.mask(), frame);
    }

    /** First-level and second-level tables of 5 levels that lead {@link #ADDRESS} to {@link #DATA}. */
    void tables() {
        for (int level = 5; level > 1; level--) {
            memory.put(place(FIRST, level), first((FIRST >>> 12) + 6 - level));
            memory.put(place(SECOND, level), second((SECOND >>> 12) + 6 - level));
        }
        memory.put(place(FIRST, 1), first(DATA >>> 12));
        memory.put(place(SECOND, 1), second(DATA >>> 12));
    }

    /** Legacy tables of {@link #SID}, with 4 levels and {@link #DID}; translation is on. */
    void legacy() {
        tables();
        memory.put(ROOT, CONTEXT | 1);
        memory.put(CONTEXT + 16 * SID, ContextEntry.lo(ContextEntry.TT_UNTRANSLATED, (SECOND >>> 12) + 1));
        memory.put(CONTEXT + 16 * SID + 8, ContextEntry.hi(2, DID));
        start(ROOT);
    }

    void start(long rtaddr) {
        write64(RTADDR, rtaddr);
        command(SRTP);
        command(TE);
    }

    /** Scalable tables of {@link #SID}: PASID 0 is that of requests without; translation is on. */
    void scalable(int type) {
        tables();
        memory.put(ROOT, CONTEXT | 1);
        memory.put(ROOT + 8, UPPER | 1);
        long w0 = ScalableContextEntry.P.mask() | ScalableContextEntry.PASIDE.mask() | DIRECTORY;
        memory.put(CONTEXT + 32 * SID, w0);
        memory.put(DIRECTORY, PASIDS | 1);
        pasid(0, type, DID);
        start(ROOT | 1 << 10);
    }

    /** A PASID entry with tables of 4 levels. */
    void pasid(int pasid, int type, int did) {
        long at = PASIDS + 64L * pasid;
        long w0 = PasidEntry.AW.set(PasidEntry.PGTT.set(PasidEntry.P.mask(), type), 2);
        memory.put(at, PasidEntry.SLPTPTR.set(w0, (SECOND >>> 12) + 1));
        memory.put(at + 8, PasidEntry.DID.set(0, did));
        memory.put(at + 16, PasidEntry.FLPTPTR.set(0, (FIRST >>> 12) + 1));
    }

    // Requests.

    long dma(long address, int access) {
        return unit.dma(s, SID, Access.NO_PASID, address, access);
    }

    /** What a request gets: an address, and the record that it left. */
    String ask(int sid, long pasid, long address, int access) {
        long answer = unit.dma(s, sid, pasid, address, access);
        return text(answer, address);
    }

    String ask(long address, int access) {
        return ask(SID, Access.NO_PASID, address, access);
    }

    String text(long answer, long address) {
        if (DmaAnswer.isTranslated(answer)) {
            return "ok " + Long.toHexString(DmaAnswer.address(answer, address));
        }
        if (DmaAnswer.isFault(answer)) {
            return "fault " + takeFault();
        }
        return DmaAnswer.OUTCOME.get(answer) == DmaAnswer.INTERRUPT ? "interrupt" : "short";
    }

    // Queue.

    /** Switches the queue on, of 256 bits if the unit can; one page of descriptors. */
    void startQueue(boolean wide) {
        write64(IQA, QUEUE | (wide ? 1 << 11 : 0));
        command(QIE);
    }

    /** Puts a descriptor at the tail and moves that: whether it was executed. */
    boolean submit(long... words) {
        int bytes = (read64(IQA) & 1 << 11) != 0 ? 32 : 16;
        long at = read64(IQT);
        for (int w = 0; w < bytes / Long.BYTES; w++) {
            memory.put(QUEUE + at + 8L * w, w < words.length ? words[w] : 0);
        }
        write64(IQT, (at + bytes) % 4096);
        return read64(IQH) == read64(IQT);
    }

    /** Has one descriptor executed, the queue switched on before if need be. */
    void invalidate(long lo, long hi) {
        if ((read32(GSTS) & QIE) == 0) {
            startQueue(Ecap.SMTS.isSet(read64(ECAP_REGISTER)));
        }
        if (!submit(lo, hi)) {
            throw new AssertionError("the queue stopped at " + Long.toHexString(lo) + " " + Long.toHexString(hi));
        }
    }
}
