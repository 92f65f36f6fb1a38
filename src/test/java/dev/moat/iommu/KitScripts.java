package dev.moat.iommu;

import dev.moat.iommu.KitSoftware.Act;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Scripts of a seed, and all of the kit's checks on them; for tests of the kit itself. */
final class KitScripts {
    private static final int ACTS = 60;

    private KitScripts() {}

    static List<Act> script(int seed) {
        Random random = new Random(seed);
        return IntStream.range(0, ACTS)
                .mapToObj(i -> new Act(
                        kind(random), random.nextInt(8), random.nextInt(8), random.nextInt(8), random.nextInt(8)))
                .toList();
    }

    private static String kind(Random random) {
        List<String> often = List.of("hardware", "change", "forget", "request", "change", "race");
        List<String> kinds = random.nextInt(3) > 0 ? often : KitSoftware.KINDS;
        return kinds.get(random.nextInt(kinds.size()));
    }

    /** So many scripts, on these machines in turn; the first check that fails is thrown. */
    static void run(List<KitMachine> machines, int scripts) {
        for (int seed = 0; seed < scripts; seed++) {
            KitSoftware software = new KitSoftware(machines.get(seed % machines.size()));
            for (Act act : script(seed)) {
                software.perform(act);
                everything(software, act.toString());
            }
            software.settle();
            everything(software, "settled");
        }
    }

    private static void everything(KitSoftware software, String after) {
        KitChecks checks = new KitChecks(software, after);
        checks.looksChangeNothing();
        checks.entriesSayWhatWasStored();
        checks.onlyOneAnswerIsThatAnswer();
        checks.detachedRequestersReachNothing();
    }
}
