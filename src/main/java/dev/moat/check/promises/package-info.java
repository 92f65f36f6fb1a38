/** Which promise falls on which hardware under which policy: a table of searches, each cell held or with its shortest run. */
@NullMarked
package dev.moat.check.promises;

import org.jspecify.annotations.NullMarked;
