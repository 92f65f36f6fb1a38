; Nothing is lost: once map has returned, the domain's devices find the mapped frame in its tables, until an unmap of that
; mapping begins. Breaking this is no hole but a DMA fault in a correct guest. A policy that leaves read-only grants out of
; the tables breaks it on purpose. A domain's mapping of its own frame changes no table: see own-frame-is-reachable.
(set-info :says "A domain's I/O tables make each frame readable that it has mapped from another domain.")
(set-info :kind completeness)
(set-info :source "Xen grant_table.c: mapkind; xen-devel 2008, VT-d support for PV guests (V2): read-only mappings reflected as non-present")

(define-fun invariant () Bool
  (forall ((k Hold) (e Dom) (f Frame) (p Page) (s Space))
    (=> (live k) (hold k e f) (not (owner f e)) (for s e) (names e p f) (mapR s p f))))

(define-fun witness () Bool
  (exists ((k Hold) (e Dom) (f Frame) (p Page) (s Space))
    (and (live k) (hold k e f) (not (owner f e)) (for s e) (names e p f))))
