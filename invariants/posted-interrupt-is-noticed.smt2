; What a suppressed, outstanding or misdirected notification loses. A virtual CPU that does not run is looked at when it runs.
(set-info :says "An interrupt posted to a running virtual CPU notifies its CPU; a raised one is posted or taken.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapter 5.2: ON, SN, NDST")

(define-fun invariant () Bool
  (forall ((l Line))
    (and (=> (posted l) (runs l) (notified l))
         (=> (raised l) (or (posted l) (requested l))))))

; One is posted to a virtual CPU that runs.
(define-fun witness () Bool
  (exists ((l Line)) (and (posted l) (runs l) (raised l))))
