package dev.moat.tests;

/** How much a test of chance or of many states looks at: every build a part, the profile {@code deep} more. */
public final class Volume {
    private static final boolean DEEP = Boolean.getBoolean("moat.deep");

    private Volume() {}

    /** The first number in every build, the second one in the profile {@code deep}. */
    public static int of(int build, int deep) {
        return DEEP ? deep : build;
    }
}
