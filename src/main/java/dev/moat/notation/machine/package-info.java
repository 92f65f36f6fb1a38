/** Machines of checked components: {@link dev.moat.notation.machine.NotedComponent} is one that the engine can use. */
@NullMarked
package dev.moat.notation.machine;

import org.jspecify.annotations.NullMarked;
