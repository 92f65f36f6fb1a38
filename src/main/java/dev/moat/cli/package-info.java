/**
 * The command line, the only package that prints or exits: {@link dev.moat.cli.Moat} is the entry, each command is a
 * class, {@link dev.moat.cli.Site} is where they run.
 */
@NullMarked
package dev.moat.cli;

import org.jspecify.annotations.NullMarked;
