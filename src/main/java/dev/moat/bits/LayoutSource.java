package dev.moat.bits;

/** Who has a layout; found by {@link java.util.ServiceLoader}, so that whoever proves layouts knows none of them. */
public interface LayoutSource {
    /** What there is to say, with code that is lifted from its class files. */
    Layout layout();
}
