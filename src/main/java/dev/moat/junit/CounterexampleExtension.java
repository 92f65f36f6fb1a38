package dev.moat.junit;

import dev.moat.input.InputFile;
import dev.moat.scenario.Catalog;
import dev.moat.trace.StateJudge;
import dev.moat.trace.file.CounterexampleReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** Turns the files that {@link ReplayCounterexamples} names into invocations of the test. */
final class CounterexampleExtension implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getElement(), ReplayCounterexamples.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        ReplayCounterexamples wanted = AnnotationSupport.findAnnotation(
                        context.getElement(), ReplayCounterexamples.class)
                .orElseThrow();
        StateJudge.Source judges = ReflectionSupport.newInstance(wanted.judges());
        Catalog catalog = Catalog.load();
        List<Path> files = wanted.mayBeNone() && isNone(wanted.value()) ? List.of() : files(wanted.value());
        return files.stream().map(file -> new FileReplay(file, wanted, catalog, judges));
    }

    /** JUnit asks once the invocations were provided. */
    @Override
    public boolean mayReturnZeroTestTemplateInvocationContexts(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), ReplayCounterexamples.class)
                .map(ReplayCounterexamples::mayBeNone)
                .orElse(false);
    }

    /** Says so, too: who reads that a test passed believes that something was replayed. */
    private static boolean isNone(String... names) {
        for (String name : names) {
            Path path = Path.of(name);
            boolean isFile = name.endsWith(CounterexampleReader.SUFFIX) || Files.isRegularFile(path);
            if (isFile || (Files.isDirectory(path) && !list(path).isEmpty())) {
                return false;
            }
        }
        System.getLogger("dev.moat.junit")
                .log(
                        System.Logger.Level.WARNING,
                        "nothing is replayed: there is no counterexample in " + String.join(", ", names)
                                + " yet; 'moat check SCENARIO --save " + names[0] + "' saves one");
        return true;
    }

    private static List<Path> files(String[] names) {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                files.addAll(within(path));
            } else if (Files.exists(path)) {
                files.add(path);
            } else {
                throw new ExtensionConfigurationException("no counterexamples at " + path.toAbsolutePath());
            }
        }
        if (files.isEmpty()) {
            throw new ExtensionConfigurationException("@ReplayCounterexamples names no file");
        }
        return files;
    }

    private static List<Path> within(Path directory) {
        List<Path> files = list(directory);
        if (files.isEmpty()) {
            throw new ExtensionConfigurationException(
                    "no file in " + directory.toAbsolutePath() + " ends in " + CounterexampleReader.SUFFIX);
        }
        return files;
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(f -> InputFile.isOfKind(f, CounterexampleReader.SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
