package dev.moat.planted.scenario;

import dev.moat.planted.model.Prints;
import dev.moat.planted.xen.Counts;

/** Planted: uses a component by its classes; what it uses of the package below is fine. */
public final class UsesXen {
    Prints below = new Prints();
    Counts[] component = {};
}
