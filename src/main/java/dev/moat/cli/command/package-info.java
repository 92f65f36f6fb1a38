/**
 * One class for each command of {@code moat}.
 *
 * <p>What {@code moat list} computes before it prints it: programs of operations, mechanisms. The commands that
 * search many machines and make a table of it: what is needed, what it costs, what is covered.
 */
@NullMarked
package dev.moat.cli.command;

import org.jspecify.annotations.NullMarked;
