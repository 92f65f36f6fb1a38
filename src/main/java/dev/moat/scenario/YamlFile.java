package dev.moat.scenario;

import dev.moat.input.InputException;
import dev.moat.input.InputText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** From an untrusted YAML file to a tree of nodes with positions; plain data only: no anchors, aliases or tags. */
final class YamlFile {
    /** Largest file, in bytes. */
    static final int MAX_BYTES = 256 * 1024;

    /** Deepest nesting of mappings and lists. */
    static final int MAX_NESTING = 20;

    private final String name;

    private YamlFile(String name) {
        this.name = name;
    }

    /**
     * Reads the mapping that a file consists of.
     *
     * @throws IOException when the file cannot be read
     * @throws InputException when it is too large, is not UTF-8, nests too deeply, uses an anchor, alias or tag, is
     *     not YAML, or is not one mapping; in this order, the third and later at the first such place
     */
    static YamlMap read(Path file) throws IOException {
        return read(file, "a scenario", "id: r1");
    }

    /**
     * The same of another kind of document.
     *
     * @param what how messages call it
     * @param first what may stand on its first line
     */
    static YamlMap read(Path file, String what, String first) throws IOException {
        YamlFile reading = new YamlFile(file.toString());
        String text = reading.requirePrintable(InputText.read(file, MAX_BYTES));
        LoadSettings settings = LoadSettings.builder()
                .setLabel(reading.name)
                .setAllowNonScalarKeys(true) // the map that has one refuses it, at its place
                .build();
        try {
            reading.requirePlainData(settings, text);
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isPresent() && root.get() instanceof MappingNode map) {
                return new YamlMap(reading.name, what, map);
            }
            throw new InputException(
                    reading.name, 1, 1, what + " is a mapping, for example '" + first + "' on the first line");
        } catch (MarkedYamlEngineException e) {
            String context = e.getContext() == null ? "" : e.getContext() + ", ";
            throw reading.error(e.getProblemMark(), "not YAML: " + context + e.getProblem());
        } catch (YamlVersionException e) {
            throw new InputException(
                    reading.name,
                    1,
                    1,
                    "not YAML 1.2, but " + e.getSpecVersion().getMajor() + "."
                            + e.getSpecVersion().getMinor());
        } catch (YamlEngineException e) {
            throw new InputException(
                    reading.name,
                    1,
                    1,
                    "not YAML: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    /** YAML knows no control characters but for tab and line feed, and others that no text has. */
    private String requirePrintable(String text) {
        int column = 0;
        int line = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            column++;
            if (!StreamReader.isPrintable(c)) {
                throw new InputException(
                        name, line + 1, column, String.format("the character U+%04X is not allowed in YAML", c));
            }
            if (c == '\n') {
                line++;
                column = 0;
            }
        }
        return text;
    }

    /** Runs before the tree is composed: composing recurses, and aliases would make it share nodes. */
    private void requirePlainData(LoadSettings settings, String text) {
        int nesting = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof CollectionEndEvent) {
                nesting--;
            } else if (event instanceof CollectionStartEvent && ++nesting > MAX_NESTING) {
                throw error(event.getStartMark(), "nested deeper than " + MAX_NESTING);
            }
            if (event instanceof NodeEvent n && n.getAnchor().isPresent()) {
                throw error(event.getStartMark(), "anchors and aliases are not accepted; write the value out");
            }
            if ((event instanceof CollectionStartEvent c && c.getTag().isPresent())
                    || (event instanceof ScalarEvent s && s.getTag().isPresent())) {
                throw error(event.getStartMark(), "tags are not accepted; write the plain value");
            }
        }
    }

    private InputException error(Optional<Mark> mark, String message) {
        int line = mark.map(m -> m.getLine() + 1).orElse(0);
        int column = mark.map(m -> m.getColumn() + 1).orElse(0);
        return new InputException(name, line, column, message.replaceAll("\\s+", " "));
    }
}
