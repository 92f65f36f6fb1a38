package dev.moat.planted.iommu.vtd.linux;

import dev.moat.planted.dma.layer.range.Bitmap;

/** Planted: a driver that knows the layer above it. */
public final class AsksTheLayer {
    private AsksTheLayer() {}

    /** Where the layer would begin. */
    public static int next() {
        return Bitmap.hint();
    }
}
