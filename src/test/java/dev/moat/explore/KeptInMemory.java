package dev.moat.explore;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Keeps the search after every block of work, and begins with one that was kept. */
final class KeptInMemory implements Checkpointer {
    final List<byte[]> kept = new ArrayList<>();
    private final byte[] from;

    /** @param from what was kept of a search; nothing for one that begins anew */
    KeptInMemory(byte[] from) {
        this.from = from;
    }

    @Override
    public boolean restore(Reading search) {
        try {
            if (from.length > 0) {
                search.from(new DataInputStream(new ByteArrayInputStream(from)));
            }
            return from.length > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean due() {
        return true;
    }

    @Override
    public void keep(Writing search) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            search.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kept.add(bytes.toByteArray());
    }
}
