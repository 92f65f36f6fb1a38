/**
 * The {@code vtd_*} trace events of a QEMU run, put to Moat's executable VT-d: {@link dev.moat.conform.qemu.QemuLog}
 * reads the log twice, first for its sizes, then with every event judged by the unit in its present state.
 */
@NullMarked
package dev.moat.conform.qemu;

import org.jspecify.annotations.NullMarked;
