; The other half of VC3: Xen goes on to the tail that the guest has written, unless a descriptor or the tail is an error, and an error is not
; reported where there was nothing to do. A guest whose queue stands still without IQE waits for its invalidation for ever.
(set-info :says "When no tail is being written, a guest's queue stands at an error if and only if descriptors are left in it.")
(set-info :kind completeness)
(set-info :source "VT-d specification 2.x, chapter 6.5.2: IQH, IQT and FSTS.IQE; fact sheet viommu, VC3")

(define-fun invariant () Bool
  (forall ((e Dom)) (=> (not (queueServed e)) (= (queueStopped e) (queueBehind e)))))

; A queue stands at an error.
(define-fun witness () Bool
  (exists ((e Dom)) (and (queueStopped e) (queueBehind e) (not (queueServed e)))))
