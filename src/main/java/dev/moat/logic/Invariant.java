package dev.moat.logic;

/** placeholder for the logic package's author: id, says, kind, source, formula, witness, text. */
public record Invariant(String id, String says, String kind, String source) {}
