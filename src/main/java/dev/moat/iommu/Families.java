package dev.moat.iommu;

import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Suggestion;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Finds the families of IOMMUs that the class path registers. */
public final class Families {
    private Families() {}

    /** The parameter of {@link #parameter}. */
    public static final String PARAMETER = "iommu";

    /** The family where nothing says which. */
    public static final String DEFAULT = "vtd";

    /** What a class path registers. Building a model asks a dozen times, and each time that would take a while to find. */
    private record Found(@Nullable ClassLoader by, List<Family> families) {}

    private static final AtomicReference<@Nullable Found> LAST = new AtomicReference<>();

    /** All of them, the default one first, the others by id. */
    public static List<Family> all() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        Found found = LAST.get();
        if (found == null || found.by != loader) {
            found = new Found(loader, registered(loader));
            LAST.set(found);
        }
        return found.families;
    }

    private static List<Family> registered(@Nullable ClassLoader loader) {
        List<Family> all = ServiceLoader.load(Family.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing((Family f) -> !f.id().equals(DEFAULT))
                        .thenComparing(Family::id))
                .toList();
        for (int i = 1; i < all.size(); i++) {
            String id = all.get(i).id();
            if (id.equals(all.get(i - 1).id())) {
                // Only one of them would ever run.
                throw new BadSettingException(
                        id,
                        "two IOMMUs are named '" + id + "': class '"
                                + all.get(i - 1).getClass().getName() + "' and class '"
                                + all.get(i).getClass().getName() + "'");
            }
        }
        return all;
    }

    /** Their ids, in the same order. */
    public static List<String> ids() {
        return all().stream().map(Family::id).toList();
    }

    /** A family by its id, or nothing. */
    public static Optional<Family> find(String id) {
        return all().stream().filter(f -> f.id().equals(id)).findFirst();
    }

    /** The parameter by which a component has one of them named. */
    public static Parameter parameter(String initial) {
        return Parameter.choice(PARAMETER, "Which IOMMU there is.", initial, ids().toArray(String[]::new));
    }

    /**
     * The parameters of the family that settings name.
     *
     * @param initial the family where they name none, or one that there is not, which is refused later; without such a family
     *     there are no parameters
     * @param defaults what a component has the family's parameters be at first, where the family's own is for other software
     */
    public static List<Parameter> parameters(Map<String, String> given, String initial, Map<String, String> defaults) {
        Optional<Family> family = find(given.getOrDefault(PARAMETER, initial)).or(() -> find(initial));
        return family.map(Family::parameters).orElse(List.of()).stream()
                .map(p -> p.initially(defaults.getOrDefault(p.name(), p.initial())))
                .toList();
    }

    /**
     * A family by its id.
     *
     * @throws BadSettingException when there is none
     */
    public static Family get(String id) {
        return find(id).orElseThrow(() -> {
            List<String> known = ids();
            return new BadSettingException(PARAMETER, "unknown IOMMU '" + id + "'" + Suggestion.among(id, known));
        });
    }
}
