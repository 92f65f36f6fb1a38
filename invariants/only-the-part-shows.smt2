; Part of a page is bounced by a frame, as an entry leads to all of a page. What lies in the frame around the part is the device's to read:
; the page's other bytes must not be copied there, and what was there is overwritten before the first entry leads there, not when the
; driver gets the address, as such a device asks for any address at any time.
(set-info :says "Around a bounced part of a page, an untrusted device finds zeros, never other data.")
(set-info :kind safety)
(set-info :source "Linux dma-iommu.c, iommu_dma_map_page: 'Cleanup the padding area'; 2650073f1b58 (6.10): and the area before the buffer")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame))
    (=> (untrusted q)
        (or (ent u q s t) (cent u q s t))
        (or (mapR s p f) (mayR u t p f) (flyR u q t p f))
        (not (othersBytes f)))))

; Such a device reaches a frame by which a part is bounced.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame))
    (and (untrusted q) (ent u q s t) (mapR s p f) (bouncesPart f))))
