; A device whose entry is there, in memory or cached, may have requests in flight, and as long as it has any a drain is owed. A drain that
; was submitted while the entry was absent, and no copy of it cached, ends them all when it completes; nothing can follow.
(set-info :says "Where a device has an entry or a request in flight a drain is owed, and a completed one that pays it has left neither.")
(set-info :kind lemma)
(set-info :source "the discipline")

(define-fun invariant () Bool
  (and
    (forall ((u Unit) (q Req) (s Space) (t Tag) (e Dom))
      (=> (or (ent u q s t) (cent u q s t)) (for s e) (undrained u q)))
    (forall ((u Unit) (q Req) (t Tag) (s Space) (e Dom) (p Page) (f Frame))
      (=> (or (flyR u q t p f) (flyW u q t p f)) (stands u t s) (for s e) (undrained u q)))
    (forall ((i Inv) (u Unit) (q Req))
      (=> (paysF i u q)
          (and (drains i u q)
               (forall ((s Space) (t Tag)) (and (not (ent u q s t)) (not (cent u q s t))))
               (=> (done i)
                   (forall ((t Tag) (p Page) (f Frame)) (and (not (flyR u q t p f)) (not (flyW u q t p f))))))))))

(define-fun witness () Bool
  (exists ((i Inv) (u Unit) (q Req) (t Tag) (p Page) (f Frame)) (and (paysF i u q) (flyR u q t p f) (undrained u q))))
