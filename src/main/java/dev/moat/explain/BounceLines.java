package dev.moat.explain;

import dev.moat.explain.LogText.Found;
import dev.moat.explain.Said.Kind;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Mappings for which swiotlb had no bounce buffer, with its counts of slots. */
final class BounceLines {
    private static final Pattern FULL = LogText.form("swiotlb buffer is full \\(sz: (\\d{1,12}) bytes\\)"
            + "(?:, total (\\d{1,12}) \\(slots\\), used (\\d{1,12}) \\(slots\\))?");
    private static final Pattern DEVICE = Pattern.compile("([\\w.:-]{1,60}):\\s*$");
    /** Bytes of a slot, IO_TLB_SIZE. */
    private static final long SLOT = 2048;
    /** Slots of a segment, IO_TLB_SEGSIZE: a buffer lies in one. */
    private static final long SEGMENT = 128;

    private final LogText log;

    BounceLines(LogText log) {
        this.log = log;
    }

    List<FaultAnswer> answers() {
        return Requests.each(
                LogForm.BOUNCE,
                log.all(FULL),
                found -> device(found) + " " + isLarge(found),
                group -> Optional.of(answer(group)));
    }

    private String device(Found found) {
        Matcher device = DEVICE.matcher(log.before(found));
        return device.find() ? device.group(1) : "a device that the line does not name";
    }

    private static long number(Found found, int group) {
        return found.group(group).isEmpty() ? -1 : Long.parseLong(found.group(group));
    }

    private static boolean isLarge(Found found) {
        return number(found, 1) > SLOT * SEGMENT;
    }

    private FaultAnswer answer(List<Found> group) {
        Found first = group.get(0);
        long bytes = number(first, 1);
        long slots = (bytes + SLOT - 1) / SLOT;
        long total = number(first, 2);
        long used = number(first, 3);
        String device = device(first);
        FaultAnswer answer =
                new FaultAnswer(LogForm.BOUNCE, device + ", no bounce buffer", first.lines()).times(group.size());
        answer.says(Kind.EVENT, device + " asked for a bounce buffer of " + bytes + " bytes, and swiotlb found none");
        answer.says(
                Kind.WORDS,
                bytes + " bytes are " + slots + " slots of 2 KiB"
                        + (total < 0 ? "" : "; " + used + " of " + total + " slots were in use"));
        answer.says(
                Kind.MEANING,
                "a bounce is needed if the device cannot address the memory, or if it is forced (encrypted memory, an untrusted device,"
                        + " swiotlb=force)");
        if (isLarge(first)) {
            answer.says(Kind.EXCLUDED, "a pool that is too small: no bounce buffer is longer than 256 KiB");
            answer.says(Kind.CAUSE, "the driver maps longer pieces than dma_max_mapping_size permits");
            answer.says(Kind.NEXT, "limit the segments of the driver or of its queue to 256 KiB");
            return answer;
        }
        if (total == 0) {
            answer.says(Kind.CAUSE, "swiotlb has no pool: it was not set up, or was switched off at boot");
        } else if (total > 0 && total - used >= slots) {
            answer.says(
                    Kind.CAUSE,
                    "free slots are not next to each other: a buffer lies in one segment of 128 slots, and in the memory that the"
                            + " device reaches");
            answer.says(Kind.CAUSE, "slots were freed between the search and the message");
        } else {
            answer.says(Kind.CAUSE, "more bounced mappings are in use at once than the pool holds");
            answer.says(Kind.CAUSE, "a driver does not unmap, so slots are never free again");
            if (total < 0) {
                answer.says(Kind.CAUSE, "free slots are not next to each other");
            }
        }
        answer.says(
                Kind.NEXT,
                "see whether the slots in use fall when the load stops (debugfs swiotlb/io_tlb_used): then enlarge swiotlb=, else a"
                        + " driver leaks mappings; 'moat audit --bounces' judges each bounce of a trace");
        answer.shownBy("swiotlb-keeps-slots");
        return answer;
    }
}
