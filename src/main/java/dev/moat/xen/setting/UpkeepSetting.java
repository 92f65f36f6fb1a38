package dev.moat.xen.setting;

import dev.moat.model.Setting;

/**
 * How the I/O tables are kept in step with grant mappings, and what can go wrong.
 *
 * @param rule generation of the rule
 * @param readOnlyPresent whether a read-only grant mapping has an entry
 * @param failures whether allocations and table changes may fail
 * @param waitsTimeOut whether software gives up a wait for the unit when that has stalled
 * @param mayStall whether it may stall
 */
public record UpkeepSetting(
        String rule, boolean readOnlyPresent, boolean failures, boolean waitsTimeOut, boolean mayStall) {
    static UpkeepSetting of(Setting s) {
        return new UpkeepSetting(
                s.text("upkeep-rule"),
                s.text("read-only-grants").equals("read-only"),
                s.flag("failures"),
                XenParameters.waitsTimeOut(s),
                XenParameters.waitsTimeOut(s) || s.flag("stalls"));
    }

    /** Whether the rule looks at what was pinned before a mapping. */
    public boolean looksAtOldPins() {
        return rule.equals("2008") || rule.equals("mapkind-pins");
    }
}
