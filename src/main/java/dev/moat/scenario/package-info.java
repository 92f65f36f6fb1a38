/**
 * From names to a runnable machine: {@link dev.moat.scenario.ScenarioLibrary} finds scenario files,
 * {@link dev.moat.scenario.ScenarioReader} reads them, {@link dev.moat.scenario.Catalog} builds what they name.
 */
@NullMarked
package dev.moat.scenario;

import org.jspecify.annotations.NullMarked;
