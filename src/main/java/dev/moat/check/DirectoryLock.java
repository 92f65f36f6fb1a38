package dev.moat.check;

import dev.moat.output.OutputFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reserves a directory of checkpoints for one process, because two writers would each continue with the other's data.
 * The system releases it when the process ends in any way; the file stays.
 */
final class DirectoryLock implements Closeable {
    private static final String NAME = "moat.lock";

    private final FileChannel file;

    private DirectoryLock(FileChannel file) {
        this.file = file;
    }

    /** Another process has the directory. */
    static final class HeldException extends FileSystemException {
        private static final long serialVersionUID = 1L;

        private HeldException(Path directory, String process) {
            super(
                    directory.toString(),
                    null,
                    "another process" + process + " keeps searches there: end it, or name another directory");
        }
    }

    /**
     * Takes a directory, which is made if there is none, and removes what killed processes have left half written in it.
     *
     * @throws HeldException when another process has it
     * @throws IOException when the lock cannot be written
     */
    static DirectoryLock take(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel file = FileChannel.open(
                directory.resolve(NAME),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        try {
            if (!isTaken(file)) {
                throw new HeldException(directory, holder(file));
            }
            file.truncate(0);
            String own = ProcessHandle.current().pid() + "\n";
            file.write(ByteBuffer.wrap(own.getBytes(StandardCharsets.US_ASCII)));
            OutputFile.removeTemporary(directory, Checkpoints.SUFFIX);
            return new DirectoryLock(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static boolean isTaken(FileChannel file) throws IOException {
        try {
            @Nullable FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** The number of the holder in brackets, if it has come so far as to write it. */
    private static String holder(FileChannel file) throws IOException {
        ByteBuffer number = ByteBuffer.allocate(20);
        file.read(number, 0);
        String said = new String(number.array(), 0, number.position(), StandardCharsets.US_ASCII).strip();
        return said.matches("[0-9]+") ? " (" + said + ")" : "";
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
