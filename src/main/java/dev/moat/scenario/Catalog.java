package dev.moat.scenario;

import dev.moat.input.InputException;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.Components;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.model.Suggestion;
import dev.moat.notation.machine.NotedComponent;
import dev.moat.notation.machine.TextModels;
import dev.moat.notation.text.SaidEdit;
import dev.moat.notation.tree.Item;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds components by name and builds machines from them. */
public final class Catalog {
    /** The parameter that says which IOMMU there is, of components that have one of several. */
    private static final String FAMILY = "iommu";

    private final List<Component> components;
    /** Components of texts by the names of their files, each as it was when it was last asked for. */
    private final Map<String, NotedComponent> texts = new ConcurrentHashMap<>();

    private Catalog(List<Component> components) {
        this.components = components;
    }

    /**
     * All components that the class path registers, by id.
     *
     * @throws java.util.ServiceConfigurationError when something else than a component or a family is registered as one
     * @throws BadSettingException when one has no id, or that of another one: only one of the two would ever run
     */
    public static Catalog load() {
        Registered.requireNoneOfJavas();
        Stream<Component> classes = ServiceLoader.load(Component.class).stream().map(ServiceLoader.Provider::get);
        Stream<Component> others =
                ServiceLoader.load(Components.class).stream().flatMap(provider -> provider.get().all().stream());
        List<Component> all = Stream.concat(others, classes).map(Catalog::named).toList();
        Map<String, Component> byId = new HashMap<>();
        for (Component component : all) {
            Stream.concat(Stream.of(component.id()), component.otherIds().stream())
                    .distinct()
                    .forEach(id -> requireOne(id, byId.put(id, component), component));
        }
        return new Catalog(
                all.stream().sorted(Comparator.comparing(Component::id)).toList());
    }

    private static void requireOne(String id, @Nullable Component before, Component component) {
        if (before != null) {
            throw new BadSettingException(
                    id,
                    "two components are named '" + id + "': class '"
                            + before.getClass().getName() + "' and class '"
                            + component.getClass().getName() + "'");
        }
    }

    /** The registered components, by id. */
    public List<Component> components() {
        return components;
    }

    /**
     * A component by id, by the name of its text when that ends in {@code .moat}, or by class name when the name has a dot.
     *
     * @throws BadSettingException when there is none, or the class cannot be used
     * @throws java.io.UncheckedIOException when a text cannot be read
     * @throws dev.moat.input.InputException at the first place of a text that is no part of the notation
     */
    public Component component(String name) {
        for (Component c : components) {
            if (c.id().equals(name) || c.otherIds().contains(name)) {
                return c;
            }
        }
        if (isText(name)) {
            return text(name);
        }
        if (name.contains(".")) {
            return instantiate(name);
        }
        List<String> known = components.stream().map(Component::id).toList();
        throw new BadSettingException(name, "unknown component '" + name + "'" + Suggestion.among(name, known));
    }

    /** Whether a name is that of a text in the model notation, and not an id. */
    public static boolean isText(String name) {
        return name.endsWith(TextModels.SUFFIX);
    }

    /** The component of a text. Throws as {@link #component}. */
    NotedComponent text(String name) {
        return Objects.requireNonNull(texts.compute(name, (file, known) -> {
            try {
                return TextModels.of(Path.of(file), known);
            } catch (InvalidPathException e) {
                throw new BadSettingException(file, "'" + file + "' cannot be the name of a file: " + e.getReason());
            }
        }));
    }

    /** Ids of the properties that a component has of its own. Throws as {@link #component}. */
    public List<String> ownProperties(String component) {
        return isText(component)
                ? text(component)
                        .tree()
                        .all(Item.Property.class)
                        .map(Item.Property::id)
                        .toList()
                : List.of();
    }

    /** A complaint about a property that a scenario of a text names, at that place. */
    public InputException error(Scenario scenario, String property, String message) {
        return TextScenarios.error(this, scenario, property, message);
    }

    private static Component named(Component component) {
        String name = component.getClass().getName();
        String id = component.id();
        if (id == null || id.isEmpty()) {
            throw new BadSettingException(name, "class '" + name + "' has no id");
        }
        if (UserExtensions.isOwn(component.getClass())) {
            requireAll(name, "says()", Collections.singletonList(component.says()));
            requireAll(name, "otherIds()", component.otherIds());
            requireAll(name, "parameters()", component.parameters());
            requireAll(name, "faults()", component.faults());
            requireAll(name, "omissions()", component.omissions());
        }
        return component;
    }

    private static void requireAll(String name, String what, @Nullable List<?> answer) {
        if (answer == null || answer.stream().anyMatch(Objects::isNull)) {
            throw new BadSettingException(name, "class '" + name + "' answers null to " + what);
        }
    }

    /** Whether code that is not Moat's takes part in a machine: its component, or as far as is known its IOMMU. */
    public boolean hasOwn(MachineSpec spec) {
        Component component = component(spec.component());
        return hasOwnSteps(spec)
                || (Registered.byOthers("dev.moat.iommu.Family")
                        && component.parameters(spec.settings()).stream()
                                .anyMatch(p -> p.name().equals(FAMILY)));
    }

    /** Whether the component is not Moat's, and so neither are the programs of its operations. */
    public boolean hasOwnSteps(MachineSpec spec) {
        return isText(spec.component())
                || UserExtensions.isOwn(component(spec.component()).getClass());
    }

    private static Component instantiate(String className) {
        try {
            // The name may come from an untrusted file: nothing of the class runs before it is known to be a component.
            Class<?> type =
                    Class.forName(className, false, Thread.currentThread().getContextClassLoader());
            return named(
                    type.asSubclass(Component.class).getDeclaredConstructor().newInstance());
        } catch (ClassNotFoundException e) {
            throw new BadSettingException(className, "class '" + className + "' is not on the class path");
        } catch (ClassCastException e) {
            throw new BadSettingException(className, "class '" + className + "' is not a " + Component.class.getName());
        } catch (InvocationTargetException e) {
            throw new BadSettingException(className, "class '" + className + "' cannot be created: " + e.getCause());
        } catch (LinkageError e) {
            // Of another version of Java, without a class that it needs, or an error of what it does when it is first
            // used.
            Throwable cause = e instanceof ExceptionInInitializerError && e.getCause() != null ? e.getCause() : e;
            throw new BadSettingException(className, "class '" + className + "' cannot be loaded: " + cause);
        } catch (ReflectiveOperationException e) {
            throw new BadSettingException(
                    className, "class '" + className + "' needs a public constructor without parameters");
        }
    }

    /**
     * Builds a machine.
     *
     * @throws BadSettingException for an unknown component, parameter or fault, or a value out of range; the
     *     subject says which
     */
    public Machine machine(MachineSpec spec) {
        return new Machine(model(spec), spec.granularity(), spec.merged());
    }

    /** The same without its alphabet, which at real sizes takes longest. Throws as {@link #machine}. */
    public Model model(MachineSpec spec) {
        return model(spec, new Edits());
    }

    /** The same with edits beside those of the injected faults. */
    public Model model(MachineSpec spec, Edits edits) {
        Component component = component(spec.component());
        Setting setting = setting(component, spec.settings());
        for (String id : spec.faults()) {
            fault(component, id).edit().accept(edits);
        }
        ModelBuilder builder = new ModelBuilder(edits);
        component.build(setting, builder);
        return builder.build();
    }

    /** Which parameters there are may depend on the family of the IOMMU; of one that another has, that is said. */
    private static Setting setting(Component component, Map<String, String> given) {
        List<Parameter> declared = component.parameters(given);
        try {
            return new Setting(declared, given);
        } catch (BadSettingException e) {
            String name = e.subject();
            boolean known = declared.stream().anyMatch(p -> p.name().equals(name));
            List<String> others = known ? List.of() : others(component, declared, given, name);
            throw others.isEmpty()
                    ? e
                    : new BadSettingException(
                            name,
                            "parameter '" + name + "' is there with " + FAMILY + "=" + String.join(", ", others)
                                    + " only");
        }
    }

    /** With which other families the component would have the parameter. */
    private static List<String> others(
            Component component, List<Parameter> declared, Map<String, String> given, String name) {
        return declared.stream()
                .filter(p -> p.name().equals(FAMILY))
                .flatMap(p -> p.choices().stream())
                .filter(family -> {
                    Map<String, String> other = new LinkedHashMap<>(given);
                    other.put(FAMILY, family);
                    return component.parameters(other).stream()
                            .anyMatch(p -> p.name().equals(name));
                })
                .toList();
    }

    /**
     * A component's injected fault or omission by id; or an edit of its programs, by its words.
     *
     * @throws BadSettingException when there is none
     */
    public static InjectedFault fault(Component component, String id) {
        if (SaidEdit.is(id)) {
            return SaidEdit.fault(id);
        }
        List<String> known = component.faults().stream().map(InjectedFault::id).toList();
        return Stream.concat(component.faults().stream(), component.omissions().stream())
                .filter(f -> f.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new BadSettingException(
                        id,
                        "component " + component.id() + " has no injected fault '" + id + "'"
                                + (known.isEmpty() ? "" : Suggestion.among(id, known))
                                + (id.contains(",") ? "; each has an --inject of its own" : "")));
    }
}
