package dev.moat.audit.result;

/**
 * A rule that the trace never allowed to judge.
 *
 * @param reason the reason that came up most often, or what the trace would have to show
 */
public record Skipped(AuditRule rule, String reason) {}
