package dev.moat.cli.site;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Amounts as people write them: {@code 30s}, {@code 5m}, {@code 10k}, {@code 2M}, {@code 2g}. */
public final class Quantity {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,12})([a-zA-Z]?)");

    private Quantity() {}

    /** Seconds: a number, or one with s, m or h. */
    public static final class Seconds implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return amount(text, "smh", new long[] {1, 60, 3600}, "a time such as 30s, 5m or 2h");
        }
    }

    /** A count: a number, or one with k, m or g for thousands, millions and thousand millions. */
    public static final class Count implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return counted(text, "a count such as 1000, 10k or 2M");
        }
    }

    /** A number as of a count, also zero. */
    public static final class Number implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return text.matches("0{1,12}") ? Long.valueOf(0) : counted(text, "a number such as 0, 500 or 10k");
        }
    }

    /** Bytes: a number, or one with k, m or g for KiB, MiB and GiB. */
    public static final class Bytes implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            long[] factors = {1L << 10, 1L << 20, 1L << 30};
            return amount(text, "kmg", factors, "an amount of memory such as 512m or 2g");
        }
    }

    private static long counted(String text, String expected) {
        return amount(text, "kmg", new long[] {1_000, 1_000_000, 1_000_000_000}, expected);
    }

    private static long amount(String text, String units, long[] factors, String expected) {
        Matcher m = FORM.matcher(text);
        if (m.matches()) {
            int unit = m.group(2).isEmpty()
                    ? -1
                    : units.indexOf(Character.toLowerCase(m.group(2).charAt(0)));
            long factor = m.group(2).isEmpty() ? 1 : unit < 0 ? 0 : factors[unit];
            long value = Long.parseLong(m.group(1));
            if (factor > 0 && value > 0 && value <= Long.MAX_VALUE / factor) {
                return value * factor;
            }
        }
        throw new TypeConversionException("'" + text + "' is not " + expected);
    }
}
