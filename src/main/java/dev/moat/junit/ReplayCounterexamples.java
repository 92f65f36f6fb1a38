package dev.moat.junit;

import dev.moat.trace.StateJudge;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Makes a method a test that runs once for each counterexample file, on the components of the class path. An invocation
 * fails, before the method's body, when its file cannot be read or the outcome is not the expected one; the message
 * holds the table of the trace. The method may have parameters of types {@link dev.moat.trace.file.Replay} and
 * {@link dev.moat.trace.file.Counterexample}, for further assertions, and may be empty.
 *
 * <pre>{@code
 * @ReplayCounterexamples("counterexamples")
 * void committedCounterexamplesStillShow() {}
 * }</pre>
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(CounterexampleExtension.class)
public @interface ReplayCounterexamples {
    /**
     * Files, and directories whose files ending in {@code .itf.json} are meant, in the order of their names; relative
     * to the working directory. Something that does not exist, or a directory without such a file, fails the test, unless
     * {@link #mayBeNone} says otherwise.
     */
    String[] value();

    /**
     * Whether the test passes while its directories have no file yet, or are not there: with a line on the standard error output that
     * says so. For a project's first run; a name that ends in {@code .itf.json} must exist all the same.
     */
    boolean mayBeNone() default false;

    /** The outcome that passes. */
    Expect expect() default Expect.REPRODUCED;

    /** Whether the machines are built without the injected faults that the files name. */
    boolean withoutFaults() default false;

    /** What judges the states; needs a constructor without parameters. */
    Class<? extends StateJudge.Source> judges() default LibraryJudges.class;
}
