/**
 * Moat in JUnit 5 tests, for this project and others: {@link dev.moat.junit.ReplayCounterexamples} replays counterexample
 * files on the components of the class path.
 */
@NullMarked
package dev.moat.junit;

import org.jspecify.annotations.NullMarked;
