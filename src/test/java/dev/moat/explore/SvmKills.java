package dev.moat.explore;

import static dev.moat.explore.KillRow.registers;
import static dev.moat.explore.KillRow.svm;

import java.util.List;

/** The rows of {@link KillMatrix} of shared virtual memory under a vIOMMU, and of a hostile guest at its registers. */
final class SvmKills {
    private SvmKills() {}

    static final List<KillRow> ROWS = List.of(
            svm("unbind.entry-stays", "guests=1", "first-level-completion@6 unbound-pasid-serves-nothing@3"),
            svm("unbind.no-pasid-cache", "guests=1", "first-level-completion@7 unbound-pasid-serves-nothing@4"),
            svm("unbind.no-iotlb", "guests=1", "first-level-completion@6 unbound-pasid-serves-nothing@4"),
            svm("unbind.no-device-tlb", "guests=1", "first-level-completion@6 unbound-pasid-serves-nothing@4"),
            svm(
                    "unbind.requests-not-drained",
                    "guests=1",
                    "page-request-is-answered-once@4 unbound-pasid-serves-nothing@3"),
            svm("unbind.sent-requests-not-drained", "guests=1", "unbound-pasid-serves-nothing@3"),
            svm("unbind.device-tlb-first", "guests=1", "first-level-completion@29 unbound-pasid-serves-nothing@22"),
            svm(
                    "unbind.pasid-freed-first",
                    "guests=2",
                    "page-request-is-answered-once@14 unbound-pasid-serves-nothing@10"),
            svm("invalidation.completed-first", "guests=1", "first-level-completion@11"),
            svm("invalidation.not-passed-on", "guests=1", "first-level-completion@5"),
            svm(
                    "pasid.guest-number-used",
                    "guests=2",
                    "first-level-completion@3 first-level-is-reachable@3 page-request-is-answered-once@4 pasid-is-one-guests@3"),
            svm("response.unchecked", "guests=1", "page-request-is-answered-once@2"),
            svm("walk.refuses-writing", "guests=1", "first-level-is-reachable@2"),
            registers("registers.queue-in-one-go", "pages=1", "register-write-is-bounded@4"),
            registers("registers.memory-unchecked", "pages=1", "status-stays-in-guest@4"),
            registers("registers.reads-unchecked", "pages=1 words=1", "reads-stay-in-guest@3"),
            svm(
                    "request.no-lock",
                    "guests=1 cpus=2",
                    "page-request-is-answered-once@16 unbound-pasid-serves-nothing@23"));
}
