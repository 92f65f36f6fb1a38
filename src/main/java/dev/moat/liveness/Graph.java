package dev.moat.liveness;

/** A finite graph whose edges are labelled. Its arrays are not copied, and must not be changed. */
final class Graph {
    private final int[] first;
    private final int[] target;
    private final int[] letter;
    private final byte[] duty;

    /**
     * @param first {@code @shape} one more than there are nodes: the edges of node v are those from first[v] to first[v + 1], excluded
     * @param target of each edge
     * @param letter of each edge, from 0
     * @param duty of each edge what {@link Duties} says of its letter in the state that it leaves
     */
    Graph(int[] first, int[] target, int[] letter, byte[] duty) {
        this.first = first;
        this.target = target;
        this.letter = letter;
        this.duty = duty;
    }

    /** How many there are. */
    int nodes() {
        return first.length - 1;
    }

    /** The first edge of each node, and behind the last node the number of edges. */
    int[] first() {
        return first;
    }

    /** Where each edge leads. */
    int[] target() {
        return target;
    }

    /** The label of each edge. */
    int[] letter() {
        return letter;
    }

    /** Who of those that can act has to. */
    byte[] duty() {
        return duty;
    }
}
