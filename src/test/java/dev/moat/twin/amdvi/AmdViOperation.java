package dev.moat.twin.amdvi;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One operation of a script; it means the same wherever in a script it stands. Numbers print in hex. */
public sealed interface AmdViOperation {
    /** A 64-bit register write. */
    record Register(int offset, long value) implements AmdViOperation {
        @Override
        public String toString() {
            return String.format("register %x=%x", offset, value);
        }
    }

    /** A 64-bit word of memory. */
    record Word(long address, long value) {
        @Override
        public String toString() {
            return String.format("%x=%x", address, value);
        }
    }

    /** Software stores these words; no request comes between. */
    record Store(List<Word> words) implements AmdViOperation {
        @Override
        public String toString() {
            return words.stream().map(Word::toString).collect(Collectors.joining(" ", "store ", ""));
        }
    }

    /** Software puts a command (dw1:dw0 and dw3:dw2) at its tail and writes register 2008; nothing if the ring is full. */
    record Command(long w0, long w1) implements AmdViOperation {
        @Override
        public String toString() {
            return String.format("command %016x %016x", w0, w1);
        }
    }

    /** A device reads or writes. */
    record Request(int deviceId, long iova, boolean write) implements AmdViOperation {
        @Override
        public String toString() {
            return String.format("%s by %x at %x", write ? "write" : "read", deviceId, iova);
        }
    }

    /** Simpler operations to try in place of one: stores of fewer words, requests at rounder addresses. */
    static List<AmdViOperation> simpler(AmdViOperation operation) {
        List<AmdViOperation> simpler = new ArrayList<>();
        if (operation instanceof Store store && store.words.size() > 1) {
            for (int i = 0; i < store.words.size(); i++) {
                List<Word> fewer = new ArrayList<>(store.words);
                fewer.remove(i);
                simpler.add(new Store(List.copyOf(fewer)));
            }
        } else if (operation instanceof Request request && (request.iova & 0xfff) != 0) {
            simpler.add(new Request(request.deviceId, request.iova & ~0xfffL, request.write));
        }
        return simpler;
    }
}
