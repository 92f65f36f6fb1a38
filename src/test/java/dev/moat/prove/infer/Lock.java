package dev.moat.prove.infer;

import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.logic.Vocabulary;
import dev.moat.prove.Theory;
import java.util.List;

/** A small discipline in words of its own: who has a lock may go inside, and gives it back as he leaves. */
public final class Lock {
    public static final String WORDS = """
            (declare-sort Client 0)
            (declare-sort Door 0)
            (declare-fun idle (Door) Bool)
            (declare-fun given (Door Client) Bool)
            (declare-fun inside (Client Door) Bool)
            """;

    public static final String TEXT = """
            (define-fun initially () Bool
              (and (forall ((l Door)) (idle l))
                   (forall ((l Door) (c Client)) (and (not (given l c)) (not (inside c l))))))
            (set-info :take "a client gets an idle lock")
            (define-fun take.guard ((c Client) (l Door)) Bool (idle l))
            (define-fun take.idle ((c Client) (l Door) (a Door)) Bool (and (idle a) (not (= a l))))
            (define-fun take.given ((c Client) (l Door) (a Door) (b Client)) Bool
              (or (given a b) (and (= a l) (= b c))))
            (set-info :enter "who has the lock goes inside")
            (define-fun enter.guard ((c Client) (l Door)) Bool (given l c))
            (define-fun enter.inside ((c Client) (l Door) (a Client) (b Door)) Bool
              (or (inside a b) (and (= a c) (= b l))))
            (set-info :leave "a client comes out and gives the lock back")
            (define-fun leave.guard ((c Client) (l Door)) Bool (inside c l))
            (define-fun leave.inside ((c Client) (l Door) (a Client) (b Door)) Bool
              (and (inside a b) (not (and (= a c) (= b l)))))
            (define-fun leave.given ((c Client) (l Door) (a Door) (b Client)) Bool
              (and (given a b) (not (and (= a l) (= b c)))))
            (define-fun leave.idle ((c Client) (l Door) (a Door)) Bool (or (idle a) (= a l)))
            """;

    public static final String PROPERTY = """
            (set-info :says "One client at a time is behind a door.")
            (set-info :kind safety)
            (set-info :source "mutual exclusion")
            (define-fun invariant () Bool
              (forall ((c Client) (d Client) (l Door)) (=> (inside c l) (inside d l) (= c d))))
            (define-fun witness () Bool (exists ((c Client) (l Door)) (inside c l)))
            """;

    private Lock() {}

    /** The discipline with one passage replaced. */
    static Theory edited(String from, String to) {
        if (!TEXT.contains(from)) {
            throw new IllegalArgumentException("not in the discipline: " + from);
        }
        Vocabulary words = Vocabulary.read("vocabulary.smt2", WORDS);
        Discipline discipline = Discipline.read("lock.smt2", TEXT.replace(from, to), words);
        return Theory.of(words, discipline, List.of(Invariant.read("one-inside.smt2", PROPERTY, words)));
    }

    public static Theory theory() {
        return edited("", "");
    }
}
