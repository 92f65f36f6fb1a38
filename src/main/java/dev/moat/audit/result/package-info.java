/** What an audit found: rules, counts, violations with their stories, exposure windows. */
@NullMarked
package dev.moat.audit.result;

import org.jspecify.annotations.NullMarked;
