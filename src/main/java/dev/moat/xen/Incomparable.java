package dev.moat.xen;

import dev.moat.iommu.Capabilities.Reach;
import dev.moat.iommu.Capabilities.Tagging;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.setting.XenSetting;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which settings leave the discipline by what they are, and with which the steps do not say how they follow it. */
public final class Incomparable {
    private Incomparable() {}

    /** The first reason why a machine is not compared at all, a few words; empty when it is. */
    public static String reason(XenSetting setting) {
        Map<String, Boolean> reasons = new LinkedHashMap<>();
        reasons.put("with mode=recorded what calls do beside grants claims nothing", setting.recorded());
        reasons.put(
                "with flush=agreed pins are dropped before the invalidation, which the discipline forbids (end-hold)",
                setting.flush() == FlushPolicy.AGREED);
        reasons.put(
                "with dom0-iommu=relaxed domain 0's tables do not follow its rights",
                setting.ioTables().relaxed());
        reasons.put(
                "with device-tlb=true and cpus=2, or handles=2 or more, the unit and a device may have different rights cached of one page,"
                        + " which the discipline forgets at once",
                setting.capabilities().caching().devices() && (setting.cpus() > 1 || setting.handles() > 1));
        reasons.put(
                "with drain=false a completed invalidation leaves requests in flight; the discipline assumes that it ends"
                        + " them",
                !setting.capabilities().asking().drains());
        reasons.put(
                "a unit without device entries leaves a device what it reaches when assign=true or domain-death=true takes it away",
                setting.capabilities().tagging() == Tagging.NONE
                        && (setting.devs().assign() || setting.more().death()));
        reasons.put(
                "with stores that are seen late, assign=true, and flush=deferred or page-selective=false and cpus=2, a device can be"
                        + " given a table whose last store is unseen; the discipline assumes one instant",
                setting.capabilities().stores().late()
                        && setting.devs().assign()
                        && (setting.flush() == FlushPolicy.DEFERRED
                                || (setting.capabilities().asking().smallest() == Reach.TAG && setting.cpus() > 1)));
        reasons.put(
                "with stores that are seen late and without assign=true, or with cpus=2, failures, caching-mode=true or batches of"
                        + " flush=queued, a walk may read an entry as it was before a store; the discipline assumes one instant",
                setting.capabilities().stores().late()
                        && setting.capabilities().asking().smallest() == Reach.PAGES
                        && (!setting.devs().assign()
                                || setting.cpus() > 1
                                || setting.failures()
                                || setting.capabilities().caching().absence()
                                || (setting.flush() == FlushPolicy.QUEUED
                                        && setting.flushes().batch() > 1)));
        reasons.put(
                "with stores that are seen late, page-selective=false and a batch that pays at its end it was not looked into which"
                        + " entry a walk has read",
                setting.capabilities().stores().late()
                        && setting.capabilities().asking().smallest() == Reach.TAG
                        && setting.flush().isAtBatchEnd());
        reasons.put(
                "with flush=deferred and cpus=2 or, with assign=true, units=2 a flush and an unmap pay for one page at once; which of them"
                        + " did is in no state",
                setting.flush() == FlushPolicy.DEFERRED
                        && (setting.cpus() > 1
                                || (setting.devs().assign() && setting.iommu().units() > 1)));
        reasons.put(
                "with caching-mode=true or unmapped=scratch, cpus=2 and frames that change hands an invalidation for a new entry may be older than another"
                        + " CPU's debt for the same page; which is older is in no state",
                setting.capabilities().caching().absence()
                        && setting.cpus() > 1
                        && setting.guests().reallocates());
        reasons.put(
                "with superpages, cpus=2, frames=4 or more and frames that change hands a superpage's invalidation may be older than"
                        + " another CPU's debt for a page of it; which is older is in no state",
                setting.ioTables().superpages()
                        && setting.cpus() > 1
                        && setting.frames() > 3
                        && setting.guests().reallocates());
        reasons.put(
                "with move-devices=true, failures=true and quarantine=scratch-page it was not looked into which actions a move is that is"
                        + " undone",
                setting.devs().moves() && setting.failures() && setting.devs().scratchPage());
        return first(reasons);
    }

    /**
     * Why the steps of a machine do not say themselves which actions of the discipline they are, so that these are found from what differs;
     * empty when they say it.
     */
    public static String silence(XenSetting setting) {
        Map<String, Boolean> reasons = new LinkedHashMap<>();
        reasons.put(
                "offers in use are taken back, or pinned without a hold",
                setting.guests().careless()
                        || setting.grantTables().second()
                        || setting.grantTables().copy());
        reasons.put(
                "two operations pay for one page at once",
                setting.flush() == FlushPolicy.DEFERRED
                        && (setting.devs().assign() || setting.more().death()));
        reasons.put("stores are seen late", setting.capabilities().stores().late());
        reasons.put(
                "an invalidation for a new entry may be older than another CPU's debt for the same page",
                setting.capabilities().caching().absence() && setting.cpus() > 1);
        reasons.put(
                "a batch's descriptors are not found in the order of its tokens",
                !setting.capabilities().asking().inOrder() && setting.flush().isAtBatchEnd());
        reasons.put("waits are given up", setting.waitsTimeOut());
        reasons.put(
                "devices keep translations", setting.capabilities().caching().devices());
        reasons.put("tags are given away", setting.capabilities().tagging() == Tagging.ALLOCATED);
        reasons.put("devices move", setting.devs().moves());
        reasons.put("tables are built late", setting.ioTables().late());
        reasons.put("devices are parked", setting.devs().scratchPage());
        return first(reasons);
    }

    private static String first(Map<String, Boolean> reasons) {
        return reasons.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }
}
