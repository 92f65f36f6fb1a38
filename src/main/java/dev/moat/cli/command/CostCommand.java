package dev.moat.cli.command;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.Assignments;
import dev.moat.cli.site.Site;
import dev.moat.conform.cost.LayerCost;
import dev.moat.conform.cost.PolicyCost;
import dev.moat.conform.cost.PolicyCost.Row;
import dev.moat.conform.cost.RecordedWorkload;
import dev.moat.conform.cost.RecordedWorkload.Line;
import dev.moat.conform.cost.SpaceCost;
import dev.moat.conform.cost.UnmapCost;
import dev.moat.conform.rows.RowTally;
import dev.moat.input.InputText;
import dev.moat.model.Parameter;
import dev.moat.model.Suggestion;
import dev.moat.output.Json;
import dev.moat.scenario.Catalog;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code moat cost}: what flush policies cost. */
@Command(
        name = "cost",
        description =
                "Count the descriptors, waits and write-buffer flushes of map and unmap under each flush policy that"
                        + " keeps the strict promise.",
        footer = {
            "%nThe default workload runs on the executable Xen at real sizes under each policy; descriptors are counted as"
                    + " hardware executes them. A recorded workload runs under the strict policy, and each hypercall is priced under"
                    + " the others.",
            "%nExamples:",
            "  moat cost                       batches of 1, 8 and 38",
            "  moat cost --batch 16 --json",
            "  moat cost --batch 38 --capability write-buffer=true",
            "  moat cost --batch 38 --iommu amd-vi",
            "  moat cost --workload vtd-pv-4.17.csv",
            "  moat cost --layer               the DMA layer: each policy on each family",
            "  moat cost --spaces              I/O spaces by hypercalls: per unmap, per batch, on wrap"
        })
public final class CostCommand implements Callable<Integer> {
    private static final int MOST = 64;
    private static final int LAYER_UNMAPS = 10_240;
    private static final int SPACE_UNMAPS = 64;
    private static final UnmapTable LAYER = new UnmapTable(
            "layer",
            "%-8s %-12s %8s %8s %8s %8s  %s",
            List.of("iommu", "policy", "unmaps", "page", "domain", "wait", "waits per 1000 unmaps"),
            1000,
            "%.1f");
    private static final UnmapTable SPACES = new UnmapTable(
            "spaces",
            "%-8s %-34s %8s %6s %6s %6s  %s",
            List.of("iommu", "policy", "unmapped", "page", "all", "wait", "waits per page"),
            1,
            "%.3f");
    /** Operations of a recording that policies differ in. */
    private static final List<String> GRANTS = List.of("map", "unmap");

    private static final String CHANGES = "%2s%-24s %6s %8s  %6s %6s %6s %6s %6s";
    private static final String PRICE = "%2s%-24s %-10s %8s %8s %8s %8s";

    /** How a run of unmaps is shown; the last column is how often software waited in so many of them. */
    private record UnmapTable(String name, String form, List<String> headings, int per, String rate) {}

    private final Site site;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--batch", paramLabel = "N", description = "elements of a batch, 1 to 64 (repeatable)")
    private List<Integer> batches = new ArrayList<>();

    @Option(
            names = "--domain-wide-from",
            paramLabel = "N",
            description = "changed pages that make the last policy flush the domain; default: ${DEFAULT-VALUE}")
    private int threshold = 8;

    @Option(
            names = "--capability",
            paramLabel = "NAME=VALUE",
            parameterConsumer = Assignments.class,
            description = "other hardware for the default workload, such as caching-mode=true or write-buffer=true"
                    + " (repeatable)")
    private Map<String, String> capabilities = new LinkedHashMap<>();

    @Option(
            names = "--iommu",
            paramLabel = "IOMMU",
            description = "vtd, amd-vi or calgary, for the default workload; default: ${DEFAULT-VALUE}")
    private String iommu = PolicyCost.VTD;

    @Option(
            names = "--workload",
            paramLabel = "FILE",
            description = "a recorded sequence with devices (CSV), instead of the default workload")
    private @Nullable Path workload;

    @Option(
            names = "--layer",
            description =
                    "the DMA layer instead of grants: one page mapped and unmapped 10,240 times under each policy on each"
                            + " family")
    private boolean layer;

    @Option(
            names = "--spaces",
            description =
                    "I/O spaces by hypercalls instead of grants: 64 pages mapped and unmapped in each way on each family;"
                            + " on Calgary what is asked are blasts of a bus")
    private boolean spaces;

    @Option(names = "--json", description = "print one JSON document and nothing else")
    private boolean json;

    public CostCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() throws IOException {
        List<Integer> sizes = batches.isEmpty() ? List.of(1, 8, 38) : batches;
        for (int i = 0; i < sizes.size(); i++) {
            requireInRange("--batch", sizes.get(i));
            if (sizes.indexOf(sizes.get(i)) < i) {
                throw new ParameterException(spec.commandLine(), "--batch " + sizes.get(i) + " is given twice");
            }
        }
        requireInRange("--domain-wide-from", threshold);
        Path file = workload;
        if (layer) {
            requireNothingElse("--layer");
            print(LAYER, LAYER_UNMAPS, LayerCost.measure(LAYER_UNMAPS));
            return ExitCode.OK.code();
        }
        if (spaces) {
            requireNothingElse("--spaces");
            print(SPACES, SPACE_UNMAPS, SpaceCost.measure(SPACE_UNMAPS));
            return ExitCode.OK.code();
        }
        if (file == null) {
            requireCapabilities();
            measure(sizes);
            return ExitCode.OK.code();
        }
        requireNothingElse("--workload");
        return price(file).code();
    }

    private void requireInRange(String option, int value) {
        if (value < 1 || value > MOST) {
            throw new ParameterException(spec.commandLine(), option + " must be from 1 to " + MOST + ", not " + value);
        }
    }

    /** What a layer, spaces and a recording run is fixed: what chooses workload or hardware would be without effect. */
    private void requireNothingElse(String option) {
        List<String> others =
                new ArrayList<>(List.of("--layer", "--spaces", "--workload", "--batch", "--capability", "--iommu"));
        if (!option.equals("--workload")) {
            others.add("--domain-wide-from"); // a recording is priced with it
        }
        for (String other : others) {
            // Picocli tells no option that reads its own words.
            boolean given = other.equals("--capability")
                    ? !capabilities.isEmpty()
                    : spec.commandLine().getParseResult().hasMatchedOption(other);
            if (given && !other.equals(option)) {
                throw new ParameterException(spec.commandLine(), option + " and " + other + " exclude each other");
            }
        }
    }

    private void print(UnmapTable table, int unmaps, List<UnmapCost> rows) {
        if (json) {
            printJson(document(table.name(), rows));
            return;
        }
        site.print(String.format(Locale.ROOT, table.form(), table.headings().toArray()));
        for (UnmapCost r : rows) {
            String each = String.format(Locale.ROOT, table.rate(), (double) table.per() * r.waits() / unmaps);
            site.print(String.format(
                    Locale.ROOT, table.form(), r.iommu(), r.policy(), unmaps, r.pages(), r.domains(), r.waits(), each));
        }
    }

    private void requireCapabilities() {
        // Commands in registers leave no descriptors to count.
        List<String> known = Catalog.load().component("xen").parameters(Map.of("iommu", iommu)).stream()
                .filter(p -> p.kind() == Parameter.Kind.CAPABILITY)
                .map(Parameter::name)
                .filter(name -> !name.equals("invalidation"))
                .toList();
        for (String name : capabilities.keySet()) {
            if (!known.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "unknown capability '" + name + "'" + Suggestion.among(name, known));
            }
        }
    }

    private void measure(List<Integer> sizes) {
        List<Row> rows = new ArrayList<>();
        PolicyCost.strictPolicies(threshold).forEach((policy, settings) -> {
            Map<String, String> all = new LinkedHashMap<>(settings);
            all.putAll(capabilities);
            for (int size : sizes) {
                rows.addAll(PolicyCost.measure(iommu, policy, all, size));
            }
        });
        if (json) {
            printJson(document("rows", rows));
        } else {
            printTable(rows);
        }
    }

    private void printTable(List<Row> rows) {
        String form = "%-28s %-24s %5s %4s %4s %4s %4s %6s  %5s %6s %5s %6s  %5s";
        site.print(String.format(
                Locale.ROOT,
                form,
                "policy",
                "operation",
                "batch",
                "new",
                "up",
                "down",
                "gone",
                "unused",
                "page",
                "domain",
                "wait",
                "buffer",
                "steps"));
        for (Row r : rows) {
            site.print(String.format(
                    Locale.ROOT,
                    form,
                    r.policy(),
                    r.operation(),
                    r.elements(),
                    r.added(),
                    r.promoted(),
                    r.demoted(),
                    r.removed(),
                    r.unused(),
                    r.pages(),
                    r.domains(),
                    r.waits(),
                    r.bufferFlushes(),
                    r.ioSteps()));
        }
    }

    private ExitCode price(Path file) throws IOException {
        RecordedWorkload.Result result;
        try (Reader in = InputText.open(file.toString(), file)) {
            result = RecordedWorkload.run(file.toString(), in, threshold);
        }
        RowTally run = result.run();
        if (json) {
            JsonObject document = document("lines", result.lines());
            document.addProperty("cases", run.cases());
            document.addProperty("rows", run.rows());
            document.addProperty("run", run.compared());
            document.add("notJudged", new Gson().toJsonTree(run.notJudged()));
            document.add("leftOut", new Gson().toJsonTree(run.leftOut()));
            printJson(document);
        } else {
            site.print(file + ": cases " + run.cases() + ", rows " + run.rows() + ", run " + run.compared());
            run.lost().forEach(site::print);
            printWorkload(result.lines());
        }
        run.requireWellFormed();
        if (!run.disagreements().isEmpty()) {
            int places = run.disagreements().size();
            site.err().println("moat: the executable Xen answers otherwise in " + places + " places: moat conform xen");
            return ExitCode.DISAGREEMENT;
        }
        return run.compared() == 0 ? ExitCode.LIMIT : ExitCode.OK;
    }

    /** For each configuration what the sequence changes, then what each policy queues for it. */
    private void printWorkload(List<Line> lines) {
        Map<String, Map<String, List<Line>>> groups = new LinkedHashMap<>();
        lines.forEach(line -> groups.computeIfAbsent(line.configuration(), c -> new LinkedHashMap<>())
                .computeIfAbsent(line.policy(), p -> new ArrayList<>())
                .add(line));
        groups.forEach((configuration, policies) -> {
            List<Line> any = policies.values().iterator().next();
            site.print("");
            site.print(configuration + ": " + shares(any));
            site.print(String.format(
                    Locale.ROOT, CHANGES, "", "operation", "calls", "elements", "new", "up", "down", "gone", "unused"));
            any.stream()
                    .filter(CostCommand::concernsTables)
                    .forEach(line -> printChanges(line.operation(), List.of(line)));
            printChanges("all", any);
            site.print(
                    String.format(Locale.ROOT, PRICE, "", "policy", "operation", "context", "iotlb", "wait", "buffer"));
            policies.forEach((policy, of) -> {
                List<Line> grants = of.stream()
                        .filter(line -> GRANTS.contains(line.operation()))
                        .toList();
                grants.forEach(line -> printPrice(line.operation(), List.of(line)));
                printPrice(
                        "others",
                        of.stream()
                                .filter(line -> !GRANTS.contains(line.operation()))
                                .toList());
                printPrice("all", of);
            });
        });
    }

    private static boolean concernsTables(Line line) {
        return line.added() + line.promoted() + line.demoted() + line.removed() + line.unused() + line.waits() > 0;
    }

    private static int sum(List<Line> lines, ToIntFunction<Line> column) {
        return lines.stream().mapToInt(column).sum();
    }

    private void printChanges(String operation, List<Line> of) {
        site.print(String.format(
                Locale.ROOT,
                CHANGES,
                "",
                operation,
                sum(of, Line::calls),
                sum(of, Line::elements),
                sum(of, Line::added),
                sum(of, Line::promoted),
                sum(of, Line::demoted),
                sum(of, Line::removed),
                sum(of, Line::unused)));
    }

    private void printPrice(String operation, List<Line> of) {
        site.print(String.format(
                Locale.ROOT,
                PRICE,
                "",
                of.isEmpty() ? "" : of.get(0).policy(),
                operation,
                sum(of, Line::contexts),
                sum(of, Line::translations),
                sum(of, Line::waits),
                sum(of, Line::bufferFlushes)));
    }

    private static String shares(List<Line> of) {
        int[] kinds = {sum(of, Line::added), sum(of, Line::promoted), sum(of, Line::demoted), sum(of, Line::removed)};
        int all = Math.max(1, kinds[0] + kinds[1] + kinds[2] + kinds[3]);
        return String.format(
                Locale.ROOT,
                "new %.1f %%, promotion %.1f %%, demotion %.1f %%, removal %.1f %%",
                100.0 * kinds[0] / all,
                100.0 * kinds[1] / all,
                100.0 * kinds[2] / all,
                100.0 * kinds[3] / all);
    }

    /** Records print as objects, their components as members. */
    private JsonObject document(String name, List<? extends Record> records) {
        Gson gson = new Gson();
        JsonArray array = new JsonArray();
        records.forEach(r -> array.add(gson.toJsonTree(r)));
        JsonObject document = new JsonObject();
        document.addProperty("format", "moat-cost-2");
        if (!iommu.equals(PolicyCost.VTD)) {
            document.addProperty("iommu", iommu);
        }
        document.add(name, array);
        return document;
    }

    private void printJson(JsonObject document) {
        site.out().print(Json.document(document));
    }
}
