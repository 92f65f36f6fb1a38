package dev.moat.xen.setting;

import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import java.util.List;

/**
 * Xen's command line about grant tables ({@code gnttab=}).
 *
 * @param transitive whether copies follow transitive entries
 */
public record TableSetting(boolean transitive) {
    static final List<Parameter> PARAMETERS = List.of(Parameter.flag(
            "transitive", "Whether copies follow transitive grants, where there are any (gnttab=transitive).", true));

    static TableSetting of(Setting s) {
        return new TableSetting(s.flag("transitive"));
    }
}
