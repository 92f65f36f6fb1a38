package dev.moat.explore;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Who keeps a search from time to time, so that it can go on after its process has ended. */
public interface Checkpointer {
    /** Reads what was kept. */
    @FunctionalInterface
    interface Reading {
        void from(DataInput in) throws IOException;
    }

    /** Writes what is to be kept. */
    @FunctionalInterface
    interface Writing {
        void to(DataOutput out) throws IOException;
    }

    /**
     * Hands over what an earlier search left, before the first state is searched.
     *
     * @return whether there was something
     * @throws UncheckedIOException when it cannot be read
     */
    boolean restore(Reading search);

    /** Whether it is time to keep the search; asked after each block of work. */
    boolean due();

    /**
     * Keeps the search; what was kept before is lost only when this is safe.
     *
     * @throws UncheckedIOException when it cannot be written
     */
    void keep(Writing search);

    /** Keeps nothing. */
    static Checkpointer none() {
        return new Checkpointer() {
            @Override
            public boolean restore(Reading search) {
                return false;
            }

            @Override
            public boolean due() {
                return false;
            }

            @Override
            public void keep(Writing search) {}
        };
    }
}
