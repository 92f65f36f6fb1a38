; What the guest maps, and had invalidated as caching mode demands, its devices find; with translation off, all of its memory.
; The window of interrupt messages is no memory: what they write there are messages, and a read there is an error.
(set-info :says "A device reaches what its guest's tables and the p2m give it, once the guest has had its change invalidated.")
(set-info :kind completeness)
(set-info :source "derived: VT-d specification 2.x, chapter 6.1: CAP.CM: software invalidates also when an entry becomes present")

(define-fun invariant () Bool
  (forall ((q Req) (e Dom) (p Page) (f Frame))
    (=> (assigned q e) (not (guestOwes q p)) (not (messagePage p))
        (and (=> (composedR q p f) (getsR q p f))
             (=> (composedW q p f) (getsW q p f))))))

; The tables give something, and nothing is owed.
(define-fun witness () Bool
  (exists ((q Req) (p Page) (f Frame)) (and (composedR q p f) (not (guestOwes q p)))))
