package dev.moat.check;

import dev.moat.explore.Checkpointer;
import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.machine.Machine;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An engine that leaves searching to a cluster, and all else to another engine. */
public final class ClusterEngine implements Engine {
    private final Engine here;
    private final Cluster cluster;
    private final Path home;
    private final Cluster.Site site;

    /**
     * @param here explains and replays what the cluster finds
     * @param home directory that holds {@code specs} and {@code invariants}
     */
    public ClusterEngine(Engine here, Cluster cluster, Path home, Cluster.Site site) {
        this.here = here;
        this.cluster = cluster;
        this.home = home;
        this.site = site;
    }

    @Override
    public List<Property> invariants() {
        return here.invariants();
    }

    @Override
    public Map<String, String> withoutSubject(Scenario scenario, Machine machine) {
        return here.withoutSubject(scenario, machine);
    }

    @Override
    public List<String> notes() {
        return List.of("not compared with the discipline: searched by " + cluster.id()
                + String.join("", site.words().stream().map(word -> " " + word).toList()));
    }

    @Override
    public Session open(Scenario scenario, Machine machine) {
        return new Elsewhere(here.open(scenario, machine), cluster, new Cluster.Task(home, scenario, site));
    }

    private record Elsewhere(Session session, Cluster cluster, Cluster.Task task) implements Session {
        @Override
        public Exploration explore(Limits limits, boolean compares, Checkpointer keeper, Progress progress) {
            return cluster.search(task, limits, progress);
        }

        @Override
        public Answers respond(Limits limits) {
            return session.respond(limits);
        }

        @Override
        public Finding explain(Exploration.Violation violation) {
            return session.explain(violation);
        }
    }

    @Override
    public Replayed replay(Path file) throws IOException {
        return here.replay(file);
    }

    @Override
    public List<String> show(Path file, boolean folded) throws IOException {
        return here.show(file, folded);
    }

    @Override
    public String page(Path file) throws IOException {
        return here.page(file);
    }

    @Override
    public List<String> diff(Path first, Path second) throws IOException {
        return here.diff(first, second);
    }
}
