package dev.moat.planted.state;

import dev.moat.planted.model.Exits;

/** Planted: a package uses one above it. */
public final class UsesModel {
    Exits above = new Exits();
}
