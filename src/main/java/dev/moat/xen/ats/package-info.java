/** What the hypervisor does about devices that keep translations (PCIe ATS). */
@NullMarked
package dev.moat.xen.ats;

import org.jspecify.annotations.NullMarked;
