; A token that is free, or was given up, is before nothing: so one that is before a completed one and not in the queue is complete itself.
(set-info :says "What is before another token is in the queue, or done and not yet seen.")
(set-info :kind lemma)
(set-info :source "the family queue")

(define-fun invariant () Bool (forall ((i Inv) (j Inv)) (=> (before i j) (or (queued i) (done i)))))

(define-fun witness () Bool (exists ((i Inv) (j Inv)) (and (before i j) (queued i) (queued j))))
