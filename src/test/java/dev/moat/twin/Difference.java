package dev.moat.twin;

/**
 * Where two systems part.
 *
 * @param step the operation, counted from 0
 * @param text what each of them said
 */
public record Difference(int step, String text) {}
