; The unit starts its walk at the level of the width. What lies above is never read, so another page is found than the one that was mapped.
(set-info :says "The tables use no level, and map no address, that their address width does not have.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 3.6: adjusted guest address width; AMD I/O virtualization specification, chapter 2.2.3: Mode")

(define-fun invariant () Bool
  (forall ((s Space) (p Page) (l Level)) (=> (usesLevel s p l) (hasLevel s l))))

(define-fun witness () Bool
  (exists ((s Space) (p Page) (l Level)) (and (usesLevel s p l) (hasLevel s l))))
