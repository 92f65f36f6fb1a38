; A promise that is ours alone, stricter than Moat's no-foreign: it speaks of frames that nobody owns.
(set-info :says "A frame that no domain owns is in no cache.")
(set-info :kind safety)
(set-info :source "our own design document")

(define-fun invariant () Bool
  (forall ((f Frame))
    (=> (served f) (exists ((d Dom)) (owner f d)))))

; Without a cached translation there is nothing to forbid.
(define-fun witness () Bool
  (exists ((f Frame)) (served f)))
