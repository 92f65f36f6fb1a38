package dev.moat.planted.dma.layer.range;

import dev.moat.planted.dma.layer.SeesTheBitmap;

/** Planted: a package below that knows the one above. */
public final class AsksBack {
    private AsksBack() {}

    /** What the layer sees. */
    public static int seen() {
        return SeesTheBitmap.next();
    }
}
