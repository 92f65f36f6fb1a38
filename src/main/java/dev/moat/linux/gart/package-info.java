/**
 * Linux's driver of the GART: where the window is ({@link dev.moat.linux.gart.GartAperture}), what the kernel was told
 * ({@link dev.moat.linux.gart.GartOptions}), turning it on and off ({@link dev.moat.linux.gart.GartSetup}), emptying all
 * TLBs ({@link dev.moat.linux.gart.GartFlush}), mappings ({@link dev.moat.linux.gart.GartMapping},
 * {@link dev.moat.linux.gart.GartListMapping}). {@link dev.moat.linux.gart.GartSpace} is where its state lives.
 */
@NullMarked
package dev.moat.linux.gart;

import org.jspecify.annotations.NullMarked;
