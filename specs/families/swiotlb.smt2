; A kernel that bounces buffers by slots of a pool of its own, behind an IOMMU: a slot is reached by a device only while its mapping has it. The
; CPU writes the whole slot, whatever the direction, before anything leads there; a frame that leaves the pool is blanked.
(set-info :assumes-untrusted "swiotlb: every device is taken for one that anybody may have plugged in")
(set-info :assumes-slots "swiotlb: a slot is a frame of its own; a mapping of several slots is several mappings")
(set-info :assumes-writes "swiotlb: what a device writes to a slot while its mapping has it counts as that mapping's")
(define-fun initially () Bool true)
(define-fun at-first () Bool
  (and (forall ((q Req)) (untrusted q))
       (forall ((f Frame)) (and (not (bouncesPart f)) (not (othersBytes f))))
       (forall ((k Hold)) (not (spoiledBuffer k)))))

(define-fun unused ((f Frame)) Bool (forall ((k Hold) (e Dom)) (=> (hold k e f) (not (unfinished k)))))

(set-info :pool-add "a frame that no device may touch is made a slot; there is in it what was in it")
(define-fun pool-add.guard ((f Frame) (e Dom)) Bool (and (owner f e) (notdma f) (unused f)))
(define-fun pool-add.bouncesPart ((f Frame) (e Dom) (a Frame)) Bool (or (bouncesPart a) (= a f)))
(define-fun pool-add.othersBytes ((f Frame) (e Dom) (a Frame)) Bool (or (othersBytes a) (= a f)))
(set-info :blank "a frame is overwritten with zeros")
(define-fun blank.guard ((f Frame)) Bool true)
(define-fun blank.othersBytes ((f Frame) (a Frame)) Bool (and (othersBytes a) (not (= a f))))
(set-info :pool-give "a slot that no mapping has, and that was blanked, leaves the pool")
(define-fun pool-give.guard ((f Frame)) Bool (and (unused f) (not (othersBytes f))))
(define-fun pool-give.bouncesPart ((f Frame) (a Frame)) Bool (and (bouncesPart a) (not (= a f))))

(set-info :begin-bounce "a mapping gets a slot that no other mapping has; bytes of former ones are still there")
(define-fun begin-bounce.guard ((k Hold) (e Dom) (f Frame)) Bool
  (and (bouncesPart f) (owner f e) (unused f) (not (unfinished k)) (forall ((g Gref) (d Dom)) (not (tableOf g d)))))
(define-fun begin-bounce.hold ((k Hold) (e Dom) (f Frame) (a Hold) (b Dom) (c Frame)) Bool
  (ite (= a k) (and (= b e) (= c f)) (hold a b c)))
(define-fun begin-bounce.holdW ((k Hold) (e Dom) (f Frame) (a Hold)) Bool (or (= a k) (holdW a)))
(define-fun begin-bounce.by ((k Hold) (e Dom) (f Frame) (a Hold) (b Gref)) Bool (and (by a b) (not (= a k))))
(define-fun begin-bounce.opening ((k Hold) (e Dom) (f Frame) (a Hold)) Bool (or (= a k) (opening a)))
(set-info :copy-in "the CPU writes all of the slot for the mapping: the buffer's bytes, zeros around them")
(define-fun copy-in.guard ((k Hold) (e Dom) (f Frame)) Bool (and (hold k e f) (unfinished k)))
(define-fun copy-in.othersBytes ((k Hold) (e Dom) (f Frame) (a Frame)) Bool (and (othersBytes a) (not (= a f))))
(set-info :copy-out "the CPU copies the slot to the mapping's buffer")
(define-fun copy-out.guard ((k Hold) (e Dom) (f Frame)) Bool (and (hold k e f) (or (live k) (closing k))))
(define-fun copy-out.spoiledBuffer ((k Hold) (e Dom) (f Frame) (a Hold)) Bool (or (spoiledBuffer a) (and (= a k) (othersBytes f))))

(define-fun open.besides ((k Hold)) Bool (forall ((e Dom) (f Frame)) (=> (hold k e f) (not (othersBytes f)))))
(define-fun end-hold.besides ((k Hold) (e Dom) (f Frame)) Bool true)
(define-fun end-hold.othersBytes ((k Hold) (e Dom) (f Frame) (a Frame)) Bool (or (othersBytes a) (and (= a f) (bouncesPart f))))
(define-fun set-entry.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool (not (othersBytes f)))
(define-fun set-entry-ro.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool (not (othersBytes f)))
(define-fun set-entry-wo.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool (not (othersBytes f)))
; The pool is nothing else's.
(define-fun unprotect.besides ((f Frame)) Bool (not (bouncesPart f)))
(define-fun begin-open.besides ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame)) Bool (not (bouncesPart f)))
(define-fun begin-open-ro.besides ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame)) Bool (not (bouncesPart f)))
(define-fun begin-use.besides ((k Hold) (e Dom) (f Frame)) Bool (not (bouncesPart f)))
(define-fun begin-use-ro.besides ((k Hold) (e Dom) (f Frame)) Bool (not (bouncesPart f)))
(define-fun split.besides ((k Hold) (j Hold) (g Gref) (e Dom) (f Frame)) Bool (not (bouncesPart f)))
