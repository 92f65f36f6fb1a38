; SW10. An exchange swaps frames, it neither takes nor gives any. Of guests with vIOMMUs: what a change of the p2m takes out goes back
; to the heap, what it takes from there is in the p2m; a frame in neither is lost until its owner dies.
(set-info :says "Outside an exchange or p2m change, a domain owns as many frames as it has pages that are not ballooned.")
(set-info :kind safety)
(set-info :source "Xen memory.c: memory_exchange, all or nothing")

(define-fun invariant () Bool
  (forall ((e Dom))
    (=> (ours e) (forall ((x Gfn)) (not (unsettled x)))
        (forall ((n Nat)) (and (=> (owns e n) (due e n)) (=> (due e n) (owns e n)))))))

; The domain owns a frame.
(define-fun witness () Bool
  (exists ((e Dom) (n Nat)) (and (ours e) (owns e n))))
