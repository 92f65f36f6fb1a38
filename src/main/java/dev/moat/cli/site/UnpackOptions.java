package dev.moat.cli.site;

import dev.moat.input.PackedText;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How far a packed recording may unpack. */
public final class UnpackOptions {
    @Option(
            names = "--unpacked",
            paramLabel = "SIZE",
            converter = Quantity.Bytes.class,
            description =
                    "give up when a packed file unpacks to more than, say, 2g; default: 256m, or 200 times its own size if that"
                            + " is more")
    private @Nullable Long most;

    /** Whether somebody says how far. */
    public boolean isGiven() {
        return most != null;
    }

    /**
     * What a stream holds, unpacked where it is packed.
     *
     * @param name for messages
     * @throws dev.moat.input.InputException when it is damaged
     */
    public InputStream open(String name, InputStream in) throws IOException {
        return PackedText.open(name, in, most);
    }
}
