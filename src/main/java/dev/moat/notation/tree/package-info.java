/**
 * The tree of a component: plain records with positions. A text is one reading of it ({@code dev.moat.notation.text}), values made by
 * Java are another. {@link dev.moat.notation.tree.Tree} is the root.
 */
@NullMarked
package dev.moat.notation.tree;

import org.jspecify.annotations.NullMarked;
