; The other half of VC3: Xen goes on to the tail that the guest has written, unless a descriptor or the tail is an error, and an error is not
; reported where there was nothing to do. A guest whose queue stands still without IQE waits for its invalidation for ever. A tail that is
; written while the queue stands at an error is only stored, so that none or other descriptors may be left.
(set-info :says "When Xen is not at a guest's queue, descriptors are left only at an error, and it is one only if they are or the tail was rewritten.")
(set-info :kind completeness)
(set-info :source "VT-d specification 2.x, chapter 6.5.2: IQH, IQT and FSTS.IQE; fact sheet viommu, VC3 and section 13")

(define-fun invariant () Bool
  (forall ((e Dom))
    (=> (not (queueServed e))
        (and (=> (queueBehind e) (queueStopped e))
             (=> (queueStopped e) (or (queueBehind e) (tailRewritten e)))))))

; A queue stands at an error.
(define-fun witness () Bool
  (exists ((e Dom)) (and (queueStopped e) (queueBehind e) (not (queueServed e)))))
