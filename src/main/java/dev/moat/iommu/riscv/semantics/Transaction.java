package dev.moat.iommu.riscv.semantics;

import dev.moat.bits.BitField;
import dev.moat.iommu.Rights;
import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Attributes;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.SecondStage;
import dev.moat.iommu.riscv.format.FaultRecord;
import dev.moat.iommu.riscv.format.MsiEntry;
import dev.moat.iommu.riscv.format.PageRequest;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.semantics.Structures.Stages;

/**
 * One request of a device: what is asked, what the unit has found for it, and what it gets. {@link Translator} fills it in; it is
 * used once.
 */
public final class Transaction {
    /** Bytes of a page, as a shift. */
    public static final int PAGE_SHIFT = 12;

    private static final long PAGE = -1L << PAGE_SHIFT;

    /** The tag of a host's spaces, in place of a GSCID. */
    public static final int HOST = -1;

    /** The size of an answer that no table limits. */
    public static final int NO_TABLE_SHIFT = Long.SIZE;

    /** What kind of request it is. */
    public enum Type {
        UNTRANSLATED,
        TRANSLATED,
        /** A translation request of ATS. */
        ATS,
        /** A page request, of which only the device context is looked for. */
        MESSAGE
    }

    /** What a device does, or in a translation request wants to do. */
    public enum Access {
        READ(Cause.READ_PAGE),
        WRITE(Cause.WRITE_PAGE),
        EXECUTE(Cause.EXECUTE_PAGE);

        private final int pageFault;

        Access(int pageFault) {
            this.pageFault = pageFault;
        }

        int pageFault() {
            return pageFault;
        }

        int guestPageFault() {
            return pageFault - Cause.READ_PAGE + Cause.READ_GUEST_PAGE;
        }

        int accessFault() {
            return this == EXECUTE ? Cause.EXECUTE_ACCESS : this == WRITE ? Cause.WRITE_ACCESS : Cause.READ_ACCESS;
        }
    }

    final int deviceId;
    final boolean hasProcess;
    /** The process id of the request, 0 without one. */
    final int requestedProcess;

    final boolean supervisor;
    final Type type;
    final Access access;
    /** Of an ATS request: it asks for the right to write. */
    final boolean wantsWrite;
    /** Of an ATS request: it asks for the right to execute. */
    final boolean wantsExecute;

    final long iova;

    /** The words that were loaded last. */
    public final EntryWords loaded = new EntryWords();
    /** The device context; all 0 until it is found valid. */
    final EntryWords dc = new EntryWords();

    /** Whether its process directory is being read. */
    boolean inDirectory;

    /** Where in memory what the unit reads or reaches is. */
    long physical;

    /** The process whose context counts; -1 without one. */
    int process = -1;

    /** Root and mode of the first stage, as in a context. */
    long firstStage;

    int pscid;
    boolean sum;

    /** Last entry of the first stage, 0 if that is Bare, and log2 of the bytes of its page. */
    long firstLeaf;

    int firstShift = NO_TABLE_SHIFT;
    /** Whether an entry on the way was global. */
    boolean global;
    /** The guest's address: the device's own where the first stage is Bare. */
    long guest;
    /** Last entry of the second stage, 0 if that is Bare or was not asked, and log2 of the bytes of its page. */
    long secondLeaf;

    int secondShift = NO_TABLE_SHIFT;
    /** First and second word of the MSI entry; 0 where none was asked. */
    long msiLow;

    long msiHigh;

    /** Whether the unit has set a D bit for it. */
    boolean hasSetDirty;

    /** Why it is refused. */
    int cause = Cause.NONE;

    long iotval2;
    long address;
    boolean readable;
    boolean writable;
    boolean executable;

    private Transaction(Asked asked, Type type, Access access, long iova) {
        deviceId = asked.deviceId;
        hasProcess = asked.processId >= 0;
        requestedProcess = Math.max(asked.processId, 0);
        supervisor = asked.supervisor && hasProcess;
        this.type = type;
        this.access = access;
        wantsWrite = asked.wantsWrite;
        wantsExecute = asked.wantsExecute;
        this.iova = iova;
        guest = iova;
    }

    /**
     * Who asks, and what for.
     *
     * @param deviceId 24 bits
     * @param processId 20 bits, or -1 without one
     * @param supervisor whether supervisor privilege is asked for; ignored without a process id
     * @param wantsWrite of an ATS request: NW = 0
     * @param wantsExecute of an ATS request: Exe = 1
     */
    public record Asked(int deviceId, int processId, boolean supervisor, boolean wantsWrite, boolean wantsExecute) {
        /** A device without processes that asks for nothing ahead. */
        public static Asked by(int deviceId) {
            return new Asked(deviceId, -1, false, false, false);
        }
    }

    /** A read, write or execution at an address that the unit is to translate. */
    public static Transaction untranslated(Asked asked, Access access, long iova) {
        return new Transaction(asked, Type.UNTRANSLATED, access, iova);
    }

    /** A read, write or execution at an address that the device has from ATS. */
    public static Transaction translated(Asked asked, Access access, long iova) {
        return new Transaction(asked, Type.TRANSLATED, access, iova);
    }

    /** A translation request of ATS. */
    public static Transaction ats(Asked asked, long iova) {
        return new Transaction(asked, Type.ATS, Access.READ, iova);
    }

    /** A page request. */
    public static Transaction message(Asked asked) {
        return new Transaction(asked, Type.MESSAGE, Access.READ, 0);
    }

    /** Refuses it; the answer is always false. */
    boolean refuse(int why) {
        cause = why;
        return false;
    }

    /** Whether a page with these rights, of {@link dev.moat.iommu.Rights}, lets it read or write. */
    public boolean isAllowedBy(int rights) {
        return (rights & Rights.of(access == Access.WRITE)) != 0;
    }

    /** The device that asks. */
    public int deviceId() {
        return deviceId;
    }

    /** The process whose context it is translated by; -1 without one. */
    public int process() {
        return process;
    }

    /** The device's address. */
    public long iova() {
        return iova;
    }

    /** Why it is refused, one of {@link Cause}; {@link Cause#NONE} when it is not. */
    public int cause() {
        return cause;
    }

    /** What its fault record has: its address, or the code of its message. */
    long iotval() {
        return type == Type.MESSAGE ? PageRequest.MESSAGE_CODE : iova;
    }

    /** Of a guest page fault the guest's address and what was done there, else 0. */
    public long iotval2() {
        return iotval2;
    }

    /** The address in memory, or with T2GPA the guest's; meaningful when it is not refused. */
    public long address() {
        return address;
    }

    /** Log2 of the bytes around it that have the same answer; 64 where no table says. */
    public int sizeShift() {
        return Math.min(firstShift, isMsi() || isMrif() ? PAGE_SHIFT : secondShift);
    }

    /** Memory type: that of the first stage, or else of the second. */
    public int pbmt() {
        int first = (int) PageTableEntry.PBMT.get(firstLeaf);
        return first != 0 ? first : (int) PageTableEntry.PBMT.get(secondLeaf);
    }

    /** Of an ATS request: the right to read is granted. */
    public boolean isReadable() {
        return readable;
    }

    /** Of an ATS request: the right to write is granted. */
    public boolean isWritable() {
        return writable;
    }

    /** Of an ATS request: the right to execute is granted. */
    public boolean isExecutable() {
        return executable;
    }

    /** Of an ATS request: whether the answer holds for every process. */
    public boolean isGlobal() {
        return global && hasProcess && msiLow == 0;
    }

    /** Of an ATS request: whether supervisor privilege was asked for. */
    public boolean isSupervisor() {
        return supervisor;
    }

    /** Whether it leads to the page of an interrupt file. */
    public boolean isMsi() {
        return MsiTable.isBasic(msiLow);
    }

    /** Whether it leads to an interrupt file in memory. */
    public boolean isMrif() {
        return MsiTable.isMrif(msiLow);
    }

    /** Of an interrupt file in memory: the data of its notice. */
    public long noticeNumber() {
        return MsiEntry.NID_HIGH.get(msiHigh) << MsiEntry.NID_LOW.width() | MsiEntry.NID_LOW.get(msiHigh);
    }

    /** Of an interrupt file in memory: where its notice goes. */
    public long noticeAddress() {
        return MsiEntry.NPPN.get(msiHigh) << PAGE_SHIFT;
    }

    /** Tag of what the second stage has; {@link #HOST} if that is Bare. */
    public int gscid() {
        long second = dc.get(DeviceContext.IOHGATP);
        return SecondStage.MODE.get(second) == PageTableEntry.BARE ? HOST : (int) SecondStage.GSCID.get(second);
    }

    /** Tag of what the first stage has; meaningful where that is not Bare. */
    public int pscid() {
        return pscid;
    }

    /** Whether what the first stage says until here is the same for every process. */
    public boolean isSharedByProcesses() {
        return global;
    }

    /** Whether the first stage is Bare. */
    public boolean isFirstBare() {
        return DeviceContext.Pointer.MODE.get(firstStage) == PageTableEntry.BARE;
    }

    /** Whether the first stage lets it write. */
    boolean isFirstWritable() {
        return isFirstBare() || PageTableEntry.W.isSet(firstLeaf);
    }

    /** A word of the device context. */
    public long deviceContext(int word) {
        return dc.get(word);
    }

    boolean control(BitField bit) {
        return bit.isSet(dc.get(DeviceContext.TC));
    }

    /** What both stages say of its address. */
    public Stages stages() {
        boolean msi = msiLow != 0;
        return new Stages(
                firstLeaf,
                firstShift,
                global,
                guest & PAGE,
                msi ? msiLow : secondLeaf,
                msi ? Stages.MSI_SHIFT : secondShift,
                msiHigh);
    }

    /** Takes from a cache what both stages say. */
    void use(Stages cached) {
        firstLeaf = cached.first();
        firstShift = cached.firstShift();
        global = cached.global();
        guest = cached.guest() | (iova & ~PAGE);
        secondLeaf = cached.isMsi() ? 0 : cached.second();
        secondShift = cached.isMsi() ? NO_TABLE_SHIFT : cached.secondShift();
        msiLow = cached.isMsi() ? cached.second() : 0;
        msiHigh = cached.msiHigh();
    }

    /** The first stage as the device context has it. */
    void useDeviceContext() {
        firstStage = dc.get(DeviceContext.FSC);
        pscid = (int) Attributes.PSCID.get(dc.get(DeviceContext.TA));
    }

    /** Whether a fault is to be recorded, if the queue lets it. */
    boolean isRecorded() {
        if (type == Type.ATS && Cause.isAtsSuccess(cause)) {
            return false;
        }
        return cause != Cause.NONE && (!control(Control.DTF) || Cause.isShownWithDtf(cause));
    }

    /** The first word of its fault record. */
    long record() {
        int ttyp = switch (type) {
            case ATS -> FaultRecord.TTYP_ATS;
            case MESSAGE -> FaultRecord.TTYP_MESSAGE;
            case UNTRANSLATED -> FaultRecord.TTYP_UNTRANSLATED + behind();
            case TRANSLATED -> FaultRecord.TTYP_TRANSLATED + behind();
        };
        long word = FaultRecord.TTYP.set(FaultRecord.DID.set(cause, deviceId), ttyp);
        if (!hasProcess) {
            return word;
        }
        word = FaultRecord.PID.set(word | FaultRecord.PV.mask(), requestedProcess);
        return FaultRecord.PRIV.set(word, supervisor ? 1 : 0);
    }

    private int behind() {
        return access == Access.EXECUTE
                ? 0
                : access == Access.READ ? FaultRecord.READ_BEHIND : FaultRecord.WRITE_BEHIND;
    }
}
