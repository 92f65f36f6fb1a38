package dev.moat.logic;

import dev.moat.input.InputException;
import dev.moat.input.InputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rule for a response: something that waits is answered in the end. It has stages, the farthest first, each with the
 * actions that lead on. This is the rule for responses with a well-founded ranking. The rank is the stage, and within
 * a stage the set of open work, which is finite and does not grow. {@code @source} Manna and Pnueli, "Completing the
 * temporal picture" (1991).
 *
 * @param id the file's name without {@code .smt2}
 * @param says what is promised, one sentence
 * @param source where the demand comes from
 * @param fair who has to go on
 * @param rely what nobody does in the meantime; empty where nothing is excluded
 * @param waiting of the rule's parameters, when it starts
 * @param answered of the same, how it ends
 * @param without by action, of the rule's parameters and the action's: steps that are assumed not to be taken while it
 *     waits
 */
public record ResponseRule(
        String id,
        String says,
        String source,
        String fair,
        String rely,
        Macro waiting,
        Macro answered,
        List<Stage> stages,
        Map<String, Macro> without) {
    public ResponseRule {
        stages = List.copyOf(stages);
    }

    /**
     * One stage.
     *
     * @param holds of the rule's parameters
     * @param left of the rule's parameters and some more elements: what is left to be done; null where one step ends the stage
     * @param helper the action that is taken, or the rule whose answer is awaited
     * @param awaits whether it is a rule
     * @param helps of the rule's parameters, the elements left and the helper's parameters: which instance of it helps. It speaks of nothing
     *     that any action changes
     */
    public record Stage(String name, Macro holds, @Nullable Macro left, String helper, boolean awaits, Macro helps) {}

    /** Ids of the rules whose answers are awaited, each once, in the order of the stages. */
    public List<String> awaited() {
        return stages.stream()
                .filter(Stage::awaits)
                .map(Stage::helper)
                .distinct()
                .toList();
    }

    /** The same without what is assumed of one action. */
    public ResponseRule relyingLess(String action) {
        Map<String, Macro> less = new java.util.LinkedHashMap<>(without);
        less.remove(action);
        return new ResponseRule(id, says, source, fair, rely, waiting, answered, stages, less);
    }

    /**
     * The rules of a directory, sorted by id.
     *
     * @throws UncheckedIOException when the directory or a file cannot be read
     * @throws InputException for the first bad file in the order of names; then at the first rule that awaits one which is not there, has other
     *     parameters or awaits others itself
     */
    public static List<ResponseRule> load(Path directory, Discipline discipline) {
        List<ResponseRule> rules = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file :
                    all.filter(p -> InputFile.isOfKind(p, ".smt2")).sorted().toList()) {
                rules.add(ResponseReader.read(file.toString(), SmtReader.load(file), discipline));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ResponseReader.requireAwaited(rules);
        return List.copyOf(rules);
    }
}
