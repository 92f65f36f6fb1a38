package dev.moat.xen.iospace.dma;

import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/** The buffers that drivers have: one frame, or two in either order, as they lie under pages that follow each other. */
final class Buffers {
    private Buffers() {}

    /** All of the first frames. */
    static List<int[]> of(int frames) {
        List<int[]> all = new ArrayList<>();
        for (int f = 0; f < frames; f++) {
            all.add(new int[] {f});
        }
        for (int f = 0; f < frames; f++) {
            for (int g = 0; g < frames; g++) {
                if (f != g) {
                    all.add(new int[] {f, g});
                }
            }
        }
        return all;
    }

    /** A sort of them; a second frame is named behind the sign. */
    static Sort labels(String name, String sign, Sort frames, List<int[]> buffers) {
        List<String> labels = new ArrayList<>();
        for (int[] b : buffers) {
            String first = frames.label(b[0]);
            labels.add(b.length == 1 ? first : first + sign + frames.label(b[1]));
        }
        return new Sort(name, labels);
    }
}
