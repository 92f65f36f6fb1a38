; A wait descriptor has an address, and the guest writes it.
(set-info :says "The status of a guest's wait descriptor is stored only to the guest's own memory.")
(set-info :kind safety)
(set-info :source "lantianyu/Xen, vvtd.c: the address of a status write is not checked")

(define-fun invariant () Bool
  (forall ((e Dom)) (not (statusStrayed e))))

; A queue stands at an error.
(define-fun witness () Bool
  (exists ((e Dom)) (queueStopped e)))
