; What passes a GART untranslated is judged as what it translates: by the rights of the domain that has the device, and a device that nobody has
; reaches nothing. It is kept by nobody: the family says so of each conjunct, and a run shows it.
(set-info :says "What a device reaches past the table its domain may read and write, and a device that nobody has reaches nothing.")
(set-info :kind safety)
(set-info :source "AMD64 northbridge: GARTEN, APERTUREBASE and order; an address outside of the aperture is passed on as it is")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (f Frame))
    (=> (past u q f)
        (and (forall ((e Dom)) (=> (assigned q e) (entitled e f)))
             (forall ((e Dom)) (=> (assigned q e) (entitledW e f)))
             (not (forall ((e Dom)) (not (assigned q e))))))))

; A device reaches a frame past the table.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (f Frame) (e Dom)) (and (past u q f) (assigned q e) (owner f e))))
