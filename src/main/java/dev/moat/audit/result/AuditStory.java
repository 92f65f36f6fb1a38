package dev.moat.audit.result;

import java.util.List;

/**
 * A violation as the shortest run of the component {@code iommu-api} that shows it: the calls that concern one page that
 * lingers, with domains, pages and frames numbered from 0.
 *
 * @param domains how many
 * @param pages how many I/O pages
 * @param violates the invariant that is false at the end
 * @param calls in order
 */
public record AuditStory(int domains, int pages, String violates, List<Call> calls) {
    /**
     * One call.
     *
     * @param letter an action of the component, as its machine prints it
     * @param line of the trace; 0 for what the trace does not show but allows
     * @param says what the line says
     */
    public record Call(String letter, long line, String says) {}

    public AuditStory {
        calls = List.copyOf(calls);
    }
}
