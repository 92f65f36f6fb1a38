/** What travels between the processes of a search, and what they keep. */
@NullMarked
package dev.moat.spark.row;

import org.jspecify.annotations.NullMarked;
