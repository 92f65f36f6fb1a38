; The guest declares how long its queue is, up to 32,768 descriptors, and what is in it. Xen goes on with it later.
(set-info :says "A guest's register write or a device's request makes Xen access only a fixed number of guest words.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapters 6.5.2 and 10.4; derived: Xen preempts its long hypercalls")

(define-fun invariant () Bool
  (forall ((d Dom)) (not (overworked d))))

; A register has been written.
(define-fun witness () Bool
  (exists ((d Dom)) (trapped d)))
