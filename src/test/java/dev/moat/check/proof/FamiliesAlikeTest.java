package dev.moat.check.proof;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link FamiliesTest} shows of some parts of a guest's tables, of those that are much alike. */
@Tag("deep")
class FamiliesAlikeTest {
    @ParameterizedTest
    @CsvSource({
        "answer.guard.2, 10",
        "guest-clears.asked, 7",
        "guest-asks.synced, 5",
        "sync.guard.1, 7",
        "clear-entry.synced, 8",
        "depopulate.guard.3, 10",
        "set-entry.guard.8, 5"
    })
    void whatIsLeftOutIsShownByARun(String part, int steps) {
        new FamiliesTest().whatIsLeftOutIsShownByARun("guest-tables", "domains=1", part, "shadow-is-composed", steps);
    }
}
