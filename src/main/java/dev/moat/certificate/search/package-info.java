/** Finds certificates: instances that a model still lacks, and a propositional refutation of them. Nothing here has to be trusted. */
@NullMarked
package dev.moat.certificate.search;

import org.jspecify.annotations.NullMarked;
