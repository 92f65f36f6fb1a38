/**
 * The result of a device's request in two views: two judges that need no property, for states in which both views
 * apply.
 */
@NullMarked
package dev.moat.check.mutants.view;

import org.jspecify.annotations.NullMarked;
