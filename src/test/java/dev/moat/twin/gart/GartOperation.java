package dev.moat.twin.gart;

/** One operation of a script. */
public sealed interface GartOperation {
    record Placeholder() implements GartOperation {}
}
