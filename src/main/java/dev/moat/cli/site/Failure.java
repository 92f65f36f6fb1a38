package dev.moat.cli.site;

import dev.moat.check.DisagreementException;
import dev.moat.check.ExitCode;
import dev.moat.input.InputException;
import dev.moat.input.Printable;
import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.model.BadSettingException;
import dev.moat.model.ProgramException;
import dev.moat.output.OutputFile;
import dev.moat.prove.SolverException;
import dev.moat.scenario.UserExtensions;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What went wrong, as one line and an exit code. */
public final class Failure {
    private static final Pattern REASON = Pattern.compile("(?s)(.*) \\(([A-Z][A-Za-z -]*)\\)");

    private Failure() {}

    /** Prints the line, or with {@code MOAT_DEBUG=1} the stack trace as well, and says how to exit. */
    public static ExitCode report(Throwable failure, PrintWriter err) {
        err.println("moat: " + Printable.of(message(failure)));
        if (failure instanceof InputException input) {
            input.shown().lines().map(Printable::of).forEach(err::println);
        }
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
        } else if (failure instanceof InputException || failure instanceof ProgramException) {
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
        return UserExtensions.place(failure).isPresent() || ofOwnClass(failure)
                ? ExitCode.BAD_INPUT
                : ExitCode.INTERNAL;
    }

    /** Whether Java refused a class: Moat's were built together, so it is one of the user's where there are any. */
    private static boolean ofOwnClass(Throwable failure) {
        return failure instanceof LinkageError && UserExtensions.isHere();
    }

    /** What a class of somebody's own failed with; Java's errors about it do not say. */
    private static Throwable cause(Throwable failure) {
        boolean wraps = failure instanceof ExceptionInInitializerError || failure instanceof ServiceConfigurationError;
        return wraps && failure.getCause() != null ? cause(failure.getCause()) : failure;
    }

    /** Java says so of what it cannot open for whatever reason, {@code NAME (Is a directory)}; others only name the file. */
    private static String notFound(String says) {
        Matcher reason = REASON.matcher(says);
        if (!reason.matches()) {
            return says + ": no such file";
        }
        String why = reason.group(2).toLowerCase(Locale.ROOT);
        return reason.group(1) + ": " + (why.equals("no such file or directory") ? "no such file" : why);
    }

    /** Java says of some files only what class its exception has. */
    private static String of(Throwable failure) {
        if (failure instanceof FileSystemException system && system.getFile() != null) {
            return system.getFile() + ": " + OutputFile.reason(system);
        }
        return failure instanceof IOException e ? OutputFile.reason(e) : String.valueOf(failure.getMessage());
    }

    private static String place(StackTraceElement at) {
        return at.getClassName() + "." + at.getMethodName() + ", " + at.getFileName() + ":" + at.getLineNumber();
    }

    private static String message(Throwable failure, ExitCode exit) {
        if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return message(unchecked.getCause(), exit);
        } else if (failure instanceof NoSuchFileException) {
            return failure.getMessage() + ": no such file";
        } else if (failure instanceof FileNotFoundException) {
            return notFound(String.valueOf(failure.getMessage()));
        } else if (failure instanceof AccessDeniedException) {
            return failure.getMessage() + ": permission denied";
        }
        Optional<StackTraceElement> own =
                failure instanceof InputException ? Optional.empty() : UserExtensions.place(failure);
        if (exit == ExitCode.BAD_INPUT && own.isPresent()) {
            return place(own.get()) + ": " + failure + " (MOAT_DEBUG=1 adds the stack trace)";
        }
        if (exit == ExitCode.BAD_INPUT && ofOwnClass(failure)) {
            return "a class of your own cannot be loaded: " + cause(failure) + " (MOAT_DEBUG=1 adds the stack trace)";
        } else if (failure instanceof ServiceConfigurationError) {
            Throwable cause = cause(failure);
            return failure.getMessage() + (cause == failure ? "" : ": " + cause);
        }
        return switch (exit) {
            case LIMIT ->
                failure instanceof LimitException
                        ? String.valueOf(failure.getMessage())
                        : "out of memory; give Java more with MOAT_HEAP=8g, or less to the search with --memory";
            case INTERRUPTED ->
                failure instanceof StoppedException ? String.valueOf(failure.getMessage()) : "interrupted";
            case IO -> "cannot read or write: " + of(failure);
            case INTERNAL ->
                "internal error: " + failure
                        + " (please report this line and the command; MOAT_DEBUG=1 adds the stack trace)";
            default -> String.valueOf(failure.getMessage());
        };
    }
}
