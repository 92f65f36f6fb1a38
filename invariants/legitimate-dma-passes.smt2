; Completeness of invalidations and flushes: what the tables allow is not refused because of something that is still cached (an
; entry with fewer rights where hardware does not walk again; in caching mode, that there was none) or that the walker does
; not see yet. For mappings of others' frames, from the moment that their map has returned, deferred invalidations or not: a handle
; is usable as soon as it is published, but a batch that pays at its end still owes what is cached of the page then. For a domain's
; own frames, once nothing is owed for the page: another call may have stored the entry that a mapping finds there. For both, once
; nothing is owed for a table that a call has unlinked: pages that have got a new one go by the old one until then.
(set-info :says "No device is refused a mapping in use, or a frame of its own domain, that its tables allow.")
(set-info :kind completeness)
(set-info :source "VT-d specification, chapter 6: caching mode, write buffer; Xen c5c84e9766 (2021)")

(define-fun invariant () Bool
  (and
    (forall ((k Hold) (e Dom) (f Frame) (p Page) (q Req) (u Unit))
      (=> (live k) (hold k e f) (not (owner f e)) (names e p f) (assigned q e) (at q u)
          (and (=> (blockedR q p) (or (dirtyQ u q) (owing e p)))
               (=> (holdW k) (blockedW q p) (or (dirtyQ u q) (owing e p))))))
    (forall ((e Dom) (f Frame) (p Page) (q Req) (u Unit) (s Space) (t Tag))
      (=> (owner f e) (names e p f) (assigned q e) (at q u) (for s e) (stands u t s)
          (=> (or (blockedR q p) (blockedW q p)) (or (dirty u t p) (dirtyQ u q) (owing e p)))))))

; A device can use a mapping.
(define-fun witness () Bool
  (exists ((k Hold) (e Dom) (f Frame) (p Page) (q Req))
    (and (live k) (hold k e f) (names e p f) (assigned q e))))
