package dev.moat.spark;

import dev.moat.check.Cluster;
import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;

/** {@code --engine spark}. */
public final class SparkCluster implements Cluster {
    @Override
    public String id() {
        return "spark";
    }

    @Override
    public Exploration search(Task task, Limits limits, Progress progress) {
        Blueprint plan = Blueprint.of(task);
        Workshop workshop = Workshop.of(plan);
        try (Jobs jobs = Jobs.on(task.site())) {
            return new Search(jobs, plan, workshop, limits).run(progress);
        } finally {
            Workshop.forget(plan);
        }
    }
}
