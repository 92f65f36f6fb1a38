package dev.moat.notation.check;

import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Tree;
import java.util.List;
import java.util.regex.Pattern;

/** Checks what a text knows of its scenarios; which parameters an IOMMU has, and which properties Moat, it does not. */
final class Scenarios {
    private static final int MOST = 64;
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    private final Tree tree;
    private final Definitions names;

    Scenarios(Tree tree, Definitions names) {
        this.tree = tree;
        this.names = names;
    }

    static void requireId(Definitions names, At at, String id) {
        if (!ID.matcher(id).matches()) {
            throw names.error(at, "'" + id + "' is no id: lower-case letters, digits and hyphens, at most 64");
        }
    }

    void check(Item.Scenario s) {
        requireId(names, s.at(), s.id());
        List<Item.Scenario> all = tree.all(Item.Scenario.class).toList();
        if (all.stream().filter(other -> other.id().equals(s.id())).count() > 1) {
            throw names.error(s.at(), "two scenarios are named '" + s.id() + "'");
        }
        if (all.size() > MOST || tree.all(Item.Property.class).count() > MOST) {
            throw names.error(s.at(), "a text has at most " + MOST + " scenarios and " + MOST + " properties");
        }
    }
}
