; A virtual CPU that waits is on its CPU's list with the wake-up vector in its descriptor, and SN clear; one that is stopped has SN set, and is woken
; for urgent interrupts only (URG). While Xen moves it nothing is said. Whoever is woken runs some time later.
(set-info :says "A post to a waiting virtual CPU, or an urgent one to a stopped CPU, wakes it; SN suppresses others.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapter 5.2: NV, SN, URG")

(define-fun invariant () Bool
  (and (forall ((l Line)) (=> (posted l) (waits l) (wokenSoon l)))
       (forall ((l Line)) (=> (posted l) (urgentlyStopped l) (wokenSoon l)))
       (forall ((l Line)) (not (disturbed l)))
       ; What runs is on no list, and nobody is told to run it.
       (forall ((l Line)) (not (and (runs l) (wokenSoon l))))))

; Something is posted to one that waits.
(define-fun witness () Bool
  (exists ((l Line)) (and (posted l) (waits l) (wokenSoon l))))
