; An I/O address is not handed out again while anything still serves what was mapped there before: the promise that deferred
; invalidation keeps where it gives nothing-lingers up. The next mapping of the address would share it with the last one. From the
; return of the map that hands an address out until its unmap begins, what is cached for it, or in flight, is what the tables say.
(set-info :says "No cache serves an older mapping at an address that was handed out.")
(set-info :kind safety)
(set-info :source "Linux 6.1 dma-iommu.c: an entry of the flush queue is freed when its flush has finished; Calgary: the TCE cache is emptied when the search wraps")

(define-fun invariant () Bool
  (forall ((u Unit) (t Tag) (s Space) (p Page))
    (=> (stands u t s) (handed s p)
        (forall ((f Frame))
          (and (=> (mayR u t p f) (mapR s p f))
               (=> (mayW u t p f) (mapW s p f))
               (forall ((q Req))
                 (and (=> (flyR u q t p f) (mapR s p f))
                      (=> (flyW u q t p f) (mapW s p f)))))))))

; A cache serves an address that is handed out.
(define-fun witness () Bool
  (exists ((u Unit) (t Tag) (s Space) (p Page) (f Frame))
    (and (stands u t s) (handed s p) (mayR u t p f))))
