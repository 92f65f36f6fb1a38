package dev.moat.iommu.amdvi.interrupt;

import dev.moat.model.BadSettingException;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import org.jspecify.annotations.Nullable;

/**
 * The host starts and stops posting a device's interrupt to its guest's virtual APIC. Each is one store that rebuilds
 * the entry, with RemapEn as it was, then the command and its wait. A move to another vector leaves a posted entry
 * unchanged. It invalidates the entry anyway, which Linux does not do; that only costs time. The entry after posting
 * points to the vector of that time. {@code @source} Linux drivers/iommu/amd/iommu.c, amd_iommu_activate_guest_mode,
 * amd_iommu_deactivate_guest_mode, irte_ga_set_affinity. Virtual CPUs that run (IsRun) and the log are not modelled.
 */
final class GuestOperations {
    private final InterruptOperations host;
    private final EntryWords words;
    /** Per device: its interrupt is posted. */
    private final @Nullable Slots posts;

    /** {@code guest.root}: (device, guests) to the guest whose virtual APIC its entry names. */
    private final Decision root;
    /** {@code guest.enabled}: (device, 1 when its interrupt is posted from now on) to RemapEn of the new entry. */
    private final Decision enabled;
    /** {@code guest.clears-root}: (device) to 1 when the entry of afterwards has no root. */
    private final Decision clearsRoot;

    GuestOperations(InterruptOperations host, InterruptTables tables, ModelBuilder model) {
        this.host = host;
        words = tables.words;
        posts = words.guests > 0
                ? model.schema()
                        .slots("posts", Role.HYPERVISOR, Writer.HYPERVISOR, tables.devices)
                        .bits(1)
                : null;
        if (posts != null && !host.isOneStore()) {
            throw new BadSettingException(
                    "guest-mode", "guest-mode needs entry-update=one-store: what older drivers did is not modelled");
        }
        root = model.decision("guest.root", (s, q, all, c) -> q);
        enabled = model.decision("guest.enabled", (s, q, posted, c) -> 1);
        clearsRoot = model.decision("guest.clears-root", (s, q, b, c) -> 1);
    }

    void declare() {
        if (posts != null) {
            host.operation(
                    "activate_guest_mode",
                    (s, q) -> host.isAttached(s, q) && !isPosted(s, q),
                    host.forgetting(new OperationPlan()
                            .step(Step.of("write-guest-entry", this::activate)
                                    .asking("guest.root", "guest.enabled")
                                    .claiming("set-entry"))));
            host.operation(
                    "deactivate_guest_mode",
                    this::isPosted,
                    host.forgetting(new OperationPlan()
                            .step(Step.of("restore-entry", this::deactivate)
                                    .asking("guest.clears-root", "guest.enabled", "interrupt.destination")
                                    .claiming("set-entry"))));
        }
    }

    boolean isPosted(long[] s, int q) {
        return posts != null && posts.get(s, q) != 0;
    }

    /** Adds what {@link #isPosted} reads. */
    void read(Footprint footprint) {
        if (posts != null) {
            footprint.all(posts);
        }
    }

    void note(long[] s, int q, boolean posted) {
        if (posts != null) {
            posts.set(s, q, posted ? 1 : 0);
        }
    }

    private int activate(long[] s, int cpu) {
        int q = host.device(s, cpu);
        words.storeGuest(s, host.at(s, q), root.decide(s, q, words.guests, 0));
        return changed(s, cpu, true);
    }

    private int deactivate(long[] s, int cpu) {
        int q = host.device(s, cpu);
        if (clearsRoot.decide(s, q, 0, 0) != 0) {
            words.storeHigh(s, host.at(s, q), host.target(s, q), host.line(s, q));
        } else {
            words.storeHighAlone(s, host.at(s, q), host.target(s, q), host.line(s, q));
        }
        words.storeLow(s, host.at(s, q), host.target(s, q), host.line(s, q));
        return changed(s, cpu, false);
    }

    private int changed(long[] s, int cpu, boolean posted) {
        int q = host.device(s, cpu);
        if (enabled.decide(s, q, posted ? 1 : 0, 0) == 0) {
            words.disable(s, host.at(s, q));
        }
        note(s, q, posted);
        host.owe(s, cpu);
        return Outcome.NEXT;
    }
}
