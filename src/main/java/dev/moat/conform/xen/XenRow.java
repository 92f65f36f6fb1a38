package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Fields;
import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Row;
import dev.moat.input.InputException;
import java.util.regex.Pattern;

/** A recorded row of Xen: what was called, and by whom. */
public final class XenRow {
    /** Grant tables without an IOMMU. */
    public static final Format GRANTS = xen(
            "Xen's grant tables",
            "suite,case,step,actor_ver,actor,op,batch,args,hrc,status,status_name,out,entries,ptes",
            "suite");

    /** The same domains with devices behind a VT-d unit. */
    public static final Format VTD = xen(
            "Xen with VT-d",
            "config,case,step,actor,op,batch,args,hrc,status,status_name,out,entries,dev,frame,dma_read,dma_write,inv,insns",
            "config");

    private static final int MAX_BATCH = 1_000_000;
    /** The last number that a domain can have; those above are reserved. */
    private static final int MAX_DOMAIN = 0x7fef;

    private static final int MAX_STATUS = 4095;

    private final Row row;
    private final int actor;
    private final XenOp op;
    private final int place;
    private final int batchSize;

    private static Format xen(String name, String header, String group) {
        return Format.of(name, header)
                .casesBy(group, "case")
                .stepsFrom(1)
                .sharingSteps()
                .besideConsole("(XEN) ", Pattern.compile("(?:Domain 0|Dom0) crashed|Panic on CPU"));
    }

    /** @throws InputException at the first cell that is malformed, from left to right */
    public XenRow(Row row) {
        this.row = row;
        if (row.has("actor_ver")) {
            cell("actor_ver").number(2);
        }
        actor = domain(cell("actor"));
        op = XenOp.of(cell("op"), row.format() == VTD);
        place = part(cell("batch"), 0);
        batchSize = part(cell("batch"), 1);
        if (op != XenOp.PROBE || !cell("hrc").isEmpty()) {
            cell("hrc").signed(MAX_STATUS);
        }
        if (hasStatus()) {
            cell("status").signed(MAX_STATUS);
        }
    }

    /** The number in {@code D0}, {@code D1}, ... */
    private static int domain(Cell cell) {
        if (!cell.text().startsWith("D")) {
            throw cell.error("'" + cell.text() + "' is not a domain: D0 to D7");
        }
        return (int) cell.part(1).number(MAX_DOMAIN);
    }

    /** Of {@code i/n} the one or the other; 1 of an empty cell. */
    private static int part(Cell batch, int index) {
        if (batch.isEmpty()) {
            return 1;
        }
        int slash = batch.text().indexOf('/');
        if (slash < 0) {
            throw batch.error("'" + batch.text() + "' is not a place in a batch: i/n");
        }
        int n = (int) batch.part(slash + 1).number(MAX_BATCH);
        int i = (int) batch.part(0, slash).number(n);
        if (i == 0) {
            throw batch.error("'" + batch.text() + "' is not a place in a batch: the first one is 1");
        }
        return index == 0 ? i : n;
    }

    /** The row as it was recorded. */
    public Row row() {
        return row;
    }

    /** The suite or the configuration that its case belongs to. */
    public Cell suite() {
        return cell(row.format() == VTD ? "config" : "suite");
    }

    /** Whether the file has such a column. */
    public boolean has(String column) {
        return row.has(column);
    }

    /** The cell of a column that the file has. */
    public Cell cell(String column) {
        return row.cell(column);
    }

    /** The text of a column that the file has. */
    public String text(String column) {
        return row.text(column);
    }

    /** 1-based. */
    public int line() {
        return row.line();
    }

    /** The number of the hypercall within its case; rows with the same are elements of one. */
    public int step() {
        return row.step();
    }

    /** The domain that executes. */
    public int actor() {
        return actor;
    }

    /** What was called. */
    public XenOp op() {
        return op;
    }

    /** Whether this is the second or a later element of one hypercall. */
    public boolean continues() {
        return place > 1;
    }

    /** The number of this element within its hypercall, from 1 on. */
    public int place() {
        return place;
    }

    /** How many elements its hypercall has. */
    public int batchSize() {
        return batchSize;
    }

    /** Whether a status was recorded. */
    public boolean hasStatus() {
        return !cell("status").isEmpty();
    }

    /** The arguments, read anew. InputException where they are malformed, or not of the operation. */
    public Fields args() {
        return new Fields(cell("args")).only(op.arguments());
    }
}
