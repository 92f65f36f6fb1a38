package dev.moat.dma.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.dma.release.LinuxRelease;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The option {@code swiotlb=}, and what is made of it where memory is short. */
class BootPoolTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            ''            | 4 | 32768 | 4  | false
            ''            | 6 | 32768 | 8  | false
            ''            | 1 | 32768 | 1  | false
            65536         | 4 | 65536 | 4  | false
            1000          | 4 | 1024  | 4  | false
            1025          | 1 | 2048  | 1  | false
            1             | 4 | 512   | 4  | false
            0             | 4 | 512   | 4  | false
            0x400         | 4 | 1024  | 4  | false
            0X400         | 4 | 1024  | 4  | false
            02000         | 4 | 1024  | 4  | false
            0x            | 4 | 512   | 4  | false
            1024,2        | 4 | 1024  | 2  | false
            1024,3        | 4 | 1024  | 4  | false
            128,8         | 4 | 1024  | 8  | false
            ',8'          | 4 | 32768 | 8  | false
            1024,0        | 4 | 1024  | 1  | false
            ',0,force'    | 4 | 32768 | 1  | true
            force         | 4 | 32768 | 4  | true
            ',force'      | 4 | 32768 | 4  | true
            1024,force    | 4 | 1024  | 4  | true
            1024,2,force  | 4 | 1024  | 2  | true
            1024,2,forced | 4 | 1024  | 2  | false
            1024x,2       | 4 | 1024  | 4  | false
            noforce       | 4 | 0     | 1  | false
            """)
    void asked(String option, int cpus, int slots, int areas, boolean force) {
        assertThat(BootPool.asked(option, cpus, LinuxRelease.LINUX_6_1)).isEqualTo(new BootPool(slots, areas, force));
    }

    @Test
    void halvedUntilThereIsMemory() {
        List<Integer> tried = new ArrayList<>();
        BootPool pool = BootPool.asked("", 8, LinuxRelease.LINUX_6_1).made(slots -> {
            tried.add(slots);
            return slots <= 3000;
        });
        assertThat(tried).containsExactly(32768, 16384, 8192, 4096, 2048);
        assertThat(pool).isEqualTo(new BootPool(2048, 8, false));
    }

    /** 1 MiB is tried last; then there is none. The areas stay, here with 64 slots each, less than a segment. */
    @Test
    void downToOneMebibyte() {
        assertThat(BootPool.asked("1024,8", 1, LinuxRelease.LINUX_6_1).made(slots -> slots <= 512))
                .isEqualTo(new BootPool(512, 8, false));
        assertThat(BootPool.asked("", 1, LinuxRelease.LINUX_6_1)
                        .made(slots -> slots < 512)
                        .slots())
                .isZero();
        assertThat(BootPool.asked("noforce", 1, LinuxRelease.LINUX_6_1)
                        .made(slots -> true)
                        .slots())
                .isZero();
    }

    /** Linux 6.12 has no more areas than segments. */
    @Test
    void fewerAreasForFewerSlots() {
        BootPool asked = BootPool.asked("1024,8", 1, LinuxRelease.LINUX_6_1);
        assertThat(asked.made(slots -> slots <= 512, LinuxRelease.LINUX_6_12)).isEqualTo(new BootPool(512, 4, false));
        assertThat(asked.made(slots -> slots <= 1024, LinuxRelease.LINUX_6_12)).isEqualTo(new BootPool(1024, 8, false));
        assertThat(asked.made(slots -> false, LinuxRelease.LINUX_6_12).slots()).isZero();
    }

    /** In 7.3 something may follow the last word. */
    @Test
    void moreOptions() {
        for (LinuxRelease release : LinuxRelease.values()) {
            boolean more = release == LinuxRelease.LINUX_7_3;
            assertThat(BootPool.asked("512,force,track_hiwater", 1, release).force())
                    .isEqualTo(more);
            assertThat(BootPool.asked("noforce,track_hiwater", 1, release).slots())
                    .isEqualTo(more ? 0 : 32768);
        }
    }
}
