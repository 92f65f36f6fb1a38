package dev.moat.spark;

import dev.moat.check.Cluster.Site;
import dev.moat.limit.Awaited;
import dev.moat.limit.StoppedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Spark for one search: its context, a directory for checkpoints, and a thread that waits for jobs, so that others can be interrupted. */
final class Jobs implements AutoCloseable {
    /** Parts of the visited set for each core, so that cores end at about the same time. */
    private static final int PARTS_PER_CORE = 2;

    private static final int LEAST_PARTS = 4;

    private final Site site;
    private final ExecutorService waiting = Executors.newSingleThreadExecutor(Jobs::daemon);
    private @Nullable JavaSparkContext context;
    private String directory = "";

    private Jobs(Site site) {
        this.site = site;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "moat-spark");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Connects.
     *
     * @throws StoppedException when the calling thread is interrupted
     * @throws UncheckedIOException when there is no such master, or the shared directory is none or cannot be written
     */
    static Jobs on(Site site) {
        Jobs jobs = new Jobs(site);
        JavaSparkContext spark = jobs.run(() -> Connection.open(site));
        jobs.context = spark;
        jobs.directory = jobs.run(() -> Connection.directory(spark, site.shared()));
        return jobs;
    }

    private JavaSparkContext spark() {
        JavaSparkContext spark = context;
        if (spark == null) {
            throw new IllegalStateException("not connected");
        }
        return spark;
    }

    /** The levels of a search, the first one there. */
    Levels levels(Blueprint plan, long[] initial) {
        return run(() -> {
            JavaSparkContext spark = spark();
            Broadcast<Blueprint> shipped = spark.broadcast(plan);
            int parts = Math.max(LEAST_PARTS, PARTS_PER_CORE * spark.defaultParallelism());
            return new Levels(spark, shipped, initial, parts);
        });
    }

    /**
     * What work of Spark's answers.
     *
     * @throws StoppedException when the calling thread is interrupted; the work is given up
     * @throws UncheckedIOException when Spark gives up
     */
    <T> T run(Callable<T> work) {
        Future<T> running = waiting.submit(work);
        try {
            return Awaited.get(running);
        } catch (StoppedException e) {
            giveUp();
            throw e;
        } catch (RuntimeException e) {
            // Whatever it is: Hadoop, for one, says of a directory that it does not understand that an argument is
            // illegal. Spark ends with the process: what it says then is a consequence.
            StoppedException.look();
            throw new UncheckedIOException(new IOException("Spark" + String.join("", where()) + ": " + reason(e), e));
        }
    }

    private List<String> where() {
        return site.words().stream().map(word -> " " + word).toList();
    }

    private void giveUp() {
        JavaSparkContext spark = context;
        if (spark != null && !spark.sc().isStopped()) {
            spark.sc().cancelAllJobs();
        }
    }

    /** The first line of the innermost cause. */
    private static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String says = innermost.getMessage();
        return says == null ? innermost.toString() : says.lines().findFirst().orElse(innermost.toString());
    }

    /** Forgets the search as far as it can, for what was found is worth more. The connection stays until the process ends. */
    @Override
    public void close() {
        JavaSparkContext spark = context;
        boolean interrupted = Thread.interrupted();
        try {
            if (spark != null && !spark.sc().isStopped()) {
                run(() -> Connection.cleared(spark, directory));
            }
        } catch (StoppedException | UncheckedIOException e) {
            LoggerFactory.getLogger(Jobs.class).warn("not removed: {}", directory, e);
        } finally {
            waiting.shutdownNow();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
