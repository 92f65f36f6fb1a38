package dev.moat.iommu.vocabulary;

/** The invalidations that software has under way, as the vocabulary's tokens: numbered, those of a CPU in a row. */
public interface Tokens {
    /** The first token of a CPU; the last one is before the first of the next. */
    int first(int cpu);

    /** The only token that a CPU can have under way, or -1 where it can have several or has none. */
    int onlyOne(long[] s, int cpu);

    /** How many tokens a CPU has for one page under one tag at one unit. */
    int lanes();

    /** The token of a CPU for a page under a tag at a unit, in a lane from 0. */
    int ofPage(int cpu, int lane, int unit, int tag, int page);

    /** Whether hardware has still to do what a token that is under way stands for. */
    boolean isQueued(long[] s, int token);
}
