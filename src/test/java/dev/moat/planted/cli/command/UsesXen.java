package dev.moat.planted.cli.command;

import dev.moat.planted.conform.rows.Runs;
import dev.moat.planted.xen.Counts;

/** Planted: a command uses what is below {@code conform}, of which it may use nothing but that itself. */
public final class UsesXen {
    Runs allowed = new Runs();
    Counts[] component = {};
}
