package dev.moat.check;

import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;

/** Searches on other processes; registered in {@code META-INF/services}, created by its constructor without parameters. */
public interface Cluster {
    /** As {@code --engine} names it. */
    String id();

    /**
     * Searches as the embedded engine does: the same counts, the same canonical violation. Nothing is compared with the discipline.
     *
     * @param task what to search, and where
     * @param limits depth, time and states; workers and memory are those of the cluster
     * @throws java.io.UncheckedIOException when the cluster cannot be reached or gives up
     */
    Exploration search(Task task, Limits limits, Progress progress);

    /**
     * What to search, and where.
     *
     * @param home directory that holds {@code specs} and {@code invariants}
     * @param scenario with all changes of the command line
     * @param site where the cluster is
     */
    record Task(Path home, Scenario scenario, Site site) {}

    /**
     * Where a cluster is.
     *
     * @param master its address; empty for the one that the process was submitted to
     * @param shared a directory that all its processes see, as a path or an address
     */
    record Site(String master, String shared) {
        /** For people. */
        public List<String> words() {
            return master.isEmpty() ? List.of() : List.of("on " + master);
        }
    }
}
