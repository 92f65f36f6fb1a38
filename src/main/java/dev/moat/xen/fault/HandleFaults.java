package dev.moat.xen.fault;

import static dev.moat.xen.fault.XenFaults.AT_OPERATION;
import static dev.moat.xen.fault.XenFaults.AT_STEP;
import static dev.moat.xen.fault.XenFaults.fault;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.xen.handle.HandleLists;
import java.util.List;

/** The injected faults around lists of free maptrack entries, which CPUs take from and give back to, and steal from each other. */
final class HandleFaults {
    private HandleFaults() {}

    static final List<InjectedFault> ALL = List.of(
            fault(
                    "maptrack.lists-not-locked",
                    "The free lists of handles have no locks: compare-and-swap of the head misses an entry taken and put back.",
                    "XSA-228, CVE-2017-12136 (2017), Xen 02cbeeb620: a head that is what it was passed for a list that is"
                            + " without synchronisation",
                    List.of("handles-balance"),
                    AT_STEP,
                    HandleFaults::withoutLocks),
            fault(
                    "maptrack.stolen-entry-leads-on",
                    "A stolen entry at the head of a CPU's list still points to its successor in the other CPU's list.",
                    "XSA-228, CVE-2017-12136 (2017), Xen 02cbeeb620: a link that was not set",
                    List.of("handles-balance"),
                    AT_OPERATION,
                    e -> e.decide("maptrack.stolen-is-last", (s, a, b, c) -> 0)),
            fault(
                    "maptrack.frame-leads-to-old-head",
                    "A new maptrack frame points to the list head read at its creation, which another CPU may have stolen since.",
                    "derived from XSA-218, Xen 4b78efa91c (2017), third part, of which only since Xen d02f1a0b75 (2017) a CPU can steal while"
                            + " another one grows",
                    List.of("handles-balance"),
                    AT_STEP,
                    e -> e.decide("maptrack.frame-leads-to", (s, before, now, c) -> before)),
            fault(
                    "maptrack.head-not-compared",
                    "Two CPUs read the head of one list, which has no lock, and both take that handle.",
                    "derived from Xen a665dad568 (2009), before which a domain's one list had no lock",
                    List.of("handles-balance"),
                    AT_STEP,
                    e -> withoutLocks(e).decide("maptrack.compares-head", (s, same, b, c) -> 1)));

    private static Edits withoutLocks(Edits edits) {
        return edits.decide(HandleLists.LOCKS, (s, a, b, c) -> 0);
    }
}
