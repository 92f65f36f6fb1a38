; When a guest has seen a process unbound nothing serves its PASID: no entry, cached or not, no translation, none in the device, no request.
(set-info :says "A PASID without a process serves nothing and awaits nothing, and an unbound process has no PASID.")
(set-info :kind safety)
(set-info :source "VT-d specification 3.x, chapter 6.5.3.3")

(define-fun invariant () Bool
  (and
    (forall ((x Process) (h Pasid)) (=> (not (bound x)) (not (pasidOf h x))))
    (forall ((h Pasid))
      (=> (not (pasidTaken h))
          (forall ((p Page))
            (and (not (requestPending h p))
                 (forall ((f Frame)) (and (not (servesR h p f)) (not (servesW h p f))))))))
    (forall ((x Process) (p Page)) (=> (not (bound x)) (not (requestAt x p))))))

; A PASID is nobody's while its last process still has memory at a page.
(define-fun witness () Bool
  (exists ((h Pasid) (x Process) (p Page) (f Frame))
    (and (not (pasidTaken h)) (not (bound x)) (firstR x p f))))
