package dev.moat.scenario;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.GsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The committed schema of scenarios, read once for all that is held against it. */
final class ScenarioSchema {
    private final Validator validator =
            new ValidatorFactory().withJsonNodeFactory(new GsonNode.Factory()).createValidator();
    private final Gson gson = new GsonBuilder().serializeNulls().create();
    private final URI schema;

    ScenarioSchema() throws IOException {
        schema = validator.registerSchema(Files.readString(Path.of("specs/scenario.schema.json")));
    }

    boolean accepts(String yaml) {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return validator.validate(schema, gson.toJson(tree)).isValid();
    }
}
