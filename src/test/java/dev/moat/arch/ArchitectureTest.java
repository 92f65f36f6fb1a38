package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import dev.moat.explore.Explorer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The architecture holds in the product, and every rule finds the violations that are planted for it. */
class ArchitectureTest {
    private static final String PRODUCT = "dev.moat";
    private static final String PLANTED = "dev.moat.planted";
    static final JavaClasses PRODUCT_CLASSES = new ClassFileImporter()
            .importUrl(Explorer.class.getProtectionDomain().getCodeSource().getLocation());
    static final JavaClasses PLANTED_CLASSES = new ClassFileImporter().importPackages(PLANTED);

    static Stream<ArchRule> rules() {
        return Stream.of(
                Rules.direction(PRODUCT),
                Rules.noCycles(PRODUCT),
                Rules.families(PRODUCT),
                Rules.ranges(PRODUCT),
                Rules.quiet(PRODUCT),
                Rules.noExit(PRODUCT),
                Rules.json(PRODUCT),
                Rules.files(PRODUCT),
                Rules.noMutableStatics(PRODUCT),
                Rules.pure(PRODUCT));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(PRODUCT_CLASSES);
    }

    @Test
    void theProductIsSeen() {
        assertThat(PRODUCT_CLASSES.contain("dev.moat.explore.Explorer")).isTrue();
        assertThat(PRODUCT_CLASSES.size()).isGreaterThan(100);
        assertThat(PRODUCT_CLASSES.stream().map(c -> c.getPackageName())).noneMatch(name -> name.startsWith(PLANTED));
    }

    static Stream<Arguments> planted() {
        return Stream.of(
                Arguments.of(
                        Rules.direction(PLANTED),
                        List.of(
                                "state.UsesModel",
                                "scenario.UsesXen",
                                "cli.command.UsesXen",
                                "elsewhere.Lost",
                                "iommu.vtd.linux.AsksTheLayer",
                                "xen.KnowsVtd",
                                "prove.layout.KnowsVtd")),
                Arguments.of(Rules.noCycles(PLANTED), List.of("dma.layer.range.AsksBack")),
                Arguments.of(Rules.families(PLANTED), List.of("xen.KnowsVtd", "prove.layout.KnowsVtd")),
                Arguments.of(Rules.ranges(PLANTED), List.of("dma.layer.SeesTheBitmap")),
                Arguments.of(Rules.quiet(PLANTED), List.of("model.Prints")),
                Arguments.of(Rules.noExit(PLANTED), List.of("model.Exits")),
                Arguments.of(Rules.json(PLANTED), List.of("page.WritesByItself")),
                Arguments.of(Rules.files(PLANTED), List.of("page.WritesByItself")),
                Arguments.of(Rules.noMutableStatics(PLANTED), List.of("xen.Counts")),
                Arguments.of(
                        Rules.pure(PLANTED),
                        List.of("model.Prints", "xen.Guesses", "xen.LooksAtTheClock", "xen.ReadsFiles")));
    }

    /** Exactly the planted classes break the rule, and each does. */
    @ParameterizedTest
    @MethodSource("planted")
    void canFail(ArchRule rule, List<String> guilty) {
        EvaluationResult result = rule.evaluate(PLANTED_CLASSES);
        List<String> found = result.getFailureReport().getDetails();
        for (String name : guilty) {
            assertThat(found).as(name).anyMatch(line -> line.contains(PLANTED + "." + name));
        }
        assertThat(found).allMatch(line -> guilty.stream().anyMatch(name -> line.contains(PLANTED + "." + name)));
    }
}
