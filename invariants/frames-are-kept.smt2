; SW10. An exchange swaps frames, it neither takes nor gives any.
(set-info :says "Outside of an exchange the domain owns as many frames as it has pages that are not ballooned.")
(set-info :kind safety)
(set-info :source "Xen memory.c: memory_exchange, all or nothing")

(define-fun invariant () Bool
  (forall ((e Dom))
    (=> (ours e) (forall ((x Gfn)) (not (unsettled x)))
        (forall ((n Nat)) (and (=> (owns e n) (due e n)) (=> (due e n) (owns e n)))))))

; The domain owns a frame.
(define-fun witness () Bool
  (exists ((e Dom) (n Nat)) (and (ours e) (owns e n))))
