package dev.moat.explore;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import java.util.*;
public class SpaceRowsPrint {
    public static void main(String[] a) {
        Set<String> only = new HashSet<>(Arrays.asList(a));
        for (KillRow row : SpaceKills.ROWS) {
            if (!only.isEmpty() && !only.contains(row.fault())) continue;
            try {
                var fault = dev.moat.scenario.Catalog.fault(Machines.CATALOG.component(row.component()), row.fault());
                Machine m = Machines.machine(row.component() + " " + fault.visibleAt() + " " + row.settings() + " !" + row.fault());
                List<String> ids = new ArrayList<>(Machines.applicable(m));
                if (row.settings().contains("unmap=")) ids.remove("nothing-lingers");
                int[] l = Machines.survey(m, Machines.judge(m, ids.toArray(String[]::new)));
                ids.add("no-deadlock");
                TreeSet<String> v = new TreeSet<>();
                for (int i = 0; i < l.length; i++) if (l[i] >= 0) v.add(ids.get(i) + "@" + l[i]);
                Set<String> names = new TreeSet<>(); v.forEach(x -> names.add(x.replaceAll("@.*", "")));
                StringBuilder more = new StringBuilder();
                var without = Machines.exploreSmall(Machines.machine(row.component() + " " + fault.visibleAt() + " " + row.settings()), Machines.judge(Machines.machine(row.component() + " " + fault.visibleAt() + " " + row.settings()), ids.stream().filter(i -> !i.equals("no-deadlock")).toArray(String[]::new)));
                if (without.end() != Exploration.End.COMPLETE) more.append(" WITHOUT-FAULT " + without.end());
                if (fault.visibleAt().equals("step")) for (String larger : List.of("", " frames=3")) {
                    Machine op = Machines.machine(row.component() + " operation " + row.settings() + larger + " !" + row.fault());
                    var f = Machines.exploreSmall(op, Machines.judge(op, ids.stream().filter(i -> !i.equals("no-deadlock")).toArray(String[]::new)));
                    if (f.end() != Exploration.End.COMPLETE) more.append(" SEEN-AT-OPERATION" + larger);
                }
                System.out.println(more + row.fault() + "|" + row.settings() + "|" + String.join(" ", v) + "|" + (names.containsAll(fault.breaks()) ? "" : "MISSING " + fault.breaks()));
            } catch (Throwable t) { System.out.println(row.fault() + "|" + row.settings() + "|ERR " + t); }
        }
    }
}
