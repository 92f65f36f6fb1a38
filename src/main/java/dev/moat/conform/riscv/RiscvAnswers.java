package dev.moat.conform.riscv;

import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.semantics.Transaction;

/** What a device's request gets, as the records write it. */
final class RiscvAnswers {
    private static final long NOT_JUDGED = 0xffcL;

    private RiscvAnswers() {}

    /** @param recorded whether the fault queue took a record, if one is due */
    static String shown(Transaction t, boolean ats, boolean recorded) {
        if (ats) {
            return ofAts(t, recorded);
        }
        if (t.cause() != Cause.NONE) {
            return "fault" + cause(t, recorded);
        }
        if (t.isMrif()) {
            return "mrif " + Long.toHexString(t.address()) + " nid=" + Long.toHexString(t.noticeNumber()) + " notice="
                    + Long.toHexString(t.noticeAddress());
        }
        String pbmt = t.pbmt() == 0 ? "" : " pbmt=" + t.pbmt();
        return "ok " + Long.toHexString(t.address()) + pbmt + (t.isMsi() ? " msi" : "");
    }

    private static String cause(Transaction t, boolean recorded) {
        if (!recorded) {
            return "";
        }
        long more = t.iotval2() & ~NOT_JUDGED;
        return " " + t.cause() + (more == 0 ? "" : " " + Long.toHexString(more));
    }

    private static String ofAts(Transaction t, boolean recorded) {
        if (t.cause() != Cause.NONE) {
            return Cause.isAtsSuccess(t.cause())
                    ? "none"
                    : (Cause.isAtsUnsupported(t.cause()) ? "ur" : "ca") + cause(t, recorded);
        }
        String rights = (t.isReadable() ? "r" : "-") + (t.isWritable() ? "w" : "-") + (t.isExecutable() ? "x" : "-");
        if (t.isMrif()) {
            return "ats u " + rights + " msi";
        }
        return "ats " + Long.toHexString(t.address()) + " " + rights + (t.isGlobal() ? " global" : "")
                + (t.isSupervisor() ? " priv" : "") + (t.isMsi() ? " msi" : "");
    }
}
