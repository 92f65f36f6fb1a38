package dev.moat.cli.site;

import dev.moat.check.ExitCode;
import dev.moat.output.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a command writes beside its standard output: one that fails costs a line and the exit code, nothing else. */
public final class OutputFiles {
    private final Site site;
    private boolean failed;

    /** The text of a file, made when it is to be written. */
    @FunctionalInterface
    public interface Text {
        /** The text, whole. */
        String text() throws IOException;
    }

    /** @param site where complaints are printed */
    public OutputFiles(Site site) {
        this.site = site;
    }

    /**
     * Writes one, or says why it cannot.
     *
     * @param text of the file; the heap may end while it is made
     * @return whether it is there
     */
    public boolean write(Path file, Text text) {
        try {
            OutputFile.write(file, text.text());
            return true;
        } catch (IOException e) {
            Failure.report(e, site.err());
        } catch (OutOfMemoryError e) {
            site.err().println("moat: cannot write " + file + ": out of memory");
        }
        failed = true;
        return false;
    }

    /**
     * Writes one that may have nothing to say. Then it is not written, which is said, and an older one is complained of: it would
     * be taken for this run's.
     */
    public void writeUnlessEmpty(Path file, String text) {
        if (!text.isEmpty()) {
            write(file, () -> text);
            return;
        }
        site.print("nothing to save: " + file + " is not written");
        if (Files.exists(file)) {
            complain(new IOException(file + " is there, and of another run: remove it"));
        }
    }

    /** Something else that should have been written is not there. */
    public void complain(IOException e) {
        Failure.report(e, site.err());
        failed = true;
    }

    /** OK when all are there. */
    public ExitCode exit() {
        return failed ? ExitCode.IO : ExitCode.OK;
    }
}
