; What a driver is told is where its device goes: an address of the aperture, whose entry leads to the memory, or the memory's own, which no
; table may translate; and of a list that was merged, also the place where the next piece is said to begin. Judged by what requests get and
; not by the tables, which know nothing of memory at its own address. A request that gets nothing, because a bus stands still or its entry is
; absent, is judged by others, and so is what something cached or not yet seen refuses.
(set-info :says "A device that uses a returned address reaches only the memory for which it was returned.")
(set-info :kind safety)
(set-info :source "Linux amd_gart_64.c: need_iommu, dma_map_cont, gart_unmap_page; aperture_64.c: aperture_valid")

(define-fun invariant () Bool
  (and
    (forall ((e Dom) (q Req) (p Page) (f Frame))
      (=> (returned e p f) (assigned q e) (not (blockedR q p))
          (and (not (strayR q p))
               (forall ((g Frame)) (=> (getsR q p g) (= f g))))))
    ; It is a mapping in use, whatever else is said of those.
    (forall ((e Dom) (p Page) (f Frame))
      (=> (returned e p f) (exists ((k Hold)) (and (live k) (hold k e f)))))))

; A device has an address.
(define-fun witness () Bool
  (exists ((e Dom) (q Req) (p Page) (f Frame)) (and (returned e p f) (assigned q e) (getsR q p f))))
