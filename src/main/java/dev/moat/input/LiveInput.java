package dev.moat.input;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What somebody is still writing: a pipe, or a file that grows. A thread of its own reads, because a read of a pipe cannot be
 * interrupted; who reads here can be, and sees the end of the input then. At most half a MiB waits between the two.
 */
public final class LiveInput extends InputStream {
    private static final int CHUNK = 1 << 16;
    private static final int CHUNKS = 8;
    private static final long PAUSE_MILLIS = 50;
    private static final byte[] END = new byte[0];

    private final InputStream in;
    private final @Nullable LongSupplier size;
    private final long idleMillis;
    private final ArrayBlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread pump = new Thread(this::pump, "live input");
    private volatile @Nullable IOException failure;
    private byte[] chunk = new byte[0];
    private int next;
    private boolean over;
    private boolean interrupted;

    /**
     * @param size of a file that grows, in bytes: its end is waited at; null for a pipe, which says itself that it is over
     * @param idleMillis a file that has not grown for so long is over; negative for one that is over only when the reader is interrupted
     */
    public LiveInput(InputStream in, @Nullable LongSupplier size, long idleMillis) {
        this.in = in;
        this.size = size;
        this.idleMillis = idleMillis;
        pump.setDaemon(true);
        pump.start();
    }

    private void pump() {
        try {
            byte[] buffer = new byte[CHUNK];
            long read = 0;
            long still = 0;
            while (true) {
                int got = in.read(buffer);
                if (got > 0) {
                    read += got;
                    still = 0;
                    waiting.put(Arrays.copyOf(buffer, got));
                } else if (size == null || (idleMillis >= 0 && still >= idleMillis)) {
                    break;
                } else if (size.getAsLong() < read) {
                    throw new IOException("the file was cut while it was followed");
                } else {
                    Thread.sleep(PAUSE_MILLIS);
                    still += PAUSE_MILLIS;
                }
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            return; // nobody reads any more
        }
        try {
            waiting.put(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        if (len == 0) {
            return 0;
        }
        if (next == chunk.length && !over) {
            take();
        }
        if (over) {
            IOException broken = failure;
            if (broken != null) {
                throw broken;
            }
            return -1;
        }
        int given = Math.min(len, chunk.length - next);
        System.arraycopy(chunk, next, b, off, given);
        next += given;
        return given;
    }

    /** Waits for more. An interrupt ends the input, also one that came while what was read last was judged. */
    private void take() {
        try {
            byte[] more = null;
            while (more == null) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                more = waiting.poll(1, TimeUnit.SECONDS);
            }
            chunk = more;
            next = 0;
            over = more.length == 0;
        } catch (InterruptedException e) {
            interrupted = true;
            over = true;
            failure = null;
        }
    }

    /** Whether an interrupt ended it before its end. */
    public boolean interrupted() {
        return interrupted;
    }

    @Override
    public void close() throws IOException {
        pump.interrupt();
        if (size != null) {
            in.close(); // closing a pipe would wait for the read that is under way
        }
    }
}
