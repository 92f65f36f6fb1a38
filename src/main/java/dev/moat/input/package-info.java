/** Reading what others wrote: files of bounded size, packed or plain, and complaints that name file, line and column. */
@NullMarked
package dev.moat.input;

import org.jspecify.annotations.NullMarked;
