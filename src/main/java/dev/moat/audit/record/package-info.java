/**
 * An unmodified guest recorded while QEMU runs it. Read {@link dev.moat.audit.record.Recorder} first, then {@code record.c}, the plug-in that
 * it builds, and {@link dev.moat.audit.record.QemuCommand} for what is added to the user's command.
 */
@NullMarked
package dev.moat.audit.record;

import org.jspecify.annotations.NullMarked;
