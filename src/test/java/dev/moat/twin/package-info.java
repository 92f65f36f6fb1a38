/**
 * Slow, obvious twins of the units and drivers of AMD-Vi, Calgary and GART, written from the fact sheets and the tables beside
 * the recorded answers, by someone who has not seen the implementations.
 */
package dev.moat.twin;
