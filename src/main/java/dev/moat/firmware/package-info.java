/** ACPI tables as bytes, and what a family of IOMMUs is told of a unit to describe it in one. {@code @source} ACPI 6.x, chapter 5.2. */
@NullMarked
package dev.moat.firmware;

import org.jspecify.annotations.NullMarked;
