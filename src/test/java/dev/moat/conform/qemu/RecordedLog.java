package dev.moat.conform.qemu;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** A log as lines, to be judged as it is or changed; lines are numbered from 1, as in messages. */
record RecordedLog(List<String> lines) {
    static final String LOG = "qemu-7.2-vtd-strict-nvme.log";
    static final String TRACE = "linux-6.1-vtd-strict-nvme.trace";

    static RecordedLog load(String name) throws IOException {
        try (InputStream in = RecordedLog.class.getClassLoader().getResourceAsStream("traces/" + name + ".gz");
                InputStream text = new GZIPInputStream(Objects.requireNonNull(in))) {
            return of(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static RecordedLog of(String text) {
        return new RecordedLog(text.lines().toList());
    }

    QemuLog.Source source(String name) {
        return bytes(name, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static QemuLog.Source bytes(String name, byte[] bytes) {
        return new QemuLog.Source() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    QemuReport judge(@Nullable RecordedLog trace) throws IOException {
        return QemuLog.judge(source("q.log"), trace == null ? null : trace.source("g.trace"));
    }

    String line(int number) {
        return lines.get(number - 1);
    }

    /** The first line from a number on that contains a text. */
    int find(int from, String text) {
        for (int i = from; i <= lines.size(); i++) {
            if (line(i).contains(text)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no '" + text + "' from line " + from);
    }

    RecordedLog replace(int number, String old, String by) {
        if (!line(number).contains(old)) {
            throw new IllegalArgumentException("line " + number + " has no '" + old + "': " + line(number));
        }
        List<String> changed = new ArrayList<>(lines);
        changed.set(number - 1, line(number).replace(old, by));
        return new RecordedLog(changed);
    }

    RecordedLog drop(int number, int count) {
        List<String> changed = new ArrayList<>(lines);
        changed.subList(number - 1, number - 1 + count).clear();
        return new RecordedLog(changed);
    }
}
