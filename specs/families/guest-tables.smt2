; A guest with a virtual IOMMU: the tables that the device walks are the hypervisor's shadow of what the guest's own tables and its p2m compose
; to. The guest stores what it likes when it likes; of a page that it has changed nothing is promised until it has asked for an invalidation,
; as it does in caching mode also of what was absent. The hypervisor reads its entry again, makes the shadow follow, has the unit's caches forget,
; and only then lets the guest see that its invalidation is done. Its p2m has frames of its own, and frames that others let it map.
(set-info :assumes-one-read "the hypervisor reads a guest's entry at one instant, in which it stores the shadow's; its levels are one")
(define-fun initially () Bool
  (forall ((s Space) (p Page) (g Page) (h Page)) (=> (guestTo s p g) (guestTo s p h) (= g h))))
(define-fun at-first () Bool
  (and
    (forall ((s Space) (p Page)) (and (not (guestR s p)) (not (guestW s p)) (not (asked s p)) (not (synced s p)) (not (guestDirty s p)) (not (behind s p))))
    (forall ((e Dom) (g Page)) (not (p2mW e g)))
    (forall ((s Space) (p Page) (g Page)) (not (guestTo s p g)))
    (forall ((e Dom) (g Page) (f Frame)) (not (p2mOf e g f)))))

; The guest's entry leads to the frame, by the p2m of the domain whose space it is.
(define-fun leads-to ((s Space) (p Page) (e Dom) (f Frame)) Bool (exists ((g Page)) (and (guestTo s p g) (p2mOf e g f))))
; And the p2m lets it be written there.
(define-fun leads-to-writable ((s Space) (p Page) (e Dom) (f Frame)) Bool
  (exists ((g Page)) (and (guestTo s p g) (p2mOf e g f) (p2mW e g))))
; What lets the page be read, or written, at the frame is no more than the guest's entry and the p2m give.
(define-fun no-more ((s Space) (p Page) (e Dom) (f Frame)) Bool
  (and (=> (mapR s p f) (guestR s p))
       (=> (mapW s p f) (guestW s p))
       (forall ((g Page))
         (=> (guestTo s p g)
             (and (=> (or (mapR s p f) (mapW s p f)) (p2mOf e g f))
                  (=> (mapW s p f) (p2mW e g)))))))
; And no less.
(define-fun no-less ((s Space) (p Page) (e Dom) (f Frame)) Bool
  (forall ((g Page))
    (=> (guestTo s p g) (p2mOf e g f)
        (and (=> (guestR s p) (mapR s p f))
             (=> (guestW s p) (p2mW e g) (mapW s p f))))))

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
  (forall ((f Frame) (e Dom)) (=> (for s e) (and (no-more s p e f) (no-less s p e f)))))
(define-fun sync.synced ((s Space) (p Page) (a Space) (b Page)) Bool (or (synced a b) (and (= a s) (= b p))))
(set-info :answer "a guest sees that what it asked for is done: the shadow follows, and the unit's caches were made to forget")
(define-fun answer.guard ((s Space) (p Page)) Bool
  (and (synced s p) (forall ((u Unit) (t Tag)) (=> (stands u t s) (not (dirty u t p))))))
(define-fun answer.guestDirty ((s Space) (p Page) (a Space) (b Page)) Bool
  (and (guestDirty a b) (not (and (= a s) (= b p) (asked s p)))))
(define-fun answer.asked ((s Space) (p Page) (a Space) (b Page)) Bool (and (asked a b) (not (and (= a s) (= b p)))))
(define-fun answer.behind ((s Space) (p Page) (a Space) (b Page)) Bool (and (behind a b) (not (and (= a s) (= b p)))))
(define-fun answer.synced ((s Space) (p Page) (a Space) (b Page)) Bool (and (synced a b) (not (and (= a s) (= b p)))))

; What the hypervisor does of its own accord leaves the shadow behind, until it has made it follow and answered again.
(define-fun clear-entry.besides ((s Space) (p Page)) Bool true)
(define-fun clear-entry.behind ((s Space) (p Page) (a Space) (b Page)) Bool (or (behind a b) (and (= a s) (= b p))))
(define-fun clear-entry.synced ((s Space) (p Page) (a Space) (b Page)) Bool (and (synced a b) (not (and (= a s) (= b p)))))
(define-fun clear-entry-ro.besides ((s Space) (p Page)) Bool true)
(define-fun clear-entry-ro.behind ((s Space) (p Page) (a Space) (b Page)) Bool (or (behind a b) (and (= a s) (= b p))))
(define-fun clear-entry-ro.synced ((s Space) (p Page) (a Space) (b Page)) Bool (and (synced a b) (not (and (= a s) (= b p)))))
(define-fun demote-entry.besides ((s Space) (p Page)) Bool true)
(define-fun demote-entry.behind ((s Space) (p Page) (a Space) (b Page)) Bool (or (behind a b) (and (= a s) (= b p))))
(define-fun demote-entry.synced ((s Space) (p Page) (a Space) (b Page)) Bool (and (synced a b) (not (and (= a s) (= b p)))))

(set-info :populate "a guest gets a frame that it may write, its own or one that it maps, at one of its page numbers")
(define-fun populate.guard ((e Dom) (g Page) (f Frame)) Bool
  (and (entitledW e f) (forall ((h Frame)) (not (p2mOf e g h)))))
(define-fun populate.p2mOf ((e Dom) (g Page) (f Frame) (a Dom) (b Page) (c Frame)) Bool
  (or (p2mOf a b c) (and (= a e) (= b g) (= c f))))
(define-fun populate.p2mW ((e Dom) (g Page) (f Frame) (a Dom) (b Page)) Bool (or (p2mW a b) (and (= a e) (= b g))))
(define-fun populate.behind ((e Dom) (g Page) (f Frame) (a Space) (b Page)) Bool (or (behind a b) (and (for a e) (guestTo a b g))))
(define-fun populate.synced ((e Dom) (g Page) (f Frame) (a Space) (b Page)) Bool
  (and (synced a b) (not (and (for a e) (guestTo a b g)))))
(set-info :populate-ro "a guest gets a frame that it may read at one of its page numbers")
(define-fun populate-ro.guard ((e Dom) (g Page) (f Frame)) Bool (and (entitled e f) (forall ((h Frame)) (not (p2mOf e g h)))))
(define-fun populate-ro.p2mOf ((e Dom) (g Page) (f Frame) (a Dom) (b Page) (c Frame)) Bool
  (or (p2mOf a b c) (and (= a e) (= b g) (= c f))))
(define-fun populate-ro.p2mW ((e Dom) (g Page) (f Frame) (a Dom) (b Page)) Bool (and (p2mW a b) (not (and (= a e) (= b g)))))
(define-fun populate-ro.behind ((e Dom) (g Page) (f Frame) (a Space) (b Page)) Bool
  (or (behind a b) (and (for a e) (guestTo a b g))))
(define-fun populate-ro.synced ((e Dom) (g Page) (f Frame) (a Space) (b Page)) Bool
  (and (synced a b) (not (and (for a e) (guestTo a b g)))))
(set-info :depopulate "a frame is taken out of a guest's p2m, where no shadow leads to it any more, nor what a cache has of one")
(define-fun depopulate.guard ((e Dom) (g Page) (f Frame)) Bool (and (unmappedR e f) (unmappedW e f) (settled e f)))
(define-fun depopulate.p2mOf ((e Dom) (g Page) (f Frame) (a Dom) (b Page) (c Frame)) Bool
  (and (p2mOf a b c) (not (and (= a e) (= b g) (= c f)))))
(define-fun free.besides ((f Frame) (d Dom)) Bool (forall ((g Page)) (not (p2mOf d g f))))
(define-fun protect.besides ((f Frame) (d Dom)) Bool (forall ((g Page)) (not (p2mOf d g f))))

; A mapping of another domain's frame ends once the p2m has the frame no more, or has it by another right.
(define-fun end-hold.besides ((k Hold) (e Dom) (f Frame)) Bool
  (and (or (forall ((g Page)) (not (p2mOf e g f)))
           (and (owner f e) (not (notdma f)))
           (exists ((j Hold)) (and (hold j e f) (unfinished j) (not (= j k)))))
       (or (not (holdW k))
           (forall ((g Page)) (=> (p2mOf e g f) (not (p2mW e g))))
           (and (owner f e) (not (notdma f)))
           (exists ((j Hold)) (and (hold j e f) (holdW j) (unfinished j) (not (= j k)))))))

(define-fun set-entry.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool
  (and (guestR s p) (guestW s p) (leads-to-writable s p e f)))
(define-fun set-entry-ro.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool (and (guestR s p) (leads-to s p e f)))
(define-fun set-entry-wo.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool (and (guestW s p) (leads-to-writable s p e f)))
(define-fun promote-entry.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool (and (guestW s p) (leads-to-writable s p e f)))
