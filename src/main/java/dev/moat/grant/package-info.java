/**
 * Xen's grant tables, version 1: shared entry and active entry apart, pins, maptrack, status bits. Read
 * {@link dev.moat.grant.SharedEntry} (the format), {@link dev.moat.grant.GrantTables} (the rules), then
 * {@link dev.moat.grant.Maptrack} (the mapper's side). Who invalidates what, and when, is in {@code dev.moat.xen}.
 */
@NullMarked
package dev.moat.grant;

import org.jspecify.annotations.NullMarked;
