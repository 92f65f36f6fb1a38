package dev.moat.conform.xen;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real Xen under QEMU, which {@code bench/live-xen.sh} has answer rows. */
record LiveXen(Path work) {
    /** The release that is asked, {@code -Dlive.release=xen-4.20} or {@code xen-4.22} where {@code MOAT_XEN} names another than 4.17. */
    static final XenRelease RELEASE =
            XenRelease.of(System.getProperty("live.release", "xen-4.17")).orElseThrow();

    private static final LiveScript SCRIPT = new LiveScript("bench/live-xen.sh", "Xen");

    /** The rows with its answers; skips the test where a tool is missing. */
    String ask(String rows, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        arguments.add(Files.writeString(work.resolve("rows.csv"), rows).toString());
        arguments.addAll(List.of(options));
        Path answers = work.resolve("answers.csv");
        SCRIPT.answer(answers, arguments);
        return Files.readString(answers, StandardCharsets.US_ASCII);
    }
}
