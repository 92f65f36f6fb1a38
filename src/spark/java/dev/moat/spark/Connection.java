package dev.moat.spark;

import dev.moat.check.Cluster.Site;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** Spark as this program uses it: settings that the user did not make, what executors are sent, where its log goes. */
final class Connection {
    private static final String EXECUTORS_CLASS_PATH = "spark.executor.extraClassPath";
    private static final String LOG_SETTINGS = "log4j2.configurationFile";
    private static final String LOG = "moat.spark.log";

    private Connection() {}

    /** Connects, or goes on with the connection that is there; one to another master is closed before. */
    static JavaSparkContext open(Site site) throws URISyntaxException {
        logToFile();
        SparkConf conf = conf(site);
        SparkContext spark = SparkContext.getOrCreate(conf);
        if (!spark.master().equals(conf.get("spark.master", spark.master()))) {
            spark.stop();
            spark = SparkContext.getOrCreate(conf);
        }
        return JavaSparkContext.fromSparkContext(spark);
    }

    /** Warnings of Spark's must not bury a verdict. Who submits to a cluster has log settings of his own. */
    private static void logToFile() {
        URL settings = Connection.class.getResource("log4j2.properties");
        if (settings != null
                && System.getProperty(LOG_SETTINGS) == null
                && System.getProperty("SPARK_SUBMIT") == null) {
            System.setProperty(LOG_SETTINGS, settings.toString());
            if (System.getProperty(LOG) == null) {
                System.setProperty(LOG, Path.of(".moat", "spark.log").toString());
            }
        }
    }

    private static SparkConf conf(Site site) throws URISyntaxException {
        SparkConf conf = new SparkConf();
        conf.setIfMissing("spark.app.name", "moat");
        if (!site.master().isEmpty()) {
            conf.setMaster(site.master());
        }
        conf.setIfMissing("spark.ui.enabled", "false");
        conf.setIfMissing("spark.ui.showConsoleProgress", "false");
        if (conf.get("spark.master", "").startsWith("local")) {
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        } else if (!conf.contains("spark.jars")) {
            ship(conf);
        }
        return conf;
    }

    /** Executors get this program: jar files are sent to them, directories they must see. Spark they have. */
    private static void ship(SparkConf conf) throws URISyntaxException {
        List<String> jars = new ArrayList<>();
        List<String> directories = new ArrayList<>();
        Path sparks = directory(SparkContext.class);
        for (Path entry : entries()) {
            String name = String.valueOf(entry.getFileName());
            if (Files.isDirectory(entry)) {
                directories.add(entry.toString());
            } else if (name.endsWith(".jar") && !Objects.equals(entry.getParent(), sparks) && !name.startsWith("z3-")) {
                jars.add(entry.toString());
            }
        }
        conf.setJars(jars.toArray(String[]::new));
        if (!directories.isEmpty()) {
            conf.setIfMissing(EXECUTORS_CLASS_PATH, String.join(File.pathSeparator, directories));
        }
    }

    private static @Nullable Path directory(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toAbsolutePath()
                .getParent();
    }

    private static List<Path> entries() throws URISyntaxException {
        List<Path> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry).toAbsolutePath());
        }
        // What a user named with --class-path.
        if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader own) {
            for (URL url : own.getURLs()) {
                entries.add(Path.of(url.toURI()).toAbsolutePath());
            }
        }
        return entries;
    }

    /** A fresh directory for checkpoints, below one that all processes see. */
    static String directory(JavaSparkContext spark, String shared) {
        spark.setCheckpointDir(shared);
        return spark.getCheckpointDir().orElse("");
    }

    /** Forgets what a search left in the memory of executors, and removes its directory with all that is in it. */
    static boolean cleared(JavaSparkContext spark, String directory) throws IOException {
        spark.getPersistentRDDs().values().forEach(left -> left.unpersist(false));
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(directory);
        FileSystem files = path.getFileSystem(spark.hadoopConfiguration());
        return files.delete(path, true);
    }
}
