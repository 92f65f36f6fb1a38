; Levels of the status register follow their commands and nothing else.
(set-info :says "Each bit of a guest's status register is what the guest last commanded.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapter 10.4.5; lantianyu/Xen, vvtd.c: OR of the complement")

(define-fun invariant () Bool
  (forall ((e Dom) (b Command))
    (= (statusBit e b) (commandedBit e b))))

; Something is switched off.
(define-fun witness () Bool
  (exists ((e Dom) (b Command) (a Command)) (and (not (commandedBit e b)) (commandedBit e a))))
