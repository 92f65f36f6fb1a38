/** One class for each command of {@code moat}. */
@NullMarked
package dev.moat.cli.command;

import org.jspecify.annotations.NullMarked;
