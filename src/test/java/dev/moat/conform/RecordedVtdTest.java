package dev.moat.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Moat's Xen with a VT-d unit against the answers of a real one. */
class RecordedVtdTest {
    static final String NAME = "xen-oracle/vtd-pv-4.17.csv";

    @Test
    void answersAsRecordedXenDoes() throws IOException {
        try (InputStream in = RecordedVtdTest.class.getClassLoader().getResourceAsStream(NAME)) {
            Conformance found =
                    XenRecords.run(NAME, new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8));
            System.out.println(found.summary());
            found.disagreements().stream().limit(40).forEach(System.out::println);
            assertThat(found.disagreements()).isEmpty();
        }
    }
}
