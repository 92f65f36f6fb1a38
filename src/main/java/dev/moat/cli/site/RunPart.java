package dev.moat.cli.site;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One of several runs that share a long list: {@code 2/6} is the second sixth.
 *
 * @param number from 1
 * @param of how many parts there are
 */
public record RunPart(int number, int of) {
    /** The whole list. */
    public static final RunPart WHOLE = new RunPart(1, 1);

    private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,2})/([1-9]\\d{0,2})");

    /** This part of a list, in its order; the parts together are the list. */
    public <T> List<T> take(List<T> all) {
        int size = all.size();
        return all.subList((number - 1) * size / of, number * size / of);
    }

    /** Whether nothing is left out. */
    public boolean isWhole() {
        return of == 1;
    }

    /** Reads {@code 2/6}. */
    public static final class Converter implements ITypeConverter<RunPart> {
        @Override
        public RunPart convert(String text) {
            Matcher m = TEXT.matcher(text);
            if (!m.matches() || Integer.parseInt(m.group(1)) > Integer.parseInt(m.group(2))) {
                throw new TypeConversionException("expected a part such as 2/6, not '" + text + "'");
            }
            return new RunPart(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
        }
    }
}
