; An unfinished mapping rests on an offer that still stands, made by the domain that owns the frame, and allows writing
; only where the offer does. This is what an owner relies on who gives a frame away, or takes an offer back.
(set-info :says "Every unfinished mapping is covered by a standing offer of the frame's owner, for writing too if it writes.")
(set-info :kind safety)
(set-info :source "Xen grant tables: a grant is made by the owner, and cannot be taken back while it is pinned")

(define-fun invariant () Bool
  (forall ((k Hold) (g Gref) (e Dom) (f Frame))
    (=> (by k g) (hold k e f) (or (opening k) (live k) (closing k))
        (and (offer g e f)
             (=> (holdW k) (offerW g))
             (forall ((d Dom)) (=> (tableOf g d) (owner f d)))))))

; A mapping for writing is being torn down.
(define-fun witness () Bool
  (exists ((k Hold) (g Gref) (e Dom) (f Frame)) (and (by k g) (hold k e f) (closing k) (holdW k))))
