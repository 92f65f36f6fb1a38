package dev.moat.check.mutants;

/**
 * Something that a step was seen to write.
 *
 * @param who the step as {@code operation/step}, or the action
 * @param slots name of the family
 * @param field name of a field that it changed or left unequal to zero, empty for a whole value
 */
public record Write(String who, String slots, String field) implements Comparable<Write> {
    @Override
    public int compareTo(Write other) {
        return toString().compareTo(other.toString());
    }

    /** Slots and field as one word. */
    public String place() {
        return field.isEmpty() ? slots : slots + "." + field;
    }

    @Override
    public String toString() {
        return who + " " + place();
    }
}
