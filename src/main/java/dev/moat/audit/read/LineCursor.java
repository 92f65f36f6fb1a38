package dev.moat.audit.read;

/** A place in the bytes of a line, and what can be read there. No allocation. */
abstract sealed class LineCursor permits LineParser, EventText {
    private static final int LONGEST_HEX = 16;

    /** What a hexadecimal digit is worth; -1 for what is none. */
    private static final byte[] HEX = new byte[128];

    static {
        for (int c = 0; c < HEX.length; c++) {
            HEX[c] = (byte) Character.digit(c, 16);
        }
    }

    byte[] b = new byte[0];
    int at;
    int end;

    /** Reads a number in hexadecimal (after 0x) or decimal, negative or not, and stores it if it is one. */
    final void number(int field, TraceEvent e) {
        boolean negative = at < end && b[at] == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        int digits = 0;
        if (looking(at, "0x")) {
            at += 2;
            for (int d = hex(); d >= 0; d = hex()) {
                value = value << 4 | d;
                digits++;
                at++;
            }
            digits = digits > LONGEST_HEX ? 0 : digits;
        } else {
            for (; at < end && digit(b[at]); at++) {
                value = value * 10 + (b[at] - '0');
                digits++;
            }
            digits = digits > 20 ? 0 : digits;
        }
        boolean whole = at >= end || b[at] == ' ' || b[at] == ',' || b[at] == ')';
        if (digits > 0 && whole) {
            e.set(field, negative ? -value : value);
        }
    }

    /** A number in hexadecimal that does not say so. */
    final void bareHex(int field, TraceEvent e) {
        long value = 0;
        int from = at;
        for (int d = hex(); d >= 0; d = hex()) {
            value = value << 4 | d;
            at++;
        }
        if (at > from && at - from <= LONGEST_HEX && (at == end || b[at] == ' ')) {
            e.set(field, value);
        }
    }

    final int hex() {
        return at < end && b[at] >= 0 ? HEX[b[at]] : -1;
    }

    /** The number here, of at most 18 digits; -1 for none. */
    final long decimal() {
        int from = at;
        long value = 0;
        while (at < end && digit(b[at]) && at - from < 18) {
            value = value * 10 + (b[at] - '0');
            at++;
        }
        return at == from ? -1 : value;
    }

    final int spaces() {
        while (at < end && (b[at] == ' ' || b[at] == '\t')) {
            at++;
        }
        return at;
    }

    final boolean looking(int from, String word) {
        if (from + word.length() > end) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (b[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static boolean digit(byte c) {
        return c >= '0' && c <= '9';
    }
}
