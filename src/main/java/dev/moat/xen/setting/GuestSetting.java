package dev.moat.xen.setting;

import dev.moat.model.Setting;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What guests do in a search.
 *
 * @param granters domains that grant
 * @param grantedTo domains that granters grant to
 * @param habits what else they do, or leave undone
 */
public record GuestSetting(List<Integer> granters, List<Integer> grantedTo, Set<Habit> habits) {
    /** What guests may do or not. */
    public enum Habit {
        /** Domains give frames up and populate free ones. */
        REALLOCATES,
        /** Granters store to entries that are in use. */
        CARELESS,
        /** Granters make entries read-only that may have mappings, none of them for writing. */
        NARROWING,
        /** Grants are mapped for the host alone, never for devices or both. */
        HOST_ONLY
    }

    static GuestSetting of(Setting s, int domains) {
        Set<Habit> habits = EnumSet.noneOf(Habit.class);
        add(habits, Habit.REALLOCATES, s.flag("reallocation"));
        add(habits, Habit.CARELESS, s.flag("careless-granter"));
        add(habits, Habit.NARROWING, s.flag("narrowing-granter"));
        add(habits, Habit.HOST_ONLY, s.text("sides").equals("host"));
        return new GuestSetting(
                IommuSetting.some(s.text("granters"), domains),
                IommuSetting.some(s.text("mappers"), domains),
                Set.copyOf(habits));
    }

    private static void add(Set<Habit> habits, Habit habit, boolean is) {
        if (is) {
            habits.add(habit);
        }
    }

    /** Whether domains give frames up and populate free ones. */
    public boolean reallocates() {
        return habits.contains(Habit.REALLOCATES);
    }

    /** Whether granters store to entries that are in use. */
    public boolean careless() {
        return habits.contains(Habit.CARELESS);
    }

    /** Whether granters make entries read-only that may have mappings, none of them for writing. */
    public boolean narrowing() {
        return habits.contains(Habit.NARROWING);
    }

    /** Whether grants are mapped for the host alone. */
    public boolean hostOnly() {
        return habits.contains(Habit.HOST_ONLY);
    }
}
