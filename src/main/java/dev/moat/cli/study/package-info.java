/** The commands that search many machines and make a table of it: what is needed, what it costs, what is covered. */
@NullMarked
package dev.moat.cli.study;

import org.jspecify.annotations.NullMarked;
