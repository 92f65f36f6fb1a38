package dev.moat.model;

import dev.moat.state.Sort;

/**
 * A formal argument of an action or operation; the alphabet is enumerated over its sort.
 *
 * @param name for printing
 * @param sort what it ranges over
 */
public record Argument(String name, Sort sort) {}
