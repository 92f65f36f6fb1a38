package dev.moat.audit.result;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One violation.
 *
 * @param line the line of the trace at which it is complete
 * @param says what happened, with the lines of everything that led to it
 * @param reason why the invariant is false there; empty where the rule is judged without one
 * @param story what led to it, as calls that can be run; null where the rule is not about translations that linger
 */
public record Violation(
        AuditRule rule,
        long line,
        String says,
        List<String> reason,
        @Nullable AuditStory story) {}
