/** What a request of a device gets, seen twice: two judges that need no property, where both views speak. */
@NullMarked
package dev.moat.check.mutants.view;

import org.jspecify.annotations.NullMarked;
