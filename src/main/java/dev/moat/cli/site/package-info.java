/**
 * Where a command runs: its home, its streams, its progress, and how failures end it.
 *
 * <p>Options that several commands share, and how their values are read.
 */
@NullMarked
package dev.moat.cli.site;

import org.jspecify.annotations.NullMarked;
