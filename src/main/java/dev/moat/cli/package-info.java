/**
 * The command line; only it and the packages below it print or exit. {@link dev.moat.cli.Moat} is the entry,
 * {@code cli.command} has a class for each command, {@link dev.moat.cli.site.Site} is where they run.
 */
@NullMarked
package dev.moat.cli;

import org.jspecify.annotations.NullMarked;
