package dev.moat.planted.dma.layer;

import dev.moat.planted.dma.layer.range.Bitmap;

/** A layer that looks behind the driver's callbacks. */
public final class SeesTheBitmap {
    private SeesTheBitmap() {}

    /** Where a search would begin. */
    public static int next() {
        return Bitmap.hint() + 1;
    }
}
