package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What no code of the product calls is dead, or is there for tests. */
class DeadCodeTest {
    /** What only tests call; the number only ever falls. */
    private static final int FOR_TESTS = 106;

    /** Called by their names in the notation, or by code that is made from a text. */
    private static final Set<String> BY_NAME = Set.of("UnitCalls", "UnitFacts", "Checks");

    @Test
    void everyMethodIsCalled() {
        assertThat(dead(ArchitectureTest.PRODUCT_CLASSES)).hasSizeLessThanOrEqualTo(FOR_TESTS);
    }

    @Test
    void aMethodThatNobodyCallsIsDead() {
        assertThat(dead(ArchitectureTest.PLANTED_CLASSES))
                .contains("dev.moat.planted.model.Prints.print()")
                .doesNotContain("dev.moat.planted.xen.ReadsWords$Code.run([J)");
    }

    private static List<String> dead(JavaClasses classes) {
        return classes.stream()
                .filter(c -> !BY_NAME.contains(c.getSimpleName()) && !isForeign(c))
                .flatMap(c -> c.getMethods().stream())
                .filter(m -> !isCalledFromOutside(m) && !isUsed(m))
                .map(JavaMethod::getFullName)
                .sorted()
                .toList();
    }

    /** Whether a library's type is above it, whose methods it may have. */
    private static boolean isForeign(JavaClass type) {
        return Stream.concat(type.getAllRawInterfaces().stream(), type.getAllRawSuperclasses().stream())
                .map(JavaClass::getPackageName)
                .anyMatch(name -> !name.startsWith("dev.moat") && !name.equals("java.lang"));
    }

    /** By the virtual machine, the compiler, a library or by its name. */
    private static boolean isCalledFromOutside(JavaMethod m) {
        JavaClass owner = m.getOwner();
        boolean generated = m.getModifiers().contains(JavaModifier.SYNTHETIC)
                || (owner.isEnum() && Set.of("values", "valueOf", "$values").contains(m.getName()));
        boolean component = owner.isRecord() && m.getRawParameterTypes().isEmpty();
        boolean ofObject = Set.of("equals", "hashCode", "toString").contains(m.getName());
        return generated
                || component
                || ofObject
                || owner.isInterface()
                || !m.getAnnotations().isEmpty()
                || m.getName().equals("main")
                || overrides(m);
    }

    private static boolean overrides(JavaMethod m) {
        JavaClass owner = m.getOwner();
        return Stream.concat(owner.getAllRawInterfaces().stream(), owner.getAllRawSuperclasses().stream())
                .flatMap(c -> c.getMethods().stream())
                .anyMatch(o -> isSame(o, m));
    }

    private static boolean isSame(JavaMethod a, JavaMethod b) {
        return a.getName().equals(b.getName())
                && a.getRawParameterTypes().size() == b.getRawParameterTypes().size();
    }

    private static boolean isUsed(JavaMethod m) {
        return Stream.concat(m.getCallsOfSelf().stream(), m.getReferencesToSelf().stream())
                .anyMatch(call -> !call.getOrigin().equals(m));
    }
}
