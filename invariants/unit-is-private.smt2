; What stands in the p2m for the register page is Xen's, and no guest's device gets there, whatever the guest's tables say.
(set-info :says "No shadow, cache or answer leads to the vIOMMU's own page or to other memory of Xen's.")
(set-info :kind safety)
(set-info :source "derived: the vIOMMU's own page belongs to Xen, and no device of a guest reaches it")

(define-fun invariant () Bool
  (forall ((f Frame))
    (=> (xenMemory f)
        (and (forall ((s Space) (p Page)) (and (not (mapR s p f)) (not (mapW s p f))))
             (forall ((u Unit) (t Tag) (p Page)) (and (not (mayR u t p f)) (not (mayW u t p f))))
             (forall ((q Req) (p Page)) (and (not (getsR q p f)) (not (getsW q p f))))))))

; There is such memory, and a device gets other memory.
(define-fun witness () Bool
  (exists ((f Frame) (q Req) (p Page) (g Frame)) (and (xenMemory f) (getsR q p g))))
