package dev.moat.audit.result;

import java.util.List;
import java.util.Map;

/**
 * What came of one rule.
 *
 * @param clean how often it held
 * @param violated how often it did not
 * @param unjudged how often the trace does not tell, by reason
 * @param examples the first violations, at most five
 */
public record RuleTally(
        AuditRule rule, long clean, long violated, Map<String, Long> unjudged, List<Violation> examples) {
    /** How often it was judged. */
    public long judged() {
        return clean + violated;
    }

    /** How often the trace does not tell. */
    public long unjudgedCount() {
        return unjudged.values().stream().mapToLong(Long::longValue).sum();
    }
}
