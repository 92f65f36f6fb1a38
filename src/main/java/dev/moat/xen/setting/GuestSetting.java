package dev.moat.xen.setting;

import dev.moat.model.setting.Setting;
import java.util.List;

/**
 * What guests do in a search.
 *
 * @param granters domains that grant
 * @param grantedTo domains that granters grant to
 * @param reallocates whether domains give frames up and populate free ones
 * @param careless whether granters store to entries that are in use
 * @param narrowing whether granters make entries read-only that may have mappings, none of them for writing
 * @param hostOnly whether grants are mapped for the host alone, never for devices or both
 */
public record GuestSetting(
        List<Integer> granters,
        List<Integer> grantedTo,
        boolean reallocates,
        boolean careless,
        boolean narrowing,
        boolean hostOnly) {
    static GuestSetting of(Setting s, int domains) {
        return new GuestSetting(
                IommuSetting.some(s.text("granters"), domains),
                IommuSetting.some(s.text("mappers"), domains),
                s.flag("reallocation"),
                s.flag("careless-granter"),
                s.flag("narrowing-granter"),
                s.text("sides").equals("host"));
    }
}
