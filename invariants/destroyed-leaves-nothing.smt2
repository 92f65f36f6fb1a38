; What the wrapper's second duty ends with: devices are attached to a vIOMMU, and none outlives it.
(set-info :says "A guest without a vIOMMU has no device attached, and nothing of its devices is left: no entry, shadow, cache or request.")
(set-info :kind safety)
(set-info :source "seed 002: the wrapper creates the vIOMMU and attaches devices to it; fact sheet viommu, section 10, S11")

(define-fun invariant () Bool
  (forall ((q Req) (d Dom))
    (=> (deviceOf q d) (not (hasUnit d))
        (and (not (assigned q d))
             (not (shadows q))
             (forall ((u Unit) (s Space) (t Tag)) (and (not (ent u q s t)) (not (cent u q s t))))
             (forall ((p Page) (f Frame))
               (and (not (getsR q p f))
                    (not (getsW q p f))
                    (forall ((u Unit) (t Tag)) (and (not (flyR u q t p f)) (not (flyW u q t p f))))))))))

; A guest has none.
(define-fun witness () Bool
  (exists ((q Req) (d Dom)) (and (deviceOf q d) (not (hasUnit d)))))
