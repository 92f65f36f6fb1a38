package dev.moat.conform.qemu;

import dev.moat.conform.rows.Disagreement;
import dev.moat.conform.rows.RowsDocument;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a QEMU log compares with Moat's unit.
 *
 * @param file the log as messages print it
 * @param lines its lines
 * @param events how often each {@code vtd_*} event occurs
 * @param judged events that were judged, by name
 * @param explained what QEMU did that hardware may always do, by kind: dropping more than it was told to
 * @param unjudged what could not be judged, by reason
 * @param suspects hits that are stale or not by the order of both recordings, which is not known; the first 1,000
 * @param disagreed events that no behaviour of Moat's unit explains
 * @param disagreements the first of them, in the order of the log
 */
public record QemuReport(
        String file,
        long lines,
        Map<String, Long> events,
        Map<String, Long> judged,
        Map<String, Long> explained,
        Map<String, Long> unjudged,
        List<String> suspects,
        long disagreed,
        List<Disagreement> disagreements) {
    public QemuReport {
        events = Collections.unmodifiableMap(new TreeMap<>(events));
        judged = Collections.unmodifiableMap(new TreeMap<>(judged));
        explained = Collections.unmodifiableMap(new TreeMap<>(explained));
        unjudged = Collections.unmodifiableMap(new TreeMap<>(unjudged));
        suspects = List.copyOf(suspects);
        disagreements = List.copyOf(disagreements);
    }

    private long of(String event) {
        return judged.getOrDefault(event, 0L);
    }

    /** Whether an event was judged. */
    public boolean isJudged() {
        return !judged.isEmpty();
    }

    /** Whether a translation was compared, and none is perhaps stale. */
    public boolean isSettled() {
        return suspects.isEmpty() && of("vtd_iotlb_page_hit") + of("vtd_iotlb_page_update") > 0;
    }

    /** For a person: counts, every kind, what was explained and left out, then the disagreements. */
    public List<String> text() {
        List<String> text = new ArrayList<>();
        long all = events.values().stream().mapToLong(Long::longValue).sum();
        long checked = judged.values().stream().mapToLong(Long::longValue).sum();
        text.add(file + ": lines " + lines + ", vtd events " + all + ", judged " + checked);
        text.add("  translations " + of("vtd_dmar_translate") + ": hits " + of("vtd_iotlb_page_hit") + ", fills "
                + of("vtd_iotlb_page_update"));
        text.add("  IOTLB invalidations: page " + of("vtd_inv_desc_iotlb_pages") + ", domain "
                + of("vtd_inv_desc_iotlb_domain") + ", global " + of("vtd_inv_desc_iotlb_global"));
        long device = of("vtd_inv_desc_cc_device") + of("vtd_inv_desc_cc_devices");
        text.add("  context invalidations: device " + device + ", domain " + of("vtd_inv_desc_cc_domain") + ", global "
                + of("vtd_inv_desc_cc_global"));
        text.add("  interrupt-entry invalidations " + of("vtd_inv_desc_iec") + ", waits " + of("vtd_inv_desc_wait_sw"));
        text.add("events judged");
        judged.forEach((name, count) -> text.add("  " + name + " " + count));
        section(text, "explained", explained);
        section(text, "not judged", unjudged);
        text.add("perhaps stale" + (suspects.isEmpty() ? ": nothing" : ""));
        suspects.forEach(line -> text.add("  " + line));
        text.add("disagreements " + disagreed);
        disagreements.forEach(d -> text.add("  " + d));
        if (disagreed > disagreements.size()) {
            text.add("  and " + (disagreed - disagreements.size()) + " more");
        }
        if (checked == 0) {
            text.add("nothing was judged");
        }
        return text;
    }

    /**
     * For programs: the same counts and disagreements as one document, ending in a line feed.
     *
     * @param exit the exit code of the command
     */
    public String json(int exit) {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("lines", lines);
        counts.put("events", events);
        counts.put("judged", judged);
        counts.put("explained", explained);
        counts.put("unjudged", unjudged);
        counts.put("suspects", suspects);
        counts.put("disagreed", disagreed);
        return RowsDocument.json("qemu-1", file, exit, counts, disagreements);
    }

    private static void section(List<String> text, String title, Map<String, Long> counts) {
        text.add(title + (counts.isEmpty() ? ": nothing" : ""));
        counts.forEach((name, count) -> text.add("  " + name + " " + count));
    }
}
