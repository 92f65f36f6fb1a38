; Writes of a device to 0xFEE00000..0xFEEFFFFF are interrupt messages, and no table is asked. Neither does a shadow have an entry for
; that window, whatever the guest's tables say of it, nor does any lead to it where the guest's tables lead to the gfns of the window: a
; device gets nothing there.
(set-info :says "No shadow, cache or answer translates the window of interrupt messages, or leads to it.")
(set-info :kind safety)
(set-info :source "VT-d specification 3.x: requests to the interrupt address range")

(define-fun invariant () Bool
  (forall ((p Page) (f Frame))
    (and (=> (or (messagePage p) (messageFrame f))
             (and (forall ((s Space)) (and (not (mapR s p f)) (not (mapW s p f))))
                  (forall ((u Unit) (t Tag)) (and (not (mayR u t p f)) (not (mayW u t p f))))
                  (forall ((q Req)) (and (not (getsR q p f)) (not (getsW q p f))))))
         (forall ((q Req))
           (=> (ledToMessages q p) (not (guestOwes q p))
               (and (not (getsR q p f)) (not (getsW q p f))))))))

; The guest's tables lead the window to its memory and another page to the window, and all of it is invalidated.
(define-fun witness () Bool
  (exists ((q Req) (w Page) (p Page) (f Frame) (m Frame))
    (and (messagePage w) (composedW q w f) (not (guestOwes q w))
         (not (messagePage p)) (ledToMessages q p) (messageFrame m) (not (guestOwes q p)))))
