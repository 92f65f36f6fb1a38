package dev.moat.scenario;

import dev.moat.input.InputException;
import dev.moat.input.InputFile;
import dev.moat.limit.StoppedException;
import dev.moat.model.BadSettingException;
import dev.moat.model.Suggestion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The scenario files of some directories and the directories below them, and single files elsewhere. The name of a file is its
 * scenario's id, whatever directory it is in.
 */
public final class ScenarioLibrary {
    private static final String SUFFIX = ".yaml";

    private final List<Path> directories;
    private final ScenarioReader reader;

    /** @param directory read anew at each call */
    public ScenarioLibrary(Path directory, ScenarioReader reader) {
        this(List.of(directory), reader);
    }

    /** @param directories read anew at each call */
    public ScenarioLibrary(List<Path> directories, ScenarioReader reader) {
        this.directories = List.copyOf(directories);
        this.reader = reader;
    }

    /**
     * Ids of all scenarios, sorted.
     *
     * @throws IOException when a directory cannot be read
     * @throws InputException when two files have one name, at the second one
     */
    public List<String> ids() throws IOException {
        return List.copyOf(files().keySet());
    }

    /** The files of all scenarios by id, both in order. Throws as {@link #ids()}. */
    public SortedMap<String, Path> files() throws IOException {
        SortedMap<String, Path> byId = new TreeMap<>();
        for (Path directory : directories) {
            addFiles(directory, byId);
        }
        return byId;
    }

    private static void addFiles(Path directory, SortedMap<String, Path> byId) throws IOException {
        try (Stream<Path> below = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) below.sorted()::iterator) {
                if (InputFile.isOfKind(file, SUFFIX)) {
                    String name = String.valueOf(file.getFileName());
                    String id = name.substring(0, name.length() - SUFFIX.length());
                    Path other = byId.putIfAbsent(id, file);
                    if (other != null) {
                        throw taken(file, 1, id, other);
                    }
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * All scenarios by id.
     *
     * @throws IOException when one cannot be read
     * @throws InputException when two files have one name; then for the first malformed one
     */
    public List<Scenario> all() throws IOException {
        return all(scenario -> true);
    }

    /**
     * The wanted scenarios by id. Whether the settings of others contradict each other stays open, which saves building their
     * models. Throws as {@link #all()}.
     */
    public List<Scenario> all(Predicate<Scenario> wanted) throws IOException {
        return described(wanted).stream().filter(wanted).toList();
    }

    /** Those of a component and a set; of a text all of its own, whatever their set. Throws as {@link #find(List)}. */
    public List<Scenario> ofComponent(String component, String set) throws IOException {
        return Catalog.isText(component)
                ? find(List.of(component))
                : described().stream()
                        .filter(s -> s.machine().component().equals(component)
                                && s.set().equals(set))
                        .toList();
    }

    /** All scenarios by id, as they are written: settings may contradict each other. Throws as {@link #all()} otherwise. */
    public List<Scenario> described() throws IOException {
        return described(scenario -> false);
    }

    private List<Scenario> described(Predicate<Scenario> built) throws IOException {
        List<Scenario> scenarios = new ArrayList<>();
        for (Path file : files().values()) {
            StoppedException.look();
            scenarios.add(reader.read(file, built));
        }
        return scenarios;
    }

    /**
     * Several scenarios, in the order of their names, each once. A name may also be a pattern of ids, with {@code *} for any characters and
     * {@code ?} for one, or a directory, for all scenarios below it; theirs are in the order of their ids. Throws as {@link #find(String)}.
     *
     * @throws BadSettingException also when nothing is of a pattern, or below a directory
     * @throws InputException also when two files have one id, at the second one: what is written of one would replace the other's
     */
    public List<Scenario> find(List<String> names) throws IOException {
        Map<String, Path> byId = new HashMap<>();
        List<Scenario> found = new ArrayList<>();
        SortedMap<String, Path> files = names.stream().allMatch(ScenarioLibrary::isPath) ? new TreeMap<>() : files();
        for (String name : names) {
            for (Scenario scenario : each(name, files)) {
                Path other = byId.putIfAbsent(scenario.id(), scenario.file());
                if (other == null) {
                    found.add(scenario);
                } else if (!Files.isSameFile(other, scenario.file())) {
                    throw taken(scenario.file(), scenario.line(), scenario.id(), other);
                }
            }
        }
        return found;
    }

    private List<Scenario> each(String name, SortedMap<String, Path> files) throws IOException {
        SortedMap<String, Path> meant = new TreeMap<>();
        if (!isPath(name) && (name.contains("*") || name.contains("?"))) {
            Pattern ids = Pattern.compile(name.chars()
                    .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
                    .collect(Collectors.joining()));
            meant.putAll(files);
            meant.keySet().removeIf(id -> !ids.matcher(id).matches());
            if (meant.isEmpty()) {
                throw new BadSettingException(
                        name, "no scenario is named like '" + name + "' in " + directories.get(0));
            }
        } else if (!files.containsKey(name) && Files.isDirectory(Path.of(name))) {
            addFiles(Path.of(name), meant);
            if (meant.isEmpty()) {
                throw new BadSettingException(name, "no scenario is below the directory '" + name + "'");
            }
        } else {
            return named(name, files);
        }
        List<Scenario> all = new ArrayList<>();
        for (Path file : meant.values()) {
            StoppedException.look();
            all.add(reader.read(file));
        }
        return all;
    }

    private static InputException taken(Path file, int line, String id, Path other) {
        return new InputException(file.toString(), line, 1, "the id '" + id + "' is that of " + other + " already");
    }

    /**
     * A scenario by id, or by path when the name has a separator or ends in {@code .yaml}; of a text in the model notation the only one,
     * or {@code my.moat:ID}.
     *
     * @throws BadSettingException when there is no such id
     * @throws IOException when the file cannot be read
     * @throws InputException when two files have one name, unless a path is given; when it is malformed
     */
    public Scenario find(String name) throws IOException {
        return find(name, isPath(name) ? new TreeMap<>() : files());
    }

    /** The texts in the model notation among what names name, one for each name that is of one. */
    public static List<Path> texts(List<String> names) {
        return names.stream()
                .map(ScenarioLibrary::textOf)
                .filter(text -> !text.isEmpty())
                .map(Path::of)
                .toList();
    }

    private static boolean isPath(String name) {
        return name.endsWith(SUFFIX) || name.contains("/") || !textOf(name).isEmpty();
    }

    /** The text in the model notation that a name is of: {@code my.moat}, or {@code my.moat:ID}, which is one of its scenarios; or "". */
    private static String textOf(String name) {
        int colon = name.lastIndexOf(':');
        return Catalog.isText(name)
                ? name
                : colon >= 0 && Catalog.isText(name.substring(0, colon)) ? name.substring(0, colon) : "";
    }

    /** Of a text all of its scenarios, or the one that is named behind it. */
    private List<Scenario> named(String name, SortedMap<String, Path> files) throws IOException {
        String text = textOf(name);
        if (text.isEmpty()) {
            return List.of(find(name, files));
        }
        List<Scenario> all = reader.ofText(text);
        if (text.equals(name)) {
            return all;
        }
        String id = name.substring(text.length() + 1);
        List<String> ids = all.stream().map(Scenario::id).toList();
        if (!ids.contains(id)) {
            throw new BadSettingException(id, "no scenario '" + id + "' in " + text + Suggestion.among(id, ids));
        }
        return List.of(all.get(ids.indexOf(id)));
    }

    private Scenario find(String name, SortedMap<String, Path> files) throws IOException {
        if (!textOf(name).isEmpty()) {
            List<Scenario> all = named(name, files);
            if (all.size() > 1) {
                throw new BadSettingException(
                        name,
                        name + " has " + all.size() + " scenarios: name one, as in " + name + ":"
                                + all.get(0).id());
            }
            return all.get(0);
        }
        if (isPath(name)) {
            return reader.read(Path.of(name));
        }
        Path file = files.get(name);
        if (file == null) {
            throw new BadSettingException(
                    name,
                    "no scenario '" + name + "' in " + directories.get(0) + Suggestion.among(name, files.keySet()));
        }
        return reader.read(file);
    }
}
