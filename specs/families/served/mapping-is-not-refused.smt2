; legitimate-dma-passes, said of what is cached: tables that serve are no help where a unit remembers that there was nothing. A device whose entry
; is new may still be refused by the cached fact that it had none, until that is paid (dirtyQ).
(set-info :says "Nothing cached, and no walk in flight, refuses what a mapping in use allows; nor a device its entry, unless that is owed.")
(set-info :kind safety)
(set-info :source "VT-d specification, chapter 6.1: caching mode; AMD IOMMU specification: NpCache")

(define-fun invariant () Bool
  (and
    (forall ((k Hold) (e Dom) (f Frame) (s Space) (p Page) (u Unit) (t Tag))
      (=> (live k) (hold k e f) (not (owner f e)) (for s e) (names e p f) (stands u t s)
          (and (not (refusesR u t p))
               (=> (holdW k) (not (refusesW u t p)))
               (forall ((q Req)) (and (not (flyNoR u q t p)) (=> (holdW k) (not (flyNoW u q t p))))))))
    (forall ((u Unit) (q Req) (s Space) (t Tag)) (=> (ent u q s t) (refusesQ u q) (dirtyQ u q)))))

(define-fun witness () Bool
  (exists ((k Hold) (e Dom) (f Frame) (s Space) (p Page) (u Unit) (t Tag) (h Hold))
    (and (live k) (hold k e f) (not (owner f e)) (for s e) (names e p f) (stands u t s) (refusing u))))
