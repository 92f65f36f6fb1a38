package dev.moat.conform.record;

import dev.moat.input.InputException;
import dev.moat.model.setting.Suggestion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a cell of the form {@code name=value;name=value}; a part without {@code =} has its own name as value. */
public final class Fields {
    private final Cell whole;
    private final Map<String, Cell> values = new LinkedHashMap<>();

    /** @throws InputException at a name that is given twice */
    public Fields(Cell cell) {
        whole = cell;
        int from = 0;
        while (from < cell.text().length()) {
            int semicolon = cell.text().indexOf(';', from);
            int to = semicolon < 0 ? cell.text().length() : semicolon;
            add(cell.part(from, to));
            from = to + 1;
        }
    }

    private void add(Cell part) {
        int equals = part.text().indexOf('=');
        String name = equals < 0 ? part.text() : part.text().substring(0, equals);
        if (values.put(name, part.part(equals + 1, part.text().length())) != null) {
            throw part.error("'" + name + "' is given twice");
        }
    }

    /** The value of a member; InputException at the cell when it is missing. */
    public Cell get(String name) {
        Cell value = values.get(name);
        if (value == null) {
            throw whole.error("'" + name + "=' is missing");
        }
        return value;
    }

    /** The value of a member that a recorder may call otherwise; InputException at the cell when it has none of these names. */
    public Cell get(String name, String... otherwise) {
        for (String other : otherwise) {
            Cell value = values.get(other);
            if (value != null && values.get(name) == null) {
                return value;
            }
        }
        return get(name);
    }

    /** InputException at the first member that is not named like one of these. */
    void checkNames(Set<String> known) {
        values.forEach((name, value) -> {
            if (!known.contains(name)) {
                throw value.error("'" + name + "' is no argument of this operation" + Suggestion.among(name, known));
            }
        });
    }

    /** The member of this name, or null. */
    @Nullable
    public Cell find(String name) {
        return values.get(name);
    }
}
