package dev.moat.conform.rows;

import java.util.ArrayList;
import java.util.List;

/** Ways through something that chooses: each sequence of choices once, the first one first. */
public final class Choices {
    private final List<Integer> taken = new ArrayList<>();
    private final List<Integer> ways = new ArrayList<>();
    private int depth;

    /** Starts with the first way everywhere. */
    public void first() {
        taken.clear();
        ways.clear();
        depth = 0;
    }

    /** Starts on a way that was taken before. */
    public void repeat(List<Integer> way) {
        first();
        taken.addAll(way);
        way.forEach(w -> ways.add(0));
    }

    /** One of so many ways; the number of ways has to follow from the choices before. */
    public int choose(int many) {
        if (many == 1) {
            return 0;
        }
        if (depth == taken.size()) {
            taken.add(0);
            ways.add(many);
        }
        return taken.get(depth++);
    }

    /** The choices that were made until now. */
    public List<Integer> taken() {
        return List.copyOf(taken.subList(0, depth));
    }

    /** The next way; false after the last one. */
    public boolean next() {
        depth = 0;
        int last = taken.size() - 1;
        while (last >= 0 && taken.get(last) + 1 == ways.get(last)) {
            taken.remove(last);
            ways.remove(last);
            last--;
        }
        if (last < 0) {
            return false;
        }
        taken.set(last, taken.get(last) + 1);
        return true;
    }
}
