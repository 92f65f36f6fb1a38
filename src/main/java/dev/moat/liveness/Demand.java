package dev.moat.liveness;

/** That something which waits is answered, if those who help go on, and as long as nobody does what is excluded. */
public interface Demand {
    /** Whether it waits in a state, and is not answered there. */
    boolean waits(long[] s);

    /** Whether a letter of the machine's alphabet may be taken while it waits. */
    boolean allows(long[] s, int letter);

    /** Whether a letter helps in a state; where it does for ever, and can be taken, it is. */
    boolean helps(long[] s, int letter);
}
