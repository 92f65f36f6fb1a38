; As live-mapping-is-readable, for mappings that allow writing. The generations of the map and unmap rule differ here: one
; that decides by grant reference instead of by frame, or by pins that another CPU has taken but not followed up, loses
; entries.
(set-info :says "A domain's I/O tables make each frame writable that it has mapped for writing from another domain.")
(set-info :kind completeness)
(set-info :source "Xen grant_table.c: mapkind")

(define-fun invariant () Bool
  (forall ((k Hold) (e Dom) (f Frame) (p Page) (s Space))
    (=> (live k) (hold k e f) (holdW k) (not (owner f e)) (for s e) (names e p f) (mapW s p f))))

(define-fun witness () Bool
  (exists ((k Hold) (e Dom) (f Frame) (p Page) (s Space))
    (and (live k) (hold k e f) (holdW k) (not (owner f e)) (for s e) (names e p f))))
