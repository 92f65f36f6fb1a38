package dev.moat.xen;

import dev.moat.iommu.Capabilities.Tagging;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.setting.XenSetting;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which settings leave the discipline by what they are, so that steps cannot claim to follow it. */
public final class Incomparable {
    private Incomparable() {}

    /** The first reason why a machine is not compared, a few words; empty when it is. */
    public static String reason(XenSetting setting) {
        Map<String, Boolean> reasons = new LinkedHashMap<>();
        reasons.put("with mode=recorded what calls do beside grants claims nothing", setting.recorded());
        reasons.put(
                "with careless-granter an offer in use is taken back, which the discipline forbids (end-access)",
                setting.guests().careless());
        reasons.put(
                "with flush=agreed pins are dropped before the invalidation, which the discipline forbids (end-hold)",
                setting.flush() == FlushPolicy.AGREED);
        reasons.put(
                "with flush=deferred and assign=true, cpus=2 or domain-death=true two operations pay for one page at once,"
                        + " which tokens do not tell apart",
                setting.flush() == FlushPolicy.DEFERRED
                        && (setting.devs().assign()
                                || setting.cpus() > 1
                                || setting.more().death()));
        reasons.put(
                "with write-buffer=true or coherent=false a walk may read an entry as it was before a store; the"
                        + " discipline assumes one instant",
                setting.capabilities().stores().late());
        reasons.put(
                "with caching-mode=true and cpus=2 an invalidation for a new entry may be older than another CPU's debt for"
                        + " the same page, which tokens do not tell",
                setting.capabilities().caching().absence() && setting.cpus() > 1);
        reasons.put(
                "with drain=false a completed invalidation leaves requests in flight; the discipline assumes that it ends"
                        + " them",
                !setting.capabilities().asking().drains());
        reasons.put(
                "with a flush at the end of a batch and cpus=2 a batch does not tell which of its debts are for the right to"
                        + " write, and another CPU's removal asks",
                setting.flush().isAtBatchEnd() && setting.cpus() > 1);
        reasons.put(
                "with completion=any-order a batch's descriptors are not found in the order of its tokens",
                !setting.capabilities().asking().inOrder() && setting.flush().isAtBatchEnd());
        reasons.put(
                "with wait=timeout an invalidation is given up that hardware may still do; the discipline's are awaited",
                setting.waitsTimeOut());
        reasons.put(
                "with dids a tag means one domain after another; the discipline assumes that it means one for ever",
                setting.capabilities().tagging() == Tagging.ALLOCATED);
        reasons.put(
                "with move-devices an entry leads from one domain to the next at once; in the discipline a device has none"
                        + " in between",
                setting.devs().moves());
        reasons.put(
                "with tables=first-device a space gets its domain late; the discipline assumes that it always has one",
                setting.ioTables().late());
        reasons.put(
                "with quarantine=scratch-page a device that nobody has is led somewhere; in the discipline it is led nowhere",
                setting.devs().scratchPage());
        reasons.put(
                "with dom0-iommu=relaxed domain 0's tables do not follow its rights",
                setting.ioTables().relaxed());
        reasons.put(
                "with version-2 an offer in use may be taken back, which the discipline forbids (end-access)",
                setting.grantTables().second());
        reasons.put(
                "with copy an entry is pinned without a hold, which the discipline does not know",
                setting.grantTables().copy());
        return reasons.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }
}
