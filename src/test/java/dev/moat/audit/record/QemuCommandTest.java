package dev.moat.audit.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.model.BadSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a recording makes of a user's command and symbols. */
class QemuCommandTest {
    private static final Path DIRECTORY = Path.of("/work,1");

    private static QemuCommand command(String words) {
        return new QemuCommand(List.of(words.split(" ")), DIRECTORY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "q -machine q35 -m 1G | it has no IOMMU",
                "q -device intel-iommu -m 1G | its machine is not q35",
                "q -M pc -device amd-iommu | its machine is not q35",
                "q -M pc,iommu=smmuv3 | its machine is not virt",
                "q -M virt,iommu=smmuv3 -cpu max | no plug-in sees",
                "q -M q35,accel=kvm -device intel-iommu | it runs on kvm",
                "q -M q35 --accel kvm -device intel-iommu | it runs on kvm",
                "q -M q35 -enable-kvm -device intel-iommu | -enable-kvm runs without plug-ins",
                "q -M q35 -accel tcg,thread=single -device intel-iommu | thread=single tells wrong numbers",
                "q -M q35 -icount 3 -device intel-iommu | -icount runs CPUs in turn",
                "q -M q35 -device intel-iommu -m much | its memory's size 'much'",
                "q -M q35,memory-backend=r -object memory-backend-ram,id=r -device intel-iommu | its memory is chosen without a file",
                "q -M q35 -device intel-iommu -object memory-backend-file,id=r,mem-path=f | needs share=on",
                "q -M q35 -device intel-iommu -object memory-backend-file,id=r,share=on | has no mem-path="
            })
    void saysWhatItNeeds(String words, String why) {
        assertThatThrownBy(() -> command(words))
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith("this command of QEMU cannot be recorded: ")
                .hasMessageContaining(why);
    }

    /** Memory below 4 GiB is all of it up to 2.75 GiB, and 2 GiB of more; commas in names are doubled, as QEMU wants them. */
    @ParameterizedTest
    @CsvSource({"1G, 1073741824", "2815M, 2951741440", "2816M, 2147483648", "8G, 2147483648", "size=512, 536870912"})
    void addsAcceleratorAndMemory(String size, String low) {
        QemuCommand command = command("q -M q35 -device amd-iommu,dma-remap=on -m " + size);
        assertThat(command.added().get(0)).isEqualTo("-accel tcg,thread=multi");
        assertThat(command.added().get(1)).contains("share=on,mem-path=/work,,1/memory");
        assertThat(command.unit()).isEqualTo(QemuCommand.UnitKind.AMD_VI);
        List<String> all = command.with(Path.of("p.so"), List.of("events=/work,1/e"), Path.of("m"));
        assertThat(all.get(all.indexOf("-plugin") + 1))
                .isEqualTo("p.so,unit=amd-vi,base=4275568640,memory=/work,,1/memory,ram=0,low=" + low
                        + ",events=/work,,1/e");
    }

    /** All memory of these machines is in one piece. */
    @ParameterizedTest
    @CsvSource({
        "'virt,iommu=smmuv3 -cpu cortex-a72', 'unit=smmuv3,base=151322624', 'ram=1073741824,low=4294967296'",
        "'virt,aia=aplic-imsic,iommu-sys=on', 'unit=riscv,base=50397184', 'ram=2147483648,extended=1,low=4294967296'"
    })
    void knowsTheUnitsOfVirtualMachines(String machine, String unit, String memory) {
        QemuCommand command = command("q -m 4G -M " + machine);
        assertThat(command.with(Path.of("p"), List.of(), Path.of("m")).toString())
                .contains(unit + ",memory=/work,,1/memory," + memory);
    }

    @Test
    void takesTheUsersOwnMemoryFile() {
        QemuCommand command = command("q -accel tcg -machine q35,memory-backend=r -device intel-iommu -m 4G"
                + " -object memory-backend-file,id=r,size=4G,mem-path=/dev/shm/x,share=on");
        assertThat(command.added()).isEmpty();
        assertThat(command.with(Path.of("p"), List.of(), Path.of("m")).toString())
                .contains("memory=/dev/shm/x,ram=0,low=2147483648");
    }

    @Test
    void findsFunctionsInSymbols(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("kallsyms");
        Files.writeString(file, """
                ffffffff81000010 t __iommu_dma_unmap.isra.0
                ffffffff81000020 T qi_submit_sync\t[intel]
                ffffffff81000030 T free_unref_page
                ffffffff81000040 t iommu_unmap.part.0
                ffffffff81000050 T other
                """);
        WatchedFunctions found = WatchedFunctions.of(WatchedFunctions.Known.LINUX, file);
        assertThat(found.lines())
                .containsExactly(
                        "0xffffffff81000010 __iommu_dma_unmap call\n",
                        "0xffffffff81000020 qi_submit_sync call\n",
                        "0xffffffff81000030 free_unref_page free\n");
        assertThat(found.events()).containsExactly("function __iommu_dma_unmap unmap", "function qi_submit_sync wait");
        assertThat(found.says().get(1)).contains("iommu_unmap");
    }

    @ParameterizedTest
    @CsvSource({
        "'0000000000000000 T qi_submit_sync\n', all addresses are 0: read /proc/kallsyms as root",
        "'ffffffff81000010 T main\n', it has none of the functions that Moat watches",
        "'ffffffff81000010 T main\nrubbish\n', a symbol is a line ADDRESS TYPE NAME"
    })
    void refusesSymbolsThatSayNothing(String text, String why, @TempDir Path directory) throws IOException {
        Path file = directory.resolve("kallsyms");
        Files.writeString(file, text);
        assertThatThrownBy(() -> WatchedFunctions.of(WatchedFunctions.Known.LINUX, file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(why);
    }
}
