/** The mechanisms of Xen's machines, software's and those of hardware that software has to know, and the table of what does not go
 * together. */
@NullMarked
package dev.moat.xen.mechanism;

import org.jspecify.annotations.NullMarked;
