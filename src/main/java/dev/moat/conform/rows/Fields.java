package dev.moat.conform.rows;

import dev.moat.input.InputException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a cell by name: {@code name=value;name=value}, a part without {@code =} has its own name as value. */
public final class Fields {
    private final Cell whole;
    private final Map<String, Cell> values = new LinkedHashMap<>();
    private final Map<String, Cell> names = new LinkedHashMap<>();

    /** Members between semicolons. */
    public Fields(Cell cell) {
        this(cell, ';');
    }

    /** @throws InputException at a name that is given twice */
    public Fields(Cell cell, char separator) {
        whole = cell;
        for (Cell part : cell.list(separator)) {
            int equals = part.text().indexOf('=');
            Cell name = equals < 0 ? part : part.part(0, equals);
            names.put(name.text(), name);
            if (values.put(name.text(), part.part(equals + 1)) != null) {
                throw part.error("'" + name.text() + "' is given twice");
            }
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

    /** The member of this name, or null. */
    @Nullable
    public Cell find(String name) {
        return values.get(name);
    }

    /** These members, as an operation has arguments of these names only; {@link Cell#unknown} at the first that has another one. */
    public Fields only(Set<String> known) {
        names.forEach((name, cell) -> {
            if (!known.contains(name)) {
                throw cell.unknown("argument", known);
            }
        });
        return this;
    }
}
