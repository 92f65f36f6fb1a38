/** What flush policies cost in descriptors and waits, for one operation each and for a recorded sequence. */
@NullMarked
package dev.moat.conform.cost;

import org.jspecify.annotations.NullMarked;
