package dev.moat.model;

import java.util.List;

/** Code that stands in a text and not in a class of its own. */
public interface Written {
    /** The file. */
    String file();

    /** The line, from 1. */
    int line();

    /** Its lines as they stand there, the first one being {@link #line}. */
    List<String> lines();
}
