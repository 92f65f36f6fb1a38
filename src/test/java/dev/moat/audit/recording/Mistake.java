package dev.moat.audit.recording;

import dev.moat.audit.result.AuditRule;

/** What a driver can do wrong, the rule that says so, and words of the reason. */
enum Mistake {
    NONE(AuditRule.CALL_RETURN, ""),
    NO_COMMAND(AuditRule.CALL_RETURN, "no command given since then names it"),
    OTHER_DOMAIN(AuditRule.CALL_RETURN, "names another tag"),
    SHORT_RANGE(AuditRule.CALL_RETURN, "does not name all of the range"),
    TOO_EARLY(AuditRule.CALL_RETURN, "was given before the entry was changed"),
    NO_WAIT(AuditRule.CALL_RETURN, "no wait stands behind it"),
    WAIT_NOT_DONE(AuditRule.WAIT_DONE, "the wait behind it is not"),
    WAIT_FIRST(AuditRule.WAIT_DONE, "no wait stands behind it"),
    NO_DEVICE_TLB(AuditRule.CALL_DEVICE_TLB, "no command given since then names it"),
    TABLE_DEVICE_TLB(AuditRule.CALL_DEVICE_TLB, "no command given since then names it"),
    EMPTY_FLUSH(AuditRule.FLUSH_COVERS, "no command given since then names it"),
    FLUSH_INSIDE(AuditRule.FLUSH_COVERS, "it may come back"),
    ADDRESS_TOO_EARLY(AuditRule.CALL_REUSE, "no command given since then names it"),
    DEVICE_TLB_KEPT(AuditRule.CALL_REUSE, "may still keep translations"),
    FREED_EARLY(AuditRule.FREED_LINGERING, "no command given since then names it"),
    FREED_MAPPED(AuditRule.FREED_MAPPED, "tables still lead to it"),
    MAPS_FREE(AuditRule.FREED_MAPPED, "which is free since line"),
    GIVEN_AWAY(AuditRule.FOREIGN, "tables of guest lead to it"),
    FREED_LINKED(AuditRule.TABLE_REUSE, "still comes to it as a"),
    TABLE_WRITTEN(AuditRule.TABLE_REUSE, "is written again"),
    LEAVES_ONLY(AuditRule.TABLE_REUSE, "leaves cached pointers to tables"),
    ENTRY_KEPT(AuditRule.REQUESTER_FORGOTTEN, "no command given since then names it"),
    HALF_ENTRY(AuditRule.TORN, "is changed in parts"),
    TORN_MOVE(AuditRule.TORN, "is changed in parts"),
    TAG_AGAIN(AuditRule.TAG, "stands for the table at"),
    RESERVED_ENTRY(AuditRule.ENTRY_FORM, "entry of a"),
    RESERVED_COMMAND(AuditRule.COMMAND_FORM, "reserved bit"),
    COMMAND_AFTER_TAIL(AuditRule.COMMAND_FIRST, "told the unit that it is there"),
    WRONG_ANSWER(AuditRule.ANSWER, "which neither tables nor caches");

    final AuditRule rule;
    final String says;

    Mistake(AuditRule rule, String says) {
        this.rule = rule;
        this.says = says;
    }
}
