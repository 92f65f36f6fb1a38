package dev.moat.snapshot;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.PageResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Invalidation queues of VT-d and command buffers of AMD-Vi as Linux prints them: head, tail, and every place. */
final class Queues implements FormReader {
    private static final Pattern VTD = Pattern.compile("Invalidation queue on IOMMU: (\\w{1,20})");
    private static final Pattern ENDS =
            Pattern.compile("Base: 0x([0-9a-f]{1,16})\\s+Head: (\\d{1,5})\\s+Tail: (\\d{1,5})");
    private static final Pattern TITLE = Pattern.compile("Index\\s+qw0\\s.*");
    private static final Pattern DESCRIPTOR = Pattern.compile("(\\d{1,5})\\s+([0-9a-f]{16})\\s+([0-9a-f]{16})\\s+"
            + "(?:[0-9a-f]{16}\\s+[0-9a-f]{16}\\s+)?([0-9a-f]{16})");
    private static final Pattern AMD = Pattern.compile("CMD Buffer Head Offset:(\\d{1,5}) Tail Offset:(\\d{1,5})");
    private static final Pattern COMMAND =
            Pattern.compile("(\\d{1,5}): ([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{8})");
    private static final Pattern LIKE_ROW = Pattern.compile("\\d{1,5}:?\\s+[0-9a-f]{8}.*");

    /** The status of a descriptor that is submitted and not done. */
    private static final int IN_USE = 1;
    /** Descriptors of Linux's queue, and commands of its buffer. */
    private static final int LENGTH = 256;

    private static final int COMMANDS = 512;
    /** Columns of a descriptor of 32 bytes; with these a queue has a second page. */
    private static final int COLUMNS_OF_WIDE = 6;

    private final Facts facts;
    private final MappedRanges mappings;
    private String queue = "";
    private boolean isAmd;
    private long frame;
    private int head = -1;
    private int tail = -1;
    private int buffers;

    Queues(Facts facts, MappedRanges mappings) {
        this.facts = facts;
        this.mappings = mappings;
    }

    @Override
    public SnapshotForm form() {
        return isAmd ? SnapshotForm.AMD_FILES : SnapshotForm.VTD_QUEUE;
    }

    @Override
    public boolean read(Line line) {
        Matcher vtd = VTD.matcher(line.text());
        Matcher amd = AMD.matcher(line.text());
        Matcher ends = ENDS.matcher(line.text());
        if (vtd.matches()) {
            facts.begins(line, "the queue of " + vtd.group(1));
            begin(vtd.group(1), false);
        } else if (amd.matches()) {
            begin("command buffer " + buffers++, true);
            head = Integer.parseInt(amd.group(1));
            tail = Integer.parseInt(amd.group(2));
        } else if (!queue.isEmpty() && ends.matches()) {
            frame = Numbers.hex(ends.group(1)) >>> Numbers.PAGE;
            page(line, frame);
            head = Integer.parseInt(ends.group(2));
            tail = Integer.parseInt(ends.group(3));
        } else {
            return TITLE.matcher(line.text()).matches() || (head >= 0 && row(line));
        }
        return true;
    }

    private void page(Line line, long number) {
        mappings.interest(number);
        facts.add(line, "ioTable", Numbers.page(number));
    }

    private void begin(String name, boolean ofAmd) {
        queue = name;
        isAmd = ofAmd;
        head = -1;
        facts.shown("written");
        facts.shown("lastSubmitted");
        if (!ofAmd) {
            facts.shown(SnapshotProperty.QUEUE);
        }
    }

    private boolean row(Line line) {
        Matcher row = (isAmd ? COMMAND : DESCRIPTOR).matcher(line.text());
        if (!row.matches()) {
            if (LIKE_ROW.matcher(line.text()).matches()) {
                throw line.error(
                        isAmd
                                ? "a command is a number and four words"
                                : "a descriptor is a number, two or four words, and a status");
            }
            return false;
        }
        int index = Integer.parseInt(row.group(1));
        String place = queue + "[" + index + "]";
        long lo = isAmd ? Numbers.hex(row.group(3) + row.group(2)) : Numbers.hex(row.group(2));
        long hi = isAmd ? Numbers.hex(row.group(5) + row.group(4)) : Numbers.hex(row.group(3));
        if ((lo | hi) != 0) {
            facts.add(line, "written", place);
            if (isAmd ? isLegalCommand(lo, hi) : isLegalDescriptor(lo, hi)) {
                facts.add(line, "legalDescriptor", place);
            }
        }
        if (head <= tail ? index >= head && index < tail : index >= head || index < tail) {
            facts.add(line, "inQueue", place);
        }
        if (isAmd) {
            command(line, place, index, lo);
        } else {
            descriptor(line, place, index, lo, Numbers.hex(row.group(4)));
        }
        return true;
    }

    /** While the unit has something to do, the wait may be about to come. */
    private void command(Line line, String place, int index, long lo) {
        if (Commands.OPCODE.get(lo) == Commands.COMPLETION_WAIT) {
            facts.add(line, "isWait", place);
        }
        if (head == tail && (index + 1) % COMMANDS == tail) {
            facts.add(line, "lastSubmitted", place);
        }
    }

    private void descriptor(Line line, String place, int index, long lo, long status) {
        if (index == 0 && line.text().split("\\s+").length == COLUMNS_OF_WIDE) {
            page(line, frame + 1);
        }
        if (type(lo) == Descriptors.WAIT) {
            facts.add(line, "isWait", place);
        }
        if (status == IN_USE) {
            facts.add(line, "unanswered", place);
        }
        if ((index + 1) % LENGTH == tail) {
            facts.add(line, "lastSubmitted", place);
        }
    }

    private static long type(long lo) {
        return Descriptors.TYPE.get(lo) | Descriptors.TYPE_HIGH.get(lo) << Descriptors.TYPE.width();
    }

    /** Of later types, which have words behind these two, only that there are such. */
    private static boolean isLegalDescriptor(long lo, long hi) {
        long type = type(lo);
        return type >= 1
                && type <= PageResponse.PAGE_GROUP_RESPONSE
                && (type > Descriptors.WAIT
                        || (!Numbers.hasReserved(Descriptors.fieldsLo(lo), lo)
                                && !Numbers.hasReserved(Descriptors.fieldsHi(lo), hi)));
    }

    private static boolean isLegalCommand(long lo, long hi) {
        return !Commands.fieldsHi(lo).isEmpty()
                && !Numbers.hasReserved(Commands.fieldsLo(lo), lo)
                && !Numbers.hasReserved(Commands.fieldsHi(lo), hi);
    }
}
