package dev.moat.viommu.svm;

import dev.moat.iommu.Rights;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/** The bounds of one machine with shared virtual memory: guests, their processes and memory, and the device's PASIDs. */
final class SvmSetting {
    final Sort domains;
    final Sort cpus;
    /** The processes of the first guest, each a PASID of its own, then those of the next. */
    final Sort processes;
    /** The PASIDs that the device sends. */
    final Sort pasids;

    final Sort pages;
    final Sort gfns;
    /** The frames of the first guest, then those of the next; the p2m does not change. */
    final Sort frames;
    /** The rights that guests give. */
    final List<Integer> modes;

    final boolean requests;
    final boolean deviceTlb;
    private final int processesOfEach;

    SvmSetting(Setting s) {
        domains = Sort.numbered("Dom", "d", s.number("guests"));
        cpus = Sort.numbered("Cpu", "cpu", s.number("cpus"));
        processesOfEach = s.number("processes");
        List<String> all = new ArrayList<>();
        for (int g = 0; g < domains.size(); g++) {
            for (int p = 0; p < processesOfEach; p++) {
                all.add("d" + g + ".pasid" + p);
            }
        }
        processes = new Sort("Process", all);
        pasids = Sort.numbered("Pasid", "host-pasid", s.number("pasids"));
        pages = Sort.numbered("Page", "p", s.number("pages"));
        gfns = Sort.numbered("Gfn", "gfn", s.number("gfns"));
        frames = Sort.numbered("Frame", "f", domains.size() * gfns.size());
        modes = s.text("rights").equals("rw") ? List.of(Rights.ALL) : List.of(Rights.READ, Rights.ALL);
        requests = s.flag("requests");
        deviceTlb = s.flag("device-tlb");
    }

    int guestOf(int process) {
        return process / processesOfEach;
    }

    /** The PASID as the guest numbers it; guests number theirs alike. */
    int numberOf(int process) {
        return process % processesOfEach;
    }

    int frameOf(int guest, int gfn) {
        return guest * gfns.size() + gfn;
    }

    int ownerOf(int frame) {
        return frame / gfns.size();
    }

    static List<Parameter> parameters() {
        return List.of(
                Parameter.number("guests", "Guests that share the device.", 2, 1, 2),
                Parameter.number("processes", "Processes of each guest that can be bound.", 1, 1, 2),
                Parameter.number("pasids", "PASIDs of the device that Xen gives out.", 1, 1, 4),
                Parameter.number("pages", "Pages of a process.", 1, 1, 2),
                Parameter.number("gfns", "Guest frame numbers of each guest.", 1, 1, 2),
                Parameter.number("cpus", "CPUs that run Xen's operations.", 1, 1, 2),
                Parameter.choice("rights", "Rights that processes have.", "rw", "rw", "r-rw"),
                Parameter.flag("requests", "Whether the device asks for pages that are not there.", true),
                Parameter.flag("device-tlb", "Whether the device has a TLB of its own.", true));
    }
}
