package dev.moat.logic;

import dev.moat.input.InputText;
import dev.moat.input.Place;
import dev.moat.logic.ResponseRule.Stage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads rules for responses. A file has {@code set-info} of says, source, fair and rely; {@code waiting} and {@code
 * answered}; and {@code without.A} for an action A. Each stage S has {@code S.stage}, {@code S.left} if several things
 * are to be done, and {@code S.takes.A} or {@code S.awaits.RULE}. Every other name is a macro.
 */
final class ResponseReader {
    private static final Set<String> INFOS = Set.of("says", "source", "fair", "rely");

    private final Discipline discipline;
    private final Vocabulary vocabulary;
    private final Set<String> changed = new LinkedHashSet<>();
    private final Map<String, String> infos = new HashMap<>();
    private final Map<String, Macro> ends = new HashMap<>();
    private final Map<String, Macro> without = new LinkedHashMap<>();
    private final Map<String, Map<String, Macro>> stages = new LinkedHashMap<>();

    private ResponseReader(Discipline discipline) {
        this.discipline = discipline;
        vocabulary = new Vocabulary(discipline.vocabulary());
        discipline.actions().forEach(a -> changed.addAll(a.effects().keySet()));
    }

    /** As {@link ResponseRule#load}, one rule from a text; its id is the name's last part, without {@code .smt2}. */
    static ResponseRule read(String file, String text, Discipline discipline) {
        ResponseReader reader = new ResponseReader(discipline);
        for (SExpr e : SmtReader.read(file, text)) {
            if (!(e instanceof SExpr.Group g)) {
                throw e.place().error("a command is expected, not " + e.describe());
            }
            switch (g.head()) {
                case "set-info" -> reader.info(g);
                case "define-fun" -> reader.define(g);
                default -> throw g.place().error("a rule holds set-info and define-fun, not " + g.describe());
            }
        }
        String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
        return reader.result(name.replaceFirst("\\.smt2$", ""), InputText.end(file, text));
    }

    private void info(SExpr.Group g) {
        Vocabulary.require(g, 3, "(set-info :name \"text\")");
        if (!(g.items().get(1) instanceof SExpr.Word key) || !INFOS.contains(key.text())) {
            throw g.items().get(1).place().error("a rule's infos are :says, :source, :fair and :rely");
        }
        if (!(g.items().get(2) instanceof SExpr.Word value)
                || value.kind() != SExpr.Kind.STRING
                || value.text().isBlank()
                || value.text().chars().anyMatch(Character::isISOControl)) {
            throw g.items().get(2).place().error("the value of ':" + key.text() + "' is one line of text");
        }
        if (infos.putIfAbsent(key.text(), value.text()) != null) {
            throw key.place().error("':" + key.text() + "' is given twice");
        }
    }

    private void define(SExpr.Group g) {
        Vocabulary.require(g, 5, "(define-fun name ((x Sort) ...) Bool body)");
        String name = g.items().get(1) instanceof SExpr.Word w && w.isSymbol() ? w.text() : "";
        if (name.equals("waiting") || name.equals("answered")) {
            Macro macro = vocabulary.macro(name, g);
            if (ends.putIfAbsent(name, macro) != null) {
                throw g.place().error("'" + name + "' is defined twice");
            }
            requireSorts(g, macro, sorts(parameters(g)));
        } else if (name.startsWith("without.")) {
            AbstractAction action = action(g, name.substring("without.".length()));
            Macro macro = vocabulary.macro(name, g);
            requireSorts(g, macro, joined(sorts(parameters(g)), sorts(action.parameters())));
            once(without, action.name(), macro, g);
        } else if (name.contains(".")) {
            part(g, name.substring(0, name.indexOf('.')), name.substring(name.indexOf('.') + 1), name);
        } else {
            vocabulary.define(g);
        }
    }

    private void part(SExpr.Group g, String stage, String what, String name) {
        Macro macro = vocabulary.macro(name, g);
        Map<String, Macro> parts = stages.computeIfAbsent(stage, s -> new LinkedHashMap<>());
        List<String> own = sorts(parameters(g));
        List<String> found = sorts(macro.parameters());
        if (what.equals("stage")) {
            requireSorts(g, macro, own);
        } else if (!parts.containsKey("stage")) {
            throw g.place().error("'" + stage + ".stage' comes first");
        } else if (what.equals("left")) {
            // What helps was read with the elements that were there.
            if (parts.keySet().stream().anyMatch(k -> k.contains("."))) {
                throw g.place().error("'" + stage + ".left' comes before what helps");
            }
            requireSorts(g, macro, joined(own, found.subList(Math.min(own.size(), found.size()), found.size())));
        } else if (what.startsWith("takes.") || what.startsWith("awaits.")) {
            Macro left = parts.get("left");
            List<String> before = left == null ? own : sorts(left.parameters());
            boolean action = what.startsWith("takes.");
            List<String> last = action
                    ? sorts(action(g, what.substring("takes.".length())).parameters())
                    : found.subList(Math.min(before.size(), found.size()), found.size());
            requireSorts(g, macro, joined(before, last));
            requireRigid(g, macro);
        } else {
            throw g.place().error("a stage has .stage, .left, and .takes.ACTION or .awaits.RULE, not '." + what + "'");
        }
        once(parts, what, macro, g);
    }

    /** The helper must not change while one waits for it, or being fair to each instance of it would say nothing. */
    private void requireRigid(SExpr.Group g, Macro macro) {
        Set<String> moving = Rewriting.relations(Rewriting.plain(macro.body()));
        moving.retainAll(changed);
        if (!moving.isEmpty()) {
            throw g.place()
                    .error("which instance helps may not depend on what actions change: "
                            + moving.iterator().next());
        }
    }

    private static void once(Map<String, Macro> parts, String key, Macro macro, SExpr.Group g) {
        if (parts.putIfAbsent(key, macro) != null) {
            throw g.place().error("'" + macro.name() + "' is defined twice");
        }
    }

    private AbstractAction action(SExpr.Group g, String name) {
        List<String> known =
                discipline.actions().stream().map(AbstractAction::name).toList();
        return discipline.actions().stream()
                .filter(a -> a.name().equals(name))
                .findFirst()
                .orElseThrow(() -> g.place().error("unknown action '" + name + "'" + UnknownNames.known(name, known)));
    }

    private List<Var> parameters(SExpr.Group g) {
        Macro waiting = ends.get("waiting");
        if (waiting == null) {
            throw g.place().error("(define-fun waiting (...) Bool ...) comes first");
        }
        return waiting.parameters();
    }

    private static List<String> sorts(List<Var> vars) {
        return vars.stream().map(Var::sort).toList();
    }

    private static List<String> joined(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static void requireSorts(SExpr.Group g, Macro macro, List<String> expected) {
        List<String> found = sorts(macro.parameters());
        if (!found.equals(expected)) {
            throw g.items().get(2).place().error("the parameters' sorts are " + expected + ", not " + found);
        }
    }

    private ResponseRule result(String id, Place end) {
        List<Stage> all = new ArrayList<>();
        for (Map.Entry<String, Map<String, Macro>> stage : stages.entrySet()) {
            all.add(stage(stage.getKey(), stage.getValue(), end));
        }
        if (all.isEmpty()) {
            throw end.error("missing (define-fun NAME.stage (...) Bool ...)");
        }
        String rely = infos.getOrDefault("rely", "");
        if (rely.isEmpty() != without.isEmpty()) {
            throw end.error("(set-info :rely \"...\") and without.ACTION go together");
        }
        return new ResponseRule(
                id,
                required(end, infos.get("says"), "(set-info :says \"...\")"),
                required(end, infos.get("source"), "(set-info :source \"...\")"),
                required(end, infos.get("fair"), "(set-info :fair \"...\")"),
                rely,
                required(end, ends.get("waiting"), "(define-fun waiting (...) Bool ...)"),
                required(end, ends.get("answered"), "(define-fun answered (...) Bool ...)"),
                all,
                Collections.unmodifiableMap(without));
    }

    private static Stage stage(String name, Map<String, Macro> parts, Place end) {
        List<String> helpers = parts.keySet().stream()
                .filter(k -> k.startsWith("takes.") || k.startsWith("awaits."))
                .toList();
        if (helpers.size() != 1) {
            throw end.error("stage '" + name + "' has one .takes.ACTION or .awaits.RULE, not " + helpers.size());
        }
        String key = helpers.get(0);
        Macro holds = required(end, parts.get("stage"), name + ".stage");
        Macro helps = required(end, parts.get(key), name + "." + key);
        String helper = key.substring(key.indexOf('.') + 1);
        return new Stage(name, holds, parts.get("left"), helper, key.startsWith("awaits."), helps);
    }

    private static <T> T required(Place end, @Nullable T part, String form) {
        if (part == null) {
            throw end.error("missing " + form);
        }
        return part;
    }

    /** Awaited rules are there, have the parameters that are meant, and rest on actions alone. */
    static void requireAwaited(Collection<ResponseRule> rules) {
        Map<String, ResponseRule> known = new LinkedHashMap<>();
        rules.forEach(r -> known.put(r.id(), r));
        for (ResponseRule rule : rules) {
            for (Stage stage : rule.stages()) {
                if (stage.awaits()) {
                    requireAwaited(rule, stage, known.get(stage.helper()), known.keySet());
                }
            }
        }
    }

    private static void requireAwaited(
            ResponseRule rule, Stage stage, @Nullable ResponseRule awaited, Collection<String> known) {
        Place place = stage.helps().body().place();
        if (awaited == null) {
            throw place.error(
                    "unknown rule '" + stage.helper() + "'" + UnknownNames.known(stage.helper(), List.copyOf(known)));
        }
        if (awaited.stages().stream().anyMatch(Stage::awaits)) {
            throw place.error("the rule '" + awaited.id() + "' awaits another one itself");
        }
        Macro left = stage.left();
        List<String> expected = joined(
                sorts(left == null ? rule.waiting().parameters() : left.parameters()),
                sorts(awaited.waiting().parameters()));
        if (!sorts(stage.helps().parameters()).equals(expected)) {
            throw place.error("the parameters' sorts are " + expected + ", not "
                    + sorts(stage.helps().parameters()));
        }
    }
}
