package dev.moat.prove.code;

import dev.moat.bits.Layout;
import dev.moat.bits.LayoutSource;
import dev.moat.model.BadSettingException;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the layouts that the class path registers. */
public final class Layouts {
    private Layouts() {}

    /** All of them, by name. */
    public static List<Layout> all() {
        return ServiceLoader.load(LayoutSource.class).stream()
                .map(source -> source.get().layout())
                .sorted(Comparator.comparing(Layout::name))
                .toList();
    }

    /**
     * Those of one name, or all.
     *
     * @param name of a layout, or null
     * @throws BadSettingException when there is none
     */
    public static List<Layout> of(@Nullable String name) {
        List<Layout> all = all();
        if (name == null) {
            return all;
        }
        List<Layout> found = all.stream().filter(f -> f.name().equals(name)).toList();
        if (found.isEmpty()) {
            throw new BadSettingException(
                    name,
                    "no layouts of '" + name + "'; there are those of "
                            + all.stream().map(Layout::name).collect(Collectors.joining(", ")));
        }
        return found;
    }
}
