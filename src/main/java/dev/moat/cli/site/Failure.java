package dev.moat.cli.site;

import dev.moat.check.DisagreementException;
import dev.moat.check.ExitCode;
import dev.moat.input.InputException;
import dev.moat.input.Printable;
import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.model.setting.BadSettingException;
import dev.moat.prove.solver.SolverException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.ServiceConfigurationError;

/** What went wrong, as one line and an exit code. */
public final class Failure {
    private Failure() {}

    /** Prints the line, or with {@code MOAT_DEBUG=1} the stack trace as well, and says how to exit. */
    public static ExitCode report(Throwable failure, PrintWriter err) {
        err.println("moat: " + Printable.of(message(failure)));
        if ("1".equals(System.getenv("MOAT_DEBUG"))) {
            failure.printStackTrace(err);
        }
        err.flush();
        return exit(failure);
    }

    /** The line. */
    public static String message(Throwable failure) {
        return message(failure, exit(failure)).replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }

    /** How to exit. */
    public static ExitCode exit(Throwable failure) {
        if (failure instanceof ClosedByInterruptException || failure.getCause() instanceof ClosedByInterruptException) {
            return ExitCode.INTERRUPTED;
        } else if (failure instanceof InputException) {
            return ExitCode.BAD_INPUT;
        } else if (failure instanceof BadSettingException
                || failure instanceof InvalidPathException
                || failure instanceof ServiceConfigurationError) {
            return ExitCode.USAGE;
        } else if (failure instanceof IOException || failure instanceof UncheckedIOException) {
            return ExitCode.IO;
        } else if (failure instanceof DisagreementException) {
            return ExitCode.DISAGREEMENT;
        } else if (failure instanceof SolverException) {
            return ExitCode.SOLVER;
        } else if (failure instanceof OutOfMemoryError || failure instanceof LimitException) {
            return ExitCode.LIMIT;
        } else if (failure instanceof StoppedException) {
            return ExitCode.INTERRUPTED;
        }
        return ExitCode.INTERNAL;
    }

    private static String message(Throwable failure, ExitCode exit) {
        if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return message(unchecked.getCause(), exit);
        } else if (failure instanceof NoSuchFileException || failure instanceof FileNotFoundException) {
            return failure.getMessage() + ": no such file";
        } else if (failure instanceof AccessDeniedException) {
            return failure.getMessage() + ": permission denied";
        }
        return switch (exit) {
            case LIMIT ->
                failure instanceof LimitException
                        ? String.valueOf(failure.getMessage())
                        : "out of memory; give Java more with MOAT_HEAP=8g, or less to the search with --memory";
            case INTERRUPTED -> "interrupted";
            case IO -> "cannot read or write: " + failure.getMessage();
            case INTERNAL ->
                "internal error: " + failure
                        + " (please report this line and the command; MOAT_DEBUG=1 adds the stack trace)";
            default -> String.valueOf(failure.getMessage());
        };
    }
}
