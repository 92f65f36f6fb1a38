package dev.moat.model;

/**
 * Why a machine with some mechanism is refused.
 *
 * @param mechanism its id
 * @param relation what the other one has to do with it
 * @param other the other one's id
 * @param ground whether it could be modelled
 * @param because a few words
 */
public record Conflict(String mechanism, Relation relation, String other, Ground ground, String because) {
    /** What two mechanisms have to do with each other. */
    public enum Relation {
        /** The first one is nothing without the other. */
        NEEDS,
        /** They do not go together. */
        EXCLUDES
    }

    /** Whether what is refused can be at all. */
    public enum Ground {
        /** No real machine is so. */
        CANNOT_BE("cannot be"),
        /** A real machine can be so; Moat does not follow it, so there is no verdict about it. */
        NOT_MODELLED("is not modelled yet");

        private final String says;

        Ground(String says) {
            this.says = says;
        }

        /** As it stands in a message. */
        public String says() {
            return says;
        }
    }

    /** The line for the user, given how both are written. */
    String message(String first, String second) {
        return first + (relation == Relation.NEEDS ? " without " : " with ") + second + " " + ground.says + ": "
                + because;
    }
}
