; The device's own side of no-foreign, which judges translations by what tag and tables are meant to say. Here the IOMMU is asked
; what a request of the device gets as things stand, by whatever answers it: device entry, cached or not, pass-through or none at
; all; tables; caches under whatever tag the entry has. Judged is who has the device: the frame is within that domain's rights; a
; device that nobody has gets none; one that is being moved gets one that either domain may use. The same of requests that have been
; translated and are in flight.
(set-info :says "A device's request gets only memory within its domain's rights; an unassigned device gets nothing.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 3: translation types, domains; XSA-302: unassigned devices; XSA-346")

(define-fun invariant () Bool
  (and
    (forall ((e Dom) (q Req) (p Page) (f Frame))
      (=> (assigned q e)
          (and (=> (getsR q p f) (entitled e f))
               (=> (getsW q p f) (entitledW e f)))))
    (forall ((q Req) (p Page) (f Frame))
      (=> (forall ((e Dom)) (not (assigned q e))) (not (moving q))
          (and (not (getsR q p f)) (not (getsW q p f)))))
    (forall ((d Dom) (e Dom) (q Req) (p Page) (f Frame))
      (=> (between q d e)
          (and (=> (getsR q p f) (or (entitled d f) (entitled e f)))
               (=> (getsW q p f) (or (entitledW d f) (entitledW e f))))))
    (forall ((e Dom) (u Unit) (q Req) (t Tag) (p Page) (f Frame))
      (=> (assigned q e)
          (and (=> (flyR u q t p f) (entitled e f))
               (=> (flyW u q t p f) (entitledW e f)))))
    (forall ((u Unit) (q Req) (t Tag) (p Page) (f Frame))
      (=> (forall ((e Dom)) (not (assigned q e))) (not (moving q))
          (and (not (flyR u q t p f)) (not (flyW u q t p f)))))
    (forall ((d Dom) (e Dom) (u Unit) (q Req) (t Tag) (p Page) (f Frame))
      (=> (between q d e)
          (and (=> (flyR u q t p f) (or (entitled d f) (entitled e f)))
               (=> (flyW u q t p f) (or (entitledW d f) (entitledW e f))))))))

; A device that a domain has gets a frame.
(define-fun witness () Bool
  (exists ((e Dom) (q Req) (p Page) (f Frame)) (and (assigned q e) (getsR q p f))))
