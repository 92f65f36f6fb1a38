/** Reports of verdicts for people and for continuous integration: pure functions, and files written whole or not at all. */
@NullMarked
package dev.moat.check.report;

import org.jspecify.annotations.NullMarked;
