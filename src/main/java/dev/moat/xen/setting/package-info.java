/** What a machine is built from: bounds, policies, capabilities, and the mechanisms that are switched on.
 * {@link dev.moat.xen.setting.XenSetting} holds them all. */
@NullMarked
package dev.moat.xen.setting;

import org.jspecify.annotations.NullMarked;
