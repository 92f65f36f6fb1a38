package dev.moat.planted.page;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Planted: a file that is not created but followed, and JSON in which nothing is escaped. */
public final class WritesByItself {
    void write() throws IOException {
        Files.writeString(Path.of("planted"), new Gson().toJson("planted"));
    }
}
