/* Reading the script's cells and printing rows. */
#ifndef TEXT_H
#define TEXT_H

#include "xen.h"

/* A piece of the script. */
struct text { const char *at, *end; };

/* Takes the part before the separator off the front, and the separator with it. */
struct text take(struct text *rest, char separator);
int is(struct text text, const char *word);
int same(struct text a, struct text b);
int starts(struct text text, const char *word);
/* What follows a known start, without so many characters of the end. */
struct text within(struct text text, const char *start, int without);
/* Decimal or 0x, up to the first other character; a leading minus makes it negative. */
u64 number(struct text text);
/* The value of name= in a;b=c;d, empty if there is none. */
struct text field(struct text all, const char *name);

/* A line in the making; what does not fit is left out. */
struct line { u32 length; char text[4000]; };
/* %s a string, %t a struct text *, %u an unsigned int, %d an int, %x 2 and %X 4 hexadecimal digits of an unsigned int. */
void put(struct line *line, const char *format, ...);
void copy_string(char *to, u32 size, const char *from);
int equal_strings(const char *a, const char *b);
/* Writes the line to Xen's console and empties it. */
void flush(struct line *line);

#endif
