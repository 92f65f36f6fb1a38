; A frame goes back to the heap, or from one domain to another, only when nobody reaches it any more: no table entry, no cache,
; no walk in flight, no mapping whose pins are held. Stronger than no-foreign, for which a mapping of a frame is a right to it,
; whoever owns the frame.
(set-info :says "A free frame is in no table, cache or walk in flight, and has no mapping.")
(set-info :kind safety)
(set-info :source "Xen put_page, free_domheap_pages: a frame is freed with its last reference; XSA-346, XSA-288")

(define-fun invariant () Bool
  (forall ((f Frame))
    (=> (free f)
        (and (forall ((k Hold) (e Dom)) (not (hold k e f)))
             (forall ((p Page))
               (and (forall ((s Space)) (and (not (mapR s p f)) (not (mapW s p f))))
                    (forall ((u Unit) (t Tag))
                      (and (not (mayR u t p f))
                           (not (mayW u t p f))
                           (forall ((q Req)) (and (not (flyR u q t p f)) (not (flyW u q t p f))))))))))))

; A frame is free while another one is mapped.
(define-fun witness () Bool
  (exists ((f Frame) (k Hold) (e Dom) (g Frame)) (and (free f) (hold k e g))))
