package dev.moat.audit.recording;

import dev.moat.audit.result.Rule;

/** What a driver can do wrong, the rule that says so, and words of the reason. */
enum Mistake {
    NONE(Rule.CALL_RETURN, ""),
    NO_COMMAND(Rule.CALL_RETURN, "no command given since then names it"),
    OTHER_DOMAIN(Rule.CALL_RETURN, "names another tag"),
    SHORT_RANGE(Rule.CALL_RETURN, "does not name all of the range"),
    TOO_EARLY(Rule.CALL_RETURN, "was given before the entry was changed"),
    NO_WAIT(Rule.CALL_RETURN, "no wait stands behind it"),
    WAIT_NOT_DONE(Rule.WAIT_DONE, "the wait behind it is not"),
    WAIT_FIRST(Rule.WAIT_DONE, "no wait stands behind it"),
    NO_DEVICE_TLB(Rule.CALL_DEVICE_TLB, "no command given since then names it"),
    EMPTY_FLUSH(Rule.FLUSH_COVERS, "no command given since then names it"),
    ADDRESS_TOO_EARLY(Rule.CALL_REUSE, "no command given since then names it"),
    DEVICE_TLB_KEPT(Rule.CALL_REUSE, "may still keep translations"),
    FREED_EARLY(Rule.FREED_LINGERING, "no command given since then names it"),
    FREED_MAPPED(Rule.FREED_MAPPED, "tables still lead to it"),
    MAPS_FREE(Rule.FREED_MAPPED, "which is free since line"),
    GIVEN_AWAY(Rule.FOREIGN, "tables of guest lead to it"),
    FREED_LINKED(Rule.TABLE_REUSE, "still comes to it as a"),
    TABLE_WRITTEN(Rule.TABLE_REUSE, "is written again"),
    LEAVES_ONLY(Rule.TABLE_REUSE, "leaves cached pointers to tables"),
    ENTRY_KEPT(Rule.REQUESTER_FORGOTTEN, "no command given since then names it"),
    HALF_ENTRY(Rule.TORN, "is changed in parts"),
    TORN_MOVE(Rule.TORN, "is changed in parts"),
    TAG_AGAIN(Rule.TAG, "stands for the table at"),
    RESERVED_ENTRY(Rule.ENTRY_FORM, "a reserved bit"),
    RESERVED_COMMAND(Rule.COMMAND_FORM, "reserved bit"),
    COMMAND_AFTER_TAIL(Rule.COMMAND_FIRST, "told the unit that it is there"),
    WRONG_ANSWER(Rule.ANSWER, "which neither tables nor caches");

    final Rule rule;
    final String says;

    Mistake(Rule rule, String says) {
        this.rule = rule;
        this.says = says;
    }
}
