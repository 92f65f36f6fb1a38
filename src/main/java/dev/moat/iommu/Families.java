package dev.moat.iommu;

import dev.moat.model.setting.BadSettingException;
import dev.moat.model.setting.Suggestion;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Finds the families of IOMMUs that the class path registers. */
public final class Families {
    private Families() {}

    /** The family where nothing says which. */
    public static final String DEFAULT = "vtd";

    /** All of them, the default one first, the others by id. */
    public static List<Family> all() {
        return ServiceLoader.load(Family.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing((Family f) -> !f.id().equals(DEFAULT))
                        .thenComparing(Family::id))
                .toList();
    }

    /** Their ids, in the same order. */
    public static List<String> ids() {
        return all().stream().map(Family::id).toList();
    }

    /** A family by its id, or nothing. */
    public static Optional<Family> find(String id) {
        return all().stream().filter(f -> f.id().equals(id)).findFirst();
    }

    /**
     * A family by its id.
     *
     * @throws BadSettingException when there is none
     */
    public static Family get(String id) {
        return find(id).orElseThrow(() -> {
            List<String> known = ids();
            return new BadSettingException("iommu", "unknown IOMMU '" + id + "'" + Suggestion.among(id, known));
        });
    }
}
