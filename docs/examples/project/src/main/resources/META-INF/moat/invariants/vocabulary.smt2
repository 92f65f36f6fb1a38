; Words of our own, made from Moat's. A relation that only our component has would be declared here (declare-fun), and
; given its meaning in the component's abstraction.

; Some cache may lead a device to a frame.
(define-fun served ((f Frame)) Bool
  (exists ((u Unit) (t Tag) (p Page)) (or (mayR u t p f) (mayW u t p f))))
