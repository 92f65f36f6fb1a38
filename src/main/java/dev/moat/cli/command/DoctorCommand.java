package dev.moat.cli.command;

import dev.moat.check.Engine;
import dev.moat.check.ExitCode;
import dev.moat.cli.site.Failure;
import dev.moat.cli.site.Site;
import dev.moat.prove.SolverLibrary;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.ScenarioLibrary;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code moat doctor}: looks at everything that Moat needs. */
@Command(
        name = "doctor",
        description = "Check everything that Moat needs: Java, memory, the solver, and that every file can be read.",
        footer = {"%nExample:", "  moat doctor"})
public final class DoctorCommand implements Callable<Integer> {
    private final Site site;
    private final List<ExitCode> codes = new ArrayList<>();
    private final Map<String, Integer> told = new LinkedHashMap<>();
    private @Nullable Engine engine;

    /** Something to look at, that says what it saw. */
    @FunctionalInterface
    private interface Look {
        String look() throws IOException;
    }

    public DoctorCommand(Site site) {
        this.site = site;
    }

    @Override
    public Integer call() {
        Runtime runtime = Runtime.getRuntime();
        look("java", () -> System.getProperty("java.version") + " " + System.getProperty("java.vm.name"));
        look("memory", () -> (runtime.maxMemory() >>> 20) + " MiB for Java (MOAT_HEAP changes it)");
        look("processors", () -> Integer.toString(runtime.availableProcessors()));
        look("home", () -> site.home().toAbsolutePath().toString());
        look("solver", () -> "Z3 " + SolverLibrary.version());
        look("components", () -> Catalog.load().components().size() + " registered");
        look("invariants", () -> {
            Engine opened = site.engine();
            engine = opened;
            return opened.invariants().size() + " files read";
        });
        look("scenarios", this::scenarios);
        return ExitCode.worst(codes).code();
    }

    private String scenarios() throws IOException {
        Engine opened = engine;
        if (opened == null) {
            return "not read, because the invariants cannot be";
        }
        ScenarioLibrary library = site.scenarios(opened);
        Collection<Path> files = library.files().values();
        told.clear();
        for (Path file : files) {
            look("scenario", () -> library.find(file.toString()).id(), false);
        }
        told.values().stream()
                .filter(more -> more > 0)
                .forEach(more -> site.print("BAD  ... and " + more + " more of the same"));
        int bad = told.values().stream().mapToInt(more -> more + 1).sum();
        return (bad == 0 ? "" : files.size() - bad + " of ") + files.size() + " files read";
    }

    private void look(String subject, Look look) {
        look(subject, look, true);
    }

    private void look(String subject, Look look, boolean sayWhenGood) {
        try {
            String seen = look.look();
            if (sayWhenGood) {
                site.print(String.format("ok   %-11s %s", subject, seen));
            }
        } catch (IOException | RuntimeException | LinkageError | ServiceConfigurationError e) {
            StringWriter line = new StringWriter();
            codes.add(Failure.report(e, new PrintWriter(line)));
            String bad = String.format("BAD  %-11s %s", subject, line.toString().strip());
            // What is wrong with the class path is wrong with each scenario.
            if (told.merge(bad, 0, (before, none) -> before + 1) == 0) {
                site.print(bad);
            }
        }
    }
}
