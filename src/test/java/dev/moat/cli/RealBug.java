package dev.moat.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real bug, as the text of an injected fault names it.
 *
 * @param names numbers of advisories, commits and versions, in the order of the text
 * @param year of the first of them, or empty
 */
record RealBug(List<String> names, String year) {
    private static final Pattern NAME = Pattern.compile("XSA-(?<xsa>\\d+)|CVE-(?<year>\\d{4})-(?<number>\\d+)"
            + "|((Linux|Xen|QEMU) (before )?)?\\b(?=\\d*[a-f])[0-9a-f]{10,12}\\b|(Linux|Xen|QEMU) (before )?\\d+\\.\\d+(\\.\\d+)?( to \\d+\\.\\d+)?"
            + "|(pKVM-IA|seL4|cloud-hypervisor) (issue|PR) \\d+");
    /** In brackets; of a CVE, which may have got its number before, where there is none. */
    private static final List<Pattern> YEARS =
            List.of(Pattern.compile("\\b(20\\d\\d)\\)"), Pattern.compile("CVE-(\\d{4})"));
    /** What stands behind this word was done elsewhere, or was never a bug: the fault is like it. */
    private static final Pattern DERIVED = Pattern.compile("\\bderived\\b");

    /** The bug that the fault is. */
    static Optional<RealBug> of(String text) {
        return named(DERIVED.split(text, 2)[0]);
    }

    /** The bug that the fault is derived from, where the text has a number for it. */
    static Optional<RealBug> behind(String text) {
        String[] parts = DERIVED.split(text, 2);
        return parts.length == 1
                ? Optional.empty()
                : named(parts[1]).filter(bug -> !bug.order().startsWith("3"));
    }

    private static Optional<RealBug> named(String text) {
        List<String> names =
                NAME.matcher(text).results().map(MatchResult::group).toList();
        String year = YEARS.stream()
                .flatMap(pattern -> pattern.matcher(text).results())
                .map(found -> found.group(1))
                .findFirst()
                .orElse("");
        return names.isEmpty() ? Optional.empty() : Optional.of(new RealBug(names, year));
    }

    /** Advisories of Xen by number, then CVEs by year and number, commits by year, versions. */
    String order() {
        return order(first());
    }

    /** The name that comes first in that order. */
    String first() {
        return names.stream().min(Comparator.comparing(this::order)).orElseThrow();
    }

    private String order(String name) {
        Matcher found = NAME.matcher(name);
        if (!found.matches()) {
            throw new IllegalArgumentException(name);
        }
        if (found.group("xsa") != null) {
            return String.format(Locale.ROOT, "0 %6s", found.group("xsa"));
        }
        if (found.group("year") != null) {
            return String.format(Locale.ROOT, "1 %s %8s", found.group("year"), found.group("number"));
        }
        return (name.contains(".") ? "3 " : "2 ") + year + " " + name;
    }
}
