/**
 * Linux's driver of a Calgary or CalIOC2, as it stood until the driver left the kernel: tables and registers of one bus, set up
 * ({@link dev.moat.linux.calgary.CalgarySetup}), mappings ({@link dev.moat.linux.calgary.CalgaryMapping}), the two
 * sequences that empty the chip's cache ({@link dev.moat.linux.calgary.TceBlast}), and the watchdog that takes a bus off
 * ({@link dev.moat.linux.calgary.ErrorWatchdog}). {@link dev.moat.linux.calgary.BusTable} is where its state lives,
 * {@link dev.moat.linux.calgary.Platform} what it stands on.
 */
@NullMarked
package dev.moat.linux.calgary;

import org.jspecify.annotations.NullMarked;
