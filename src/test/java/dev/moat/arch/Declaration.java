package dev.moat.arch;

/**
 * What source texts declare, as the compiler's parser reads them.
 *
 * @param packageName the package
 * @param name the type's, with those around it, and the method's; {@code <init>} for a constructor
 * @param parameters how many; of a record, its components
 * @param lines from the first line of a method to its last one; 0 for a type
 * @param type whether it is a type that is in no other
 */
record Declaration(String packageName, String name, int parameters, int lines, boolean type) {}
