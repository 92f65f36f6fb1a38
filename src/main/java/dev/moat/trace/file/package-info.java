/**
 * Counterexamples: as ITF files, and replayed. Read {@link dev.moat.trace.file.Counterexample}, then
 * {@link dev.moat.trace.file.Replayer}.
 */
@NullMarked
package dev.moat.trace.file;

import org.jspecify.annotations.NullMarked;
