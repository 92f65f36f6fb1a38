package dev.moat.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.check.ExitCode;
import dev.moat.conform.PolicyCost;
import dev.moat.conform.PolicyCost.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

@Command(
        name = "cost",
        description = "Count the descriptors and waits of map and unmap under each flush policy that keeps the strict"
                + " promise.",
        footer = {
            "%nThe workload runs on the executable Xen at real sizes; descriptors are counted as hardware executes them.",
            "%nExamples:",
            "  moat cost                       batches of 1, 8 and 38",
            "  moat cost --batch 16 --json"
        })
final class CostCommand implements Callable<Integer> {
    private static final int MOST = 64;

    private final Site site;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the command is called
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--batch", paramLabel = "N", description = "elements of a batch, 1 to 64 (repeatable)")
    private List<Integer> batches = new ArrayList<>();

    @Option(
            names = "--domain-wide-from",
            paramLabel = "N",
            description =
                    "changed pages from which the last policy flushes the whole domain; default: ${DEFAULT-VALUE}")
    private int threshold = 8;

    @Option(names = "--json", description = "print one JSON document and nothing else")
    private boolean json;

    CostCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() {
        List<Integer> sizes = batches.isEmpty() ? List.of(1, 8, 38) : batches;
        if (threshold < 1 || threshold > MOST || sizes.stream().anyMatch(n -> n < 1 || n > MOST)) {
            throw new ParameterException(spec.commandLine(), "numbers must be from 1 to " + MOST);
        }
        List<Row> rows = new ArrayList<>();
        PolicyCost.strictPolicies(threshold).forEach((policy, settings) -> {
            for (int size : sizes) {
                rows.addAll(PolicyCost.measure(policy, settings, size));
            }
        });
        if (json) {
            printJson(rows);
        } else {
            printTable(rows);
        }
        return ExitCode.OK.code();
    }

    private void printTable(List<Row> rows) {
        String form = "%-28s %-24s %5s %4s %4s %4s %4s  %5s %6s %5s  %5s";
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
                "page",
                "domain",
                "wait",
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
                    r.pages(),
                    r.domains(),
                    r.waits(),
                    r.ioSteps()));
        }
    }

    private void printJson(List<Row> rows) {
        JsonArray array = new JsonArray();
        for (Row r : rows) {
            JsonObject row = new JsonObject();
            row.addProperty("policy", r.policy());
            row.addProperty("operation", r.operation());
            row.addProperty("batch", r.elements());
            row.addProperty("new", r.added());
            row.addProperty("promoted", r.promoted());
            row.addProperty("demoted", r.demoted());
            row.addProperty("removed", r.removed());
            row.addProperty("pageDescriptors", r.pages());
            row.addProperty("domainDescriptors", r.domains());
            row.addProperty("waits", r.waits());
            row.addProperty("ioSteps", r.ioSteps());
            array.add(row);
        }
        JsonObject document = new JsonObject();
        document.addProperty("format", "moat-cost-1");
        document.add("rows", array);
        site.out().println(new GsonBuilder().setPrettyPrinting().create().toJson(document));
    }
}
