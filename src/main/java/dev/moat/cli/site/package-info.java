/** Where a command runs: its home, its streams, its progress, and how failures end it. */
@NullMarked
package dev.moat.cli.site;

import org.jspecify.annotations.NullMarked;
