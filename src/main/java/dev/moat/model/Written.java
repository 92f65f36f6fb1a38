package dev.moat.model;

/** Code that stands in a text and not in a class of its own. */
public interface Written {
    /** The file. */
    String file();

    /** The line, from 1. */
    int line();
}
