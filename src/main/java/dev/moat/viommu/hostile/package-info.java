/**
 * A guest that writes any value into any register of its vIOMMU and anything into its memory: a family's register-driven unit on memory
 * that lies in the state, and Xen's trap around it.
 *
 * <p>Read {@link dev.moat.viommu.hostile.RegisterTrap} first.
 */
@NullMarked
package dev.moat.viommu.hostile;

import org.jspecify.annotations.NullMarked;
