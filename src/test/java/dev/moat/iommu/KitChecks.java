package dev.moat.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;

/** What must hold after any step of a script. */
final class KitChecks {
    private final KitSoftware software;
    private final KitMachine m;
    private final Iommu iommu;
    private final KitHistory history;
    private final long[] s;
    private final String after;

    KitChecks(KitSoftware software, String after) {
        this.software = software;
        m = software.m;
        iommu = software.iommu;
        history = software.history;
        s = software.s;
        this.after = after + " of " + m;
    }

    /** A request with these numbers, for messages. */
    private String request(int requester, int page, boolean write) {
        return (write ? "write of q" : "read of q") + requester + " at p" + page + " after " + after;
    }

    @FunctionalInterface
    private interface Request {
        void look(int requester, int page, boolean write);
    }

    private void forAllRequests(Request look) {
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            for (int page = 0; page < KitMachine.PAGES; page++) {
                look.look(q, page, false);
                look.look(q, page, true);
            }
        }
    }

    /** A modelled frame, or {@link KitHistory#NOTHING}. */
    private int gets(int requester, int page, boolean write) {
        return Math.max(iommu.meaning().gets(s, requester, page, write), KitHistory.NOTHING);
    }

    void tablesSayWhatWasStored() {
        for (int space = 0; space < m.spaces(); space++) {
            for (int page = 0; page < KitMachine.PAGES; page++) {
                if (m.isTranslated(page)) {
                    tableSays(space, page, history.entry(space, page));
                }
            }
        }
    }

    private void tableSays(int space, int page, KitHistory.Entry entry) {
        Tables tables = iommu.tables();
        String where = "s" + space + " p" + page + " after " + after;
        assertThat(tables.rights(s, space, page)).as("rights of " + where).isEqualTo(entry.rights);
        assertThat(tables.frame(s, space, page)).as("frame of " + where).isEqualTo(entry.frame);
        assertThat(tables.leads(s, space, page, Math.max(entry.frame, 0), entry.rights))
                .as("leads of " + where)
                .isTrue();
        for (boolean write : new boolean[] {false, true}) {
            assertThat(Math.max(tables.walk(s, space, page, write), KitHistory.NOTHING))
                    .as("walk of " + where)
                    .isEqualTo(KitHistory.allows(entry, write) ? entry.frame : KitHistory.NOTHING);
        }
    }

    void entriesSayWhatWasStored() {
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            if (software.isBetweenStores(q)) {
                continue;
            }
            KitHistory.Lead lead = history.lead(q);
            assertThat(iommu.entries().isPresent(s, q))
                    .as("q" + q + " after " + after)
                    .isEqualTo(lead.space >= 0);
            for (int space = 0; space < m.spaces(); space++) {
                String where = "q" + q + " to s" + space + " after " + after;
                assertThat(iommu.entries().leadsTo(s, q, space)).as(where).isEqualTo(lead.space == space);
                for (int tag = 0; tag < m.tags(); tag++) {
                    assertThat(iommu.meaning().leads(s, q, space, tag))
                            .as(where + " under tag " + tag)
                            .isEqualTo(lead.space == space && lead.tag == tag);
                }
            }
        }
    }

    void onlyOneAnswerIsThatAnswer() {
        forAllRequests((q, page, write) -> {
            Set<Integer> answers = history.answers(q, page, write);
            if (answers.size() == 1) {
                assertThat(gets(q, page, write))
                        .as(() -> request(q, page, write))
                        .isIn(answers);
                if (!answers.contains(KitHistory.NOTHING)) {
                    assertThat(iommu.meaning().isRefused(s, q, page, write))
                            .as(() -> "refused: " + request(q, page, write))
                            .isFalse();
                    software.saw("translated");
                }
            }
            if (after.startsWith("settled")) {
                assertThat(answers).as(() -> request(q, page, write)).hasSize(1);
            }
        });
    }

    void answersArePossible() {
        forAllRequests((q, page, write) -> {
            int got = gets(q, page, write);
            assertThat(got).as(() -> request(q, page, write)).isIn(history.answers(q, page, write));
            KitHistory.Lead lead = history.lead(q);
            if (got >= 0 && m.isTranslated(page) && lead.space >= 0) {
                KitHistory.Entry entry = history.entry(lead.space, page);
                if (!KitHistory.allows(entry, write) || entry.frame != got) {
                    software.saw("stale");
                }
            }
        });
    }

    void cachesHoldWhatIsPossible() {
        for (int unit = 0; unit < m.plan.units(); unit++) {
            for (int tag = 0; tag < m.tags(); tag++) {
                for (int page = 0; page < KitMachine.PAGES; page++) {
                    int rights = iommu.meaning().cachedRights(s, unit, tag, page);
                    if (rights != Rights.NONE) {
                        possible(unit, tag, page, iommu.meaning().cachedFrame(s, unit, tag, page), rights);
                    }
                }
            }
            for (int q = 0; q < KitMachine.REQUESTERS && iommu.meaning().hasFlights(); q++) {
                int rights = iommu.meaning().flightRights(s, unit, q);
                if (rights != Rights.NONE) {
                    int page = iommu.meaning().flightPage(s, unit, q);
                    int tag = iommu.meaning().flightTag(s, unit, q);
                    possible(unit, tag, page, iommu.meaning().flightFrame(s, unit, q), rights);
                }
            }
        }
    }

    private void possible(int unit, int tag, int page, int frame, int rights) {
        assertThat(history.cached(unit, tag, page))
                .as("cached at u" + unit + " for p" + page + " under tag " + tag + " after " + after)
                .anyMatch(e -> e.frame == frame && (rights & ~e.rights) == 0);
    }

    void detachedRequestersReachNothing() {
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            boolean detached = history.led(q).stream().allMatch(lead -> lead.space < 0);
            for (int page = 0; page < KitMachine.PAGES && detached; page++) {
                boolean reads = !m.isIdentity(page) && gets(q, page, false) >= 0;
                boolean writes = !m.isIdentity(page) && gets(q, page, true) >= 0;
                assertThat(reads || writes)
                        .as("q" + q + " is detached after " + after)
                        .isFalse();
            }
            for (int tag = 0; tag < m.tags(); tag++) {
                for (int space = 0; space < m.spaces(); space++) {
                    leadsNowhereElse(q, space, tag);
                }
            }
            if (detached && history.lead(q).from > 0) {
                software.saw("detached");
            }
        }
    }

    private void leadsNowhereElse(int requester, int space, int tag) {
        if (iommu.meaning().mayLead(s, iommu.unitOf(requester), requester, space, tag)) {
            assertThat(history.led(requester))
                    .as("q" + requester + " led to s" + space + " under tag " + tag + " after " + after)
                    .anyMatch(lead -> lead.space == space && lead.tag == tag);
        }
    }

    void looksChangeNothing() {
        long[] before = s.clone();
        answersArePossible();
        cachesHoldWhatIsPossible();
        tablesSayWhatWasStored();
        for (int unit = 0; unit < m.plan.units(); unit++) {
            iommu.port(unit).nextSubmitter(s);
            for (int cpu = 0; cpu < KitMachine.CPUS; cpu++) {
                iommu.port(unit).finds(s, cpu, 0, 0);
                iommu.port(unit).findsEntry(s, cpu, 0);
            }
        }
        assertThat(s).as("looked at after " + after).isEqualTo(before);
    }
}
