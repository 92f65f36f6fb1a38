package dev.moat.cli.site;

import dev.moat.check.ExitCode;
import dev.moat.check.proof.RecordedLasso;
import dev.moat.check.proof.ResponseLasso;
import dev.moat.scenario.UserExtensions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where runs go on which a response never comes.
 *
 * @param directory of the files, each called as its rule
 * @param injected what was left out of the discipline and of rules
 * @param family what the discipline is varied by; empty for the plain one
 * @param options words of a command line, without which a replay would read other rules
 */
public record LassoFiles(Path directory, List<String> injected, String family, List<String> options) {
    public LassoFiles {
        injected = List.copyOf(injected);
        options = List.copyOf(options);
    }

    /**
     * Writes them.
     *
     * @param lines gets what a person can do with each
     * @return OK when all are there
     */
    public ExitCode save(List<ResponseLasso> lassos, Site site, List<String> lines) {
        OutputFiles outputs = new OutputFiles(site);
        for (ResponseLasso lasso : lassos) {
            Path file = directory.resolve(lasso.rule().id() + RecordedLasso.SUFFIX);
            if (outputs.write(file, () -> RecordedLasso.text(lasso, injected, family))) {
                List<String> words = new ArrayList<>(options);
                words.add(file.toString());
                lines.add("saved " + file + "; reproduce with: " + UserExtensions.command("replay", words.toArray()));
            }
        }
        return outputs.exit();
    }
}
