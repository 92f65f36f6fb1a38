package dev.moat.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the page of a trace shows of a state, in a VT-d machine whose values are known: each view, by what stands in it. */
class ViewsInBrowserTest extends TraceInBrowser {
    /** What stands in a section's table in a row and a column; null where nothing does. */
    private static final String CELL = "((section, row, column) => {"
            + " const part = [...document.querySelectorAll('.places-panel details')]"
            + ".find((d) => d.querySelector('summary').textContent === section);"
            + " for (const table of part === undefined ? [] : part.querySelectorAll('table')) {"
            + " const at = [...table.querySelectorAll('thead th')].map((h) => h.textContent).indexOf(column);"
            + " for (const line of table.querySelectorAll('tbody tr')) {"
            + " if (line.querySelector('th').textContent === row && (at > 0 || column === ''))"
            + " return line.querySelectorAll('td')[Math.max(0, at - 1)].textContent; } } return 'nothing'; })";

    private static final String TABLES = "Tables, entries and registers";
    private static final String QUEUE = "Invalidation queue";
    private static final String GUESTS = "Memory of the guests";
    private static final String CACHES = "Caches, and requests in flight";
    private static final String RECORDS = "Records of the software";

    private static void open(String name, int step) throws IOException {
        open(name, "#step=" + step);
    }

    private static String cell(String section, String row, String column) {
        return browser.value(CELL + "('" + section + "', '" + row + "', '" + column + "')")
                .getAsString();
    }

    private static List<String> texts(String selector) {
        String all = browser.value(
                        "[...document.querySelectorAll('" + selector + "')].map((e) => e.textContent).join('\\n')")
                .getAsString();
        return all.isEmpty() ? List.of() : Stream.of(all.split("\n")).toList();
    }

    /** Browsers tell a page that a part was opened or closed a moment after it was. */
    private static void settle() {
        browser.value("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))");
    }

    /** From the root to the leaf, as bits and as what they mean for the device. */
    @Test
    void theTablesAreAWalk() throws IOException {
        open(STEPWISE, 14);
        assertThat(cell(TABLES, "rtAddr", "")).isEqualTo("0x10000 (RTA=0x10)");
        assertThat(cell(TABLES, "bus0", "rootLo")).isEqualTo("0x11001 (P CTP=0x11)");
        assertThat(cell(TABLES, "dev1", "contextLo")).isEqualTo("0x13001 (P SLPTPTR=0x13)");
        assertThat(cell(TABLES, "dev1", "contextHi")).isEqualTo("0x100 (DID=0x1)");
        assertThat(cell(TABLES, "s1.l2@0,0", "directory")).isEqualTo("0x12003 (R W ADDR=0x12)");
        assertThat(cell(TABLES, "s1.l1@0,0", "leaf")).isEqualTo("0x1 (R)");
        assertThat(texts(".ways li"))
                .containsExactly(
                        "dev1entry at u0s1 (did1)walk of p0f0 rd0\u2019s",
                        "dev1entry at u0s1 (did1)walk of p1f1 rwd1\u2019s",
                        "dev1entry at u0cache of u0 (did1)serves p0f0 rwd0\u2019s");
        open(STEPWISE, 12);
        assertThat(cell(TABLES, "s1.l1@0,0", "leaf")).isEqualTo("0x3 (R W) 0x1 (R)");
        assertThat(texts(".ways li.new")).containsExactly("dev1entry at u0s1 (did1)walk of p0f0 rd0\u2019snew");
    }

    @Test
    void cachesQueueGrantsAndRecordsAreDecoded() throws IOException {
        open(STEPWISE, 14);
        assertThat(cell(CACHES, "did1,p0", "iotlbRights")).isEqualTo("0x3 (R W)");
        assertThat(cell(CACHES, "did1,p0", "iotlbFrame")).isEqualTo("f0");
        assertThat(cell(QUEUE, "queueCount", "")).isEqualTo("1 2");
        assertThat(cell(QUEUE, "q0", "queueLo")).isEqualTo("0x100f2 (TYPE=0x2 G=0x3 DW DR DID=0x1)");
        assertThat(cell(QUEUE, "q1", "queueLo")).isEqualTo("0 0x100000025 (TYPE=0x5 SW DATA=0x1)");
        assertThat(cell(GUESTS, "d0,r0", "shared")).isEqualTo("0x10019 (type=0x1 reading writing domid=0x1)");
        assertThat(cell(RECORDS, "d0,r0", "pin")).isEqualTo("0x5 (hstw=0x1 hstr=0x1)");
        assertThat(cell(RECORDS, "f0", "owner")).isEqualTo("d0");
        assertThat(cell("CPUs", "pc", "cpu0")).isEqualTo("map_grant_ref/queue-wait map_grant_ref/publish");
        assertThat(texts("td.changed ins"))
                .containsExactly(
                        "2", "0x100000025 (TYPE=0x5 SW DATA=0x1)", "0x14000 (ADDR=0x5000)", "map_grant_ref/publish");
        assertThat(browser.value("document.querySelector('td.changed').title").getAsString())
                .isEqualTo("queueCount was 1");
    }

    @Test
    void whoseThingsAreAndWhatIsOwedIsSaid() throws IOException {
        open(STEPWISE, 12);
        assertThat(texts(".lines li"))
                .containsExactly(
                        "dev1 is d1\u2019s",
                        "f0 is d0\u2019s, f1 is d1\u2019s",
                        "d1 has f0 mapped by a grant (ro, opening): cpu0",
                        "d1 has f0 mapped by a grant (rw, closing): cpu1",
                        "u0 is owed an invalidation of p0 under did1");
        assertThat(texts(".lines li.new")).containsExactly("u0 is owed an invalidation of p0 under did1");
    }

    /** What a violation owes to a cached device entry, or to a request in flight, is not marked elsewhere. */
    @Test
    void theWayThatBreaksIsMarkedAndNoOther() throws IOException {
        open(STEPWISE, 17);
        assertThat(texts(".ways li.wrong"))
                .containsExactly("dev1entry at u0cache of u0 (did1)serves p0f0 rwd0\u2019sw breaks no-foreign");
        open("xen-deassign-no-context-invalidation", 2);
        assertThat(texts(".ways li.wrong"))
                .containsExactly("dev1cached entry at u0s1 (did1)walk of p1f1 rwd1\u2019sbreaks no-stale-context");
        open("xen-judge-write-in-flight", 3);
        assertThat(texts(".ways li.wrong")).isEmpty();
        assertThat(texts(".ways li.new")).containsExactly("dev1in flight at u0 (did1)for p0f0 rwd0\u2019snew");
        open("xen-judge-write-in-flight", 6);
        assertThat(texts(".ways li.wrong"))
                .containsExactly("dev1entry at u0cache of u0 (did1)serves p0f0 rwd0\u2019snew"
                        + "w breaks demotion-invalidated");
    }

    /** Sections stay as they were left from step to step, and empty places come on demand. */
    @Test
    void sectionsCloseAndEmptyPlacesCome() throws IOException {
        open(STEPWISE, 14);
        int some = browser.count(".places td");
        assertThat(cell(GUESTS, "d1,r0", "shared")).isEqualTo("nothing");
        settle();
        browser.click("#blanks");
        settle();
        assertThat(browser.count(".places td")).isGreaterThan(some);
        assertThat(cell(GUESTS, "d1,r0", "shared")).isEqualTo("0");
        browser.click("#blanks");
        settle();
        assertThat(browser.count(".places td")).isEqualTo(some);
        assertThat(texts(".places-panel details:not([open]) summary"))
                .containsExactly("Kept for judging: on no real machine");
        browser.click(".places-panel details summary");
        settle();
        assertThat(browser.value("document.querySelector('.places-panel details').open")
                        .getAsBoolean())
                .isFalse();
        browser.click("#back");
        assertThat(at()).isEqualTo("13 of 17");
        assertThat(texts(".places-panel details:not([open]) summary")).contains(TABLES);
    }

    /** The strip of a fact leads to its step; the text stands there with its values, and sentences of a story lead on. */
    @Test
    void factsAndTextsLeadToTheirSteps() throws IOException {
        open(STEPWISE, 17);
        browser.click("#promise-no-foreign .facts li:nth-child(3) .strip i:nth-child(6)");
        assertThat(at()).isEqualTo("5 of 17");
        assertThat(texts("#promise-no-foreign .facts li:nth-child(3) .strip i.so"))
                .isEmpty();
        assertThat(browser.count("#promise-no-foreign .facts li:nth-child(3) .strip i.so"))
                .isEqualTo(13);
        assertThat(browser.text("#promise-no-foreign .facts li:nth-child(4)")).contains("is not so yet");
        browser.click("#promise-no-foreign .text summary");
        assertThat(browser.text("#promise-no-foreign .text .quiet")).contains("VT-d specification, chapter 3");
        assertThat(browser.text("#promise-no-foreign .text .values"))
                .contains("with u = u0", "true:  mayW(u0, did1, p0, f0)", "FALSE: entitledW(d1, f0)");
        browser.click("#violation");
        assertThat(at()).isEqualTo("17 of 17");
        browser.click("#first");
        browser.click("#end");
        assertThat(at()).isEqualTo("17 of 17");
    }

    @Test
    void lanesAddUpAndShowWhoAskedAndWhatChanged() throws IOException {
        open(STEPWISE, 17);
        browser.click(".lane.unit button");
        assertThat(texts(".row:not([hidden]) .number")).containsExactly("0", "5", "13", "14");
        browser.click(".lane.guest button");
        assertThat(texts(".row:not([hidden]) .number")).containsExactly("0", "1", "5", "13", "14");
        assertThat(texts(".lane button[aria-pressed=true]")).containsExactly("d0", "u0");
        assertThat(browser.count("#step-13 .actor.cpu")).isEqualTo(1);
        assertThat(browser.value("document.querySelectorAll('#step-2 .asks.tip').length")
                        .getAsInt())
                .isEqualTo(1);
        assertThat(browser.value("document.querySelectorAll('#step-2 .writes.tip').length")
                        .getAsInt())
                .isEqualTo(2);
        assertThat(browser.value("document.querySelector('#step-17 .what').title")
                        .getAsString())
                .isEqualTo("cpu1: step \u2014 unmap_grant_ref/unlock, unmap_grant_ref/await, unmap_grant_ref/complete");
        browser.press("/");
        browser.type("lock.devices");
        assertThat(browser.count(".left > p")).isEqualTo(1);
        browser.press("Escape");
        browser.press("Home");
        assertThat(at()).startsWith("0 of 17");
    }
}
