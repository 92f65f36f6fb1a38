; Whatever a device writes, and whatever its guest has in its entries.
(set-info :says "An interrupt arrives only where the domain of its device was given a vector.")
(set-info :kind safety)
(set-info :source "XSA-33, XSA-36, XSA-49 (2013)")

(define-fun invariant () Bool
  (forall ((q Req) (e Dom) (l Line))
    (=> (assigned q e) (reachesLine q l) (lineOf l e))))

; A device of somebody's raises one.
(define-fun witness () Bool
  (exists ((q Req) (e Dom) (l Line)) (and (assigned q e) (reachesLine q l))))
