/**
 * The state of an explored paravirtual domain: slots, tables, contents, mappings, and the library's code over them. Slots are public
 * within the component; they are final and hold no state themselves.
 */
@NullMarked
package dev.moat.pv.state;

import org.jspecify.annotations.NullMarked;
