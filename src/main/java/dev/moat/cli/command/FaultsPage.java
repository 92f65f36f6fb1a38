package dev.moat.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.input.Printable;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.page.Html;
import java.util.List;
import java.util.Map;

/** The injected faults of components against the properties that each must break, as a page for a browser. */
final class FaultsPage {
    private FaultsPage() {}

    /**
     * The text of the page; components without faults are not on it.
     *
     * @param invariants what the properties demand, by id, in the order of the columns
     */
    public static String of(List<Component> components, Map<String, String> invariants) {
        JsonArray faults = new JsonArray();
        for (Component component : components) {
            component.faults().forEach(f -> faults.add(fault(component.id(), f)));
        }
        JsonArray says = new JsonArray();
        invariants.forEach((id, demand) -> {
            JsonObject one = new JsonObject();
            one.addProperty("id", Printable.of(id));
            one.addProperty("says", Printable.of(demand));
            says.add(one);
        });
        JsonObject data = new JsonObject();
        data.add("faults", faults);
        data.add("invariants", says);
        return Html.page("moat faults", List.of("element.js", "table.js", "faults.js"), data, false);
    }

    private static JsonObject fault(String component, InjectedFault fault) {
        JsonObject one = new JsonObject();
        one.addProperty("component", Printable.of(component));
        one.addProperty("fault", Printable.of(fault.id()));
        one.addProperty("says", Printable.of(fault.says()));
        one.addProperty("bug", Printable.of(fault.bug()));
        one.addProperty("at", Printable.of(fault.visibleAt()));
        JsonArray breaks = new JsonArray();
        fault.breaks().forEach(id -> breaks.add(Printable.of(id)));
        one.add("breaks", breaks);
        return one;
    }
}
