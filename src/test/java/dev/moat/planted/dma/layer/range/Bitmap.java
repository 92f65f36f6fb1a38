package dev.moat.planted.dma.layer.range;

/** What a driver's callbacks hide. */
public final class Bitmap {
    private Bitmap() {}

    /** The place where the next search begins. */
    public static int hint() {
        return 0;
    }
}
