package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.Model;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which default scenarios are not compared with the discipline is a short list, with a reason each; nothing is searched. */
class NotComparedTest {
    private static final Path PAGE = Path.of("docs/reference/code-and-discipline.md");
    private static final Path LIST = Path.of("src/test/resources/not-compared.md");
    private static final double LEAST = 0.95;
    /** Components of whose actions some are claimed and some found, by their settings. */
    private static final List<String> SOMETIMES = List.of("xen", "xen-io-spaces", "xen-vtd");

    private static final Pattern ROW =
            Pattern.compile("^\\| `(\\S+)` +\\| ([0-9,]+) \\| (\\S.*) \\|$", Pattern.MULTILINE);

    /** Of the scenarios that are expected to hold: states, as they are recorded, and those of them that are not compared. */
    private static final class Share {
        long states;
        long not;

        String row(String id) {
            return String.format(
                    Locale.ROOT, "| `%s` | %,d states | %.1f %% |", id, states, 100.0 * (states - not) / states);
        }

        boolean isTooSmall() {
            return states - not < LEAST * states;
        }
    }

    private static List<Scenario> held() {
        return Committed.described().stream()
                .filter(s -> s.set().equals("default") && !s.expect().violated())
                .toList();
    }

    /**
     * What a machine says of itself.
     *
     * @param compared whether its states have a meaning to the discipline
     * @param found whether its actions are found, as it claims none
     */
    private record Said(boolean compared, boolean found) {
        static Said of(Scenario s) {
            Model model = Catalog.load().model(s.machine());
            return new Said(model.notCompared().isEmpty(), model.foundFrom() != null);
        }
    }

    private static final Map<String, Said> SAID = new HashMap<>();

    private static Said said(Scenario s) {
        return SAID.computeIfAbsent(s.id(), id -> Said.of(s));
    }

    private static boolean isCompared(Scenario s) {
        return said(s).compared();
    }

    private static long states(Scenario s) {
        return Objects.requireNonNull(s.expect().distinct(), s.id());
    }

    @Test
    void theListNamesEachScenarioThatIsNotCompared() throws IOException {
        Map<String, Long> found = new TreeMap<>();
        Map<String, Share> shares = new TreeMap<>();
        for (Scenario s : held()) {
            Share component = shares.computeIfAbsent(s.machine().component(), c -> new Share());
            Share all = shares.computeIfAbsent("", c -> new Share());
            component.states += states(s);
            all.states += states(s);
            if (!isCompared(s)) {
                found.put(s.id(), states(s));
                component.not += states(s);
                all.not += states(s);
            }
        }
        String page = Files.readString(LIST);
        Map<String, Long> named = new TreeMap<>();
        Matcher rows = ROW.matcher(page);
        while (rows.find()) {
            named.put(rows.group(1), Long.parseLong(rows.group(2).replace(",", "")));
        }
        assertThat(found).isEqualTo(named);
        Share all = Objects.requireNonNull(shares.remove(""));
        // Of a component to which the discipline does not apply nothing is compared, and the list says so; of the
        // others most is.
        Share others = new Share();
        shares.values().stream().filter(share -> share.not < share.states).forEach(share -> {
            others.states += share.states;
            others.not += share.not;
        });
        assertThat(others.isTooSmall()).isFalse();
        assertThat(page)
                .contains(String.format(
                        Locale.ROOT,
                        "%.1f %% of their %,d states",
                        100.0 * (all.states - all.not) / all.states,
                        all.states));
        shares.forEach((id, share) -> assertThat(page).contains(share.row(id)));
        shares.values().removeIf(share -> !share.isTooSmall());
        List<String> below = new TreeSet<>(shares.keySet())
                .stream().map(id -> "`" + id + "`").toList();
        assertThat(page)
                .contains("Components with less than 95 %: " + (below.isEmpty() ? "none" : String.join(", ", below))
                        + ".");
    }

    /** Of a component, the settings that rows name, each alternative (what stands between commas) whole; those without a value have any but false. */
    private static List<Map<String, String>> alternatives(String component, String list) {
        List<Map<String, String>> all = new ArrayList<>();
        Matcher rows = Pattern.compile("^\\| (Xen: |`xen-io-spaces` with )(.*?) \\|", Pattern.MULTILINE)
                .matcher(list);
        while (rows.find()) {
            if (rows.group(1).contains("xen-io-spaces") == component.equals("xen-io-spaces")) {
                for (String alternative : rows.group(2).split(", ")) {
                    all.add(Pattern.compile("`([^`=]+)=?([^`]*)`")
                            .matcher(alternative)
                            .results()
                            .collect(Collectors.toMap(m -> m.group(1), m -> m.group(2))));
                }
            }
        }
        return all;
    }

    private static boolean isSet(@Nullable String now, String named) {
        return now != null && (named.isEmpty() ? !now.equals("false") : now.equals(named));
    }

    /** Actions are found from what differs, instead of claimed, only where the page lists it: always, or with the settings that a row names. */
    @Test
    void thePageListsWhoseActionsAreFound() throws IOException {
        String page = Files.readString(PAGE);
        String list = page.substring(page.indexOf("## Steps that do not claim"), page.indexOf("## Interrupts and"));
        Map<String, TreeSet<Boolean>> found = new TreeMap<>();
        for (Scenario s : held()) {
            boolean finds = said(s).found();
            if (isCompared(s)) {
                found.computeIfAbsent(s.machine().component(), c -> new TreeSet<>())
                        .add(finds);
            }
            if (finds && SOMETIMES.contains(s.machine().component())) {
                assertThat(alternatives(s.machine().component(), list))
                        .as(s.id())
                        .anyMatch(all -> all.entrySet().stream()
                                .allMatch(e -> isSet(s.machine().settings().get(e.getKey()), e.getValue())));
            }
        }
        found.forEach((id, how) -> {
            boolean always = !how.contains(false);
            boolean sometimes = how.contains(true) && !always;
            assertThat(list.contains("`" + id + "`"))
                    .as("%s, found %s", id, how)
                    .isEqualTo(always || id.equals("xen-io-spaces"));
            assertThat(sometimes).as(id).isEqualTo(SOMETIMES.contains(id));
        });
    }
}
