; A guest with a virtual IOMMU: the tables that the device walks are the hypervisor's shadow of what the guest's own tables and its p2m compose
; to. The guest stores what it likes when it likes, and asks for invalidations as in caching mode; the hypervisor reads its entry again, makes
; the shadow follow, has the unit's caches forget, and only then lets the guest see that its invalidation is done.
(set-info :assumes-caching-mode "a guest asks for an invalidation after each change of its tables, also of what was absent")
(set-info :assumes-one-read "the hypervisor reads a guest's entry at one instant, in which it stores the shadow's; its levels are one")
(define-fun initially () Bool
  (forall ((s Space) (p Page) (g Page) (h Page)) (=> (guestTo s p g) (guestTo s p h) (= g h))))
(define-fun at-first () Bool
  (and
    (forall ((s Space) (p Page)) (and (not (guestR s p)) (not (guestW s p)) (not (asked s p)) (not (synced s p)) (not (guestDirty s p))))
    (forall ((s Space) (p Page) (g Page)) (not (guestTo s p g)))
    (forall ((e Dom) (g Page) (f Frame)) (not (p2mOf e g f)))))

; The guest's entry leads to the frame, by the p2m of the domain whose space it is.
(define-fun leads-to ((s Space) (p Page) (e Dom) (f Frame)) Bool (exists ((g Page)) (and (guestTo s p g) (p2mOf e g f))))
; Whatever gfn it leads to, there is the frame.
(define-fun leads-nowhere-else ((s Space) (p Page) (e Dom) (f Frame)) Bool (forall ((g Page)) (=> (guestTo s p g) (p2mOf e g f))))

(set-info :guest-sets "a guest stores an entry that allows reading and writing")
(define-fun guest-sets.guard ((s Space) (p Page) (g Page)) Bool true)
(define-fun guest-sets.guestR ((s Space) (p Page) (g Page) (a Space) (b Page)) Bool (or (guestR a b) (and (= a s) (= b p))))
(define-fun guest-sets.guestW ((s Space) (p Page) (g Page) (a Space) (b Page)) Bool (or (guestW a b) (and (= a s) (= b p))))
(define-fun guest-sets.guestTo ((s Space) (p Page) (g Page) (a Space) (b Page) (c Page)) Bool
  (ite (and (= a s) (= b p)) (= c g) (guestTo a b c)))
(define-fun guest-sets.guestDirty ((s Space) (p Page) (g Page) (a Space) (b Page)) Bool (or (guestDirty a b) (and (= a s) (= b p))))
(define-fun guest-sets.asked ((s Space) (p Page) (g Page) (a Space) (b Page)) Bool (and (asked a b) (not (and (= a s) (= b p)))))
(set-info :guest-sets-ro "a guest stores an entry that allows reading only")
(define-fun guest-sets-ro.guard ((s Space) (p Page) (g Page)) Bool true)
(define-fun guest-sets-ro.guestR ((s Space) (p Page) (g Page) (a Space) (b Page)) Bool (or (guestR a b) (and (= a s) (= b p))))
(define-fun guest-sets-ro.guestW ((s Space) (p Page) (g Page) (a Space) (b Page)) Bool (and (guestW a b) (not (and (= a s) (= b p)))))
(define-fun guest-sets-ro.guestTo ((s Space) (p Page) (g Page) (a Space) (b Page) (c Page)) Bool
  (ite (and (= a s) (= b p)) (= c g) (guestTo a b c)))
(define-fun guest-sets-ro.guestDirty ((s Space) (p Page) (g Page) (a Space) (b Page)) Bool (or (guestDirty a b) (and (= a s) (= b p))))
(define-fun guest-sets-ro.asked ((s Space) (p Page) (g Page) (a Space) (b Page)) Bool (and (asked a b) (not (and (= a s) (= b p)))))
(set-info :guest-clears "a guest empties an entry of its own")
(define-fun guest-clears.guard ((s Space) (p Page)) Bool true)
(define-fun guest-clears.guestR ((s Space) (p Page) (a Space) (b Page)) Bool (and (guestR a b) (not (and (= a s) (= b p)))))
(define-fun guest-clears.guestW ((s Space) (p Page) (a Space) (b Page)) Bool (and (guestW a b) (not (and (= a s) (= b p)))))
(define-fun guest-clears.guestDirty ((s Space) (p Page) (a Space) (b Page)) Bool (or (guestDirty a b) (and (= a s) (= b p))))
(define-fun guest-clears.asked ((s Space) (p Page) (a Space) (b Page)) Bool (and (asked a b) (not (and (= a s) (= b p)))))
(set-info :guest-asks "a guest asks for an invalidation of a page, and waits for it")
(define-fun guest-asks.guard ((s Space) (p Page)) Bool true)
(define-fun guest-asks.asked ((s Space) (p Page) (a Space) (b Page)) Bool (or (asked a b) (and (= a s) (= b p))))
(define-fun guest-asks.synced ((s Space) (p Page) (a Space) (b Page)) Bool (and (synced a b) (not (and (= a s) (= b p)))))

(set-info :sync "the hypervisor finds that the shadow's entry follows the guest's as it is now, be it because it has cleared or set it")
(define-fun sync.guard ((s Space) (p Page)) Bool
  (and (forall ((f Frame)) (=> (mapR s p f) (guestR s p)))
       (forall ((f Frame)) (=> (mapW s p f) (guestW s p)))
       (forall ((f Frame) (e Dom)) (=> (for s e) (or (mapR s p f) (mapW s p f)) (leads-nowhere-else s p e f)))))
(define-fun sync.synced ((s Space) (p Page) (a Space) (b Page)) Bool (or (synced a b) (and (= a s) (= b p))))
(set-info :answer "a guest sees that what it asked for is done: the shadow follows, and the unit's caches were made to forget")
(define-fun answer.guard ((s Space) (p Page)) Bool
  (and (synced s p) (forall ((u Unit) (t Tag)) (=> (stands u t s) (not (dirty u t p))))))
(define-fun answer.guestDirty ((s Space) (p Page) (a Space) (b Page)) Bool
  (and (guestDirty a b) (not (and (= a s) (= b p) (asked s p)))))
(define-fun answer.asked ((s Space) (p Page) (a Space) (b Page)) Bool (and (asked a b) (not (and (= a s) (= b p)))))
(define-fun answer.synced ((s Space) (p Page) (a Space) (b Page)) Bool (and (synced a b) (not (and (= a s) (= b p)))))

(set-info :populate "a guest gets a frame of its own at one of its page numbers")
(define-fun populate.guard ((e Dom) (g Page) (f Frame)) Bool
  (and (owner f e) (not (notdma f)) (forall ((h Frame)) (not (p2mOf e g h)))))
(define-fun populate.p2mOf ((e Dom) (g Page) (f Frame) (a Dom) (b Page) (c Frame)) Bool
  (or (p2mOf a b c) (and (= a e) (= b g) (= c f))))
(set-info :depopulate "a frame is taken out of a guest's p2m, where no shadow leads to it any more, nor what a cache has of one")
(define-fun depopulate.guard ((e Dom) (g Page) (f Frame)) Bool (and (unmappedR e f) (unmappedW e f) (settled e f)))
(define-fun depopulate.p2mOf ((e Dom) (g Page) (f Frame) (a Dom) (b Page) (c Frame)) Bool
  (and (p2mOf a b c) (not (and (= a e) (= b g) (= c f)))))
(define-fun free.besides ((f Frame) (d Dom)) Bool (forall ((g Page)) (not (p2mOf d g f))))
(define-fun protect.besides ((f Frame) (d Dom)) Bool (forall ((g Page)) (not (p2mOf d g f))))

(define-fun set-entry.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool (and (guestR s p) (guestW s p) (leads-to s p e f)))
(define-fun set-entry-ro.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool (and (guestR s p) (leads-to s p e f)))
(define-fun set-entry-wo.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool (and (guestW s p) (leads-to s p e f)))
(define-fun promote-entry.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool (and (guestW s p) (leads-to s p e f)))
