; No device ever reaches memory that its domain has no right to: neither by a walk of the tables as they are in memory,
; nor by what a cache may serve, nor by a request that is already in flight. Reading and writing are judged apart. A
; cached translation is judged by the domain that its tag stands for, whoever uses it.
(set-info :says "No device reads or writes a frame beyond the rights of the domain it works for.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 3: a device accesses only memory assigned to its domain; XSA-346")

(define-fun invariant () Bool
  (and
    (forall ((u Unit) (q Req) (s Space) (t Tag) (e Dom))
      (=> (or (ent u q s t) (cent u q s t)) (assigned q e)
          (forall ((p Page) (f Frame))
            (and (=> (mapR s p f) (entitled e f))
                 (=> (mapW s p f) (entitledW e f))))))
    (forall ((u Unit) (t Tag) (s Space) (e Dom))
      (=> (stands u t s) (for s e)
          (forall ((p Page) (f Frame))
            (and (=> (mayR u t p f) (entitled e f))
                 (=> (mayW u t p f) (entitledW e f))
                 (forall ((q Req))
                   (and (=> (flyR u q t p f) (entitled e f))
                        (=> (flyW u q t p f) (entitledW e f))))))))))

; An assigned device reaches some frame by a walk, and a cache serves one.
(define-fun witness () Bool
  (and
    (exists ((u Unit) (q Req) (s Space) (t Tag) (e Dom) (p Page) (f Frame))
      (and (ent u q s t) (assigned q e) (mapR s p f)))
    (exists ((u Unit) (t Tag) (s Space) (e Dom) (p Page) (f Frame))
      (and (stands u t s) (for s e) (mayR u t p f)))))
