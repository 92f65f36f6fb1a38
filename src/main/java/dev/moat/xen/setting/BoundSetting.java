package dev.moat.xen.setting;

import dev.moat.model.Setting;

/**
 * How large a machine is.
 *
 * @param domains PV domains
 * @param frames machine frames of guest memory, numbered from 0
 * @param refs grant references per granting domain
 * @param handles maptrack entries per domain
 * @param cpus CPUs that run hypercalls
 */
public record BoundSetting(int domains, int frames, int refs, int handles, int cpus) {
    static BoundSetting of(Setting s) {
        return new BoundSetting(
                s.number("domains"), s.number("frames"), s.number("refs"), s.number("handles"), s.number("cpus"));
    }
}
