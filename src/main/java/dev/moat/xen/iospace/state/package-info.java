/** I/O spaces in the state: how large a run is, who has which device and frame, what is mapped and owed, and the calls that run. */
@NullMarked
package dev.moat.xen.iospace.state;

import org.jspecify.annotations.NullMarked;
