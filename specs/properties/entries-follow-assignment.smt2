; A device entry, in memory or cached, leads into a domain only while the domain has the device: a device that was taken
; away is stopped before the domain is told that it is gone. no-foreign asks nothing of a device that nobody has. While a device is
; being moved it is led to one of the two domains, and is neither's.
(set-info :says "A device entry, in memory or cached, leads to a domain's space only while the domain has the device, or it is on its way from or to it.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 6: context-cache invalidation after a context entry is changed")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (s Space) (t Tag) (e Dom))
    (=> (or (ent u q s t) (cent u q s t)) (for s e)
        (and (or (assigned q e) (moving q))
             (forall ((d Dom) (x Dom)) (=> (between q d x) (or (= e d) (= e x))))))))

; A device entry that was cleared is still cached.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag) (e Dom)) (and (cent u q s t) (not (ent u q s t)) (for s e))))
