package dev.moat.iommu;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

/** The family under docs/examples, built apart from Moat, keeps the contract's promises. */
class ToyContractTest extends ContractKit {
    private static final String SOURCE = "docs/examples/toy-family/ToyFamily.java";

    static final List<KitMachine.Plan> PLANS =
            List.of(KitMachine.Plan.of(), KitMachine.Plan.of().units(2));

    ToyContractTest() {
        super(compiled(), PLANS);
    }

    static Family compiled() {
        try {
            Path to = Files.createDirectories(Path.of("target", "toy-contract"));
            // A launcher may load Moat itself, with the property naming the launcher alone.
            String moat = Path.of(Family.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
            String classPath = moat + File.pathSeparator + System.getProperty("java.class.path");
            int failed = ToolProvider.getSystemJavaCompiler()
                    .run(null, null, null, "-proc:none", "-cp", classPath, "-d", to.toString(), SOURCE);
            if (failed != 0) {
                throw new IllegalStateException(SOURCE + " does not compile");
            }
            ClassLoader loader = new URLClassLoader(new URL[] {to.toUri().toURL()}, Family.class.getClassLoader());
            return (Family)
                    loader.loadClass("example.ToyFamily").getConstructor().newInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
