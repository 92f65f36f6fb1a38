package dev.moat.model;

import java.util.List;
import java.util.Map;

/** A component that is composed of mechanisms. */
public interface Composed extends Component {
    /** Values that choose another table than none given do, for listings; a few of the default one's mechanisms differ there. */
    default List<Map<String, String>> variants() {
        return List.of();
    }

    /**
     * Its mechanisms and what does not go together. Their tests read parameters of {@link #parameters(Map)} with the same values.
     *
     * @param given values by name, as there; they may choose mechanisms
     */
    Mechanisms mechanisms(Map<String, String> given);
}
