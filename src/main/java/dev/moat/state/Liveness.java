package dev.moat.state;

/** Whether element i of a family is meaningful in a state. Pure. */
@FunctionalInterface
public interface Liveness {
    boolean isLive(long[] s, int i);
}
