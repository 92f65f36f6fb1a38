; Which entry a message goes by is its handle and its subhandle's sum, which has 17 bits.
(set-info :says "A virtual device's message arrives only where the guest's entry at its handle and subhandle leads.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapter 5.1.3: interrupt_index")

(define-fun invariant () Bool
  (forall ((q Req) (m Message) (l Line))
    (and (=> (messageEnds q m l) (messageRoutes q m l)) (=> (messageRoutes q m l) (messageEnds q m l)))))

; One ends somewhere.
(define-fun witness () Bool
  (exists ((q Req) (m Message) (l Line)) (and (guestLine l) (messageEnds q m l))))
