package dev.moat.scenario;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.machine.Granularity;
import dev.moat.model.BadSettingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which parameters there are depends on the IOMMU: of one that is another's, that is said, and of a wrong name what it could be. */
class OtherFamilyTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            calgary | fault-registers | parameter 'fault-registers' is there with iommu=vtd only
            calgary | levels          | parameter 'levels' is there with iommu=vtd, amd-vi only
            vtd     | table-size      | parameter 'table-size' is there with iommu=calgary only
            calgary | fault-registrs  | unknown parameter 'fault-registrs'
            """)
    void theOneThatHasItIsNamed(String family, String name, String message) {
        MachineSpec spec = new MachineSpec(
                "iommu-api", Map.of("iommu", family, name, "2"), Granularity.OPERATION, true, List.of());
        assertThatThrownBy(() -> Catalog.load().model(spec))
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith(message);
    }
}
