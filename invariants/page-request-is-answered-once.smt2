; A request goes to the process that it was sent for, and no response without one goes to the device.
(set-info :says "Each queued page request belongs to its process and still waits; no response lacks a waiting request.")
(set-info :kind safety)
(set-info :source "VT-d specification 3.x, chapter 7.4")

(define-fun invariant () Bool
  (and
    (forall ((h Pasid)) (not (respondedUnasked h)))
    (forall ((x Process) (p Page))
      (=> (requestAt x p) (exists ((h Pasid)) (and (pasidOf h x) (requestOf h p x)))))
    ; One that was handed over is there: otherwise nobody answers it, and the device asks no more.
    (forall ((h Pasid) (p Page) (x Process)) (=> (requestOf h p x) (requestAt x p)))))

; A request is in a guest's queue.
(define-fun witness () Bool
  (exists ((x Process) (p Page)) (requestAt x p)))
