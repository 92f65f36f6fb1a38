package dev.moat.state;

import java.util.List;

/**
 * A property of a component's own: for all elements of some sorts a relation {@link #relation()} of the component holds in every state.
 * It says something of elements of which {@link #reached()} holds in some state.
 *
 * @param id as scenarios name it
 * @param says one sentence
 * @param file where it is written
 * @param line 1-based; column likewise
 * @param variables names for the elements, as a person is to read them; not all different, perhaps
 * @param sorts of the elements
 */
public record OwnProperty(
        String id, String says, String file, int line, int column, List<String> variables, List<String> sorts) {
    public OwnProperty {
        variables = List.copyOf(variables);
        sorts = List.copyOf(sorts);
    }

    /** The name of the relation that has to hold. */
    public String relation() {
        return relation(id);
    }

    /** The name of the relation that holds where the property says something. */
    public String reached() {
        return reached(id);
    }

    /** The name of the relation that has to hold, of the property of an id. */
    public static String relation(String id) {
        return "property." + id;
    }

    /** The name of the relation that holds where the property of an id says something. */
    public static String reached(String id) {
        return "reached." + id;
    }
}
