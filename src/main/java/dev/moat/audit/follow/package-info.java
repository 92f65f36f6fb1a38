/** Follows a trace event by event: who is in which call, what the tables translate, what lingers, and the rules on it. */
@NullMarked
package dev.moat.audit.follow;

import org.jspecify.annotations.NullMarked;
