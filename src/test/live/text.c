#include "text.h"

#include <stdarg.h>

#include "guest.h"

struct text take(struct text *rest, char separator)
{
    struct text taken = *rest;
    while (rest->at < rest->end && *rest->at != separator)
        rest->at++;
    taken.end = rest->at;
    if (rest->at < rest->end)
        rest->at++;
    return taken;
}

int starts(struct text text, const char *word)
{
    for (; *word; word++, text.at++)
        if (text.at == text.end || *text.at != *word)
            return 0;
    return 1;
}

int same(struct text a, struct text b)
{
    for (; a.at < a.end && b.at < b.end; a.at++, b.at++)
        if (*a.at != *b.at)
            return 0;
    return a.at == a.end && b.at == b.end;
}

int is(struct text text, const char *word)
{
    const char *end = word;
    while (*end)
        end++;
    return same(text, (struct text){word, end});
}

struct text within(struct text text, const char *start, int without)
{
    for (; *start; start++)
        text.at++;
    text.end -= without;
    return text;
}

u64 number(struct text text)
{
    int negative = starts(text, "-");
    text.at += negative;
    int hex = starts(text, "0x");
    text.at += 2 * hex;
    u64 value = 0;
    for (; text.at < text.end; text.at++) {
        u32 digit = *text.at <= '9' ? *text.at - '0' : (*text.at | 32) - 'a' + 10;
        if (digit >= (hex ? 16u : 10u))
            break;
        value = value * (hex ? 16 : 10) + digit;
    }
    return negative ? -value : value;
}

struct text field(struct text all, const char *name)
{
    while (all.at < all.end) {
        struct text value = take(&all, ';');
        if (is(take(&value, '='), name))
            return value;
    }
    return all;
}

static void put_char(struct line *line, char c)
{
    if (line->length < sizeof line->text)
        line->text[line->length++] = c;
}

static void put_digits(struct line *line, u32 value, u32 base, u32 least)
{
    if (value >= base || least > 1)
        put_digits(line, value / base, base, least > 1 ? least - 1 : 1);
    put_char(line, "0123456789abcdef"[value % base]);
}

static void put_text(struct line *line, struct text text)
{
    while (text.at < text.end)
        put_char(line, *text.at++);
}

void put(struct line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    for (const char *f = format; *f; f++) {
        if (*f != '%') {
            put_char(line, *f);
            continue;
        }
        switch (*++f) {
        case 's':
            for (const char *s = va_arg(args, const char *); *s; s++)
                put_char(line, *s);
            break;
        case 't':
            put_text(line, *va_arg(args, const struct text *));
            break;
        case 'd': {
            int value = va_arg(args, int);
            if (value < 0)
                put_char(line, '-');
            put_digits(line, value < 0 ? -(u32)value : (u32)value, 10, 1);
            break;
        }
        default: {
            u32 value = va_arg(args, u32);
            put_digits(line, value, *f == 'u' ? 10 : 16, *f == 'X' ? 4 : *f == 'x' ? 2 : 1);
        }
        }
    }
    va_end(args);
}

void copy_string(char *to, u32 size, const char *from)
{
    while (--size && *from)
        *to++ = *from++;
    *to = 0;
}

int equal_strings(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

void flush(struct line *line)
{
    hypercall(CONSOLE_IO, 0, line->length, (u64)line->text, 0, 0);
    line->length = 0;
}
