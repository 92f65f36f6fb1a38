; The discipline: the abstract steps that an implementation may take. An action A with parameters x is
;   (set-info :A "what it does")
;   (define-fun A.guard (x) Bool ...)      when it may happen, in terms of the state before
;   (define-fun A.r (x y) Bool ...)        for each relation r that it changes: r(y) in the state after, in terms of
;                                          the state before; y has one variable for each place of r
; A relation that an action does not name stays as it is. Relations that no action changes are the same for ever.
; "initially" is true in the states where everything starts. The fragment is that of the vocabulary.
;
; Starts and returns are apart: an unmap is begin-close, clear-entry or demote-entry, submit, the hardware's
; complete-invalidation, acknowledge, and only then end-hold. What the software knows is in the guards of its actions;
; no guard of a software action looks at a cache.

(set-info :assumes-drain "a completed invalidation has also ended the requests in flight that used what it covers")
(set-info :assumes-guests "guests take back only what no unfinished mapping uses; of the safety properties only holds-granted needs it")
(set-info :assumes-instant "a walk reads one consistent translation at one instant; no level above the last is freed")
(set-info :assumes-meaning "a tag at a unit always means one space, and a space always belongs to one domain")
(set-info :assumes-no-ats "a device caches no translation itself: without ATS there is no device TLB to invalidate")
(set-info :assumes-pages "the pages at which a domain's devices may find a frame are known to the software")

; The mapping is not finished: its pins are held.
(define-fun unfinished ((k Hold)) Bool (or (opening k) (live k) (closing k)))

; No table of the domain lets its devices read, or write, the frame.
(define-fun unmappedR ((e Dom) (f Frame)) Bool
  (forall ((s Space) (p Page)) (=> (for s e) (names e p f) (not (mapR s p f)))))
(define-fun unmappedW ((e Dom) (f Frame)) Bool
  (forall ((s Space) (p Page)) (=> (for s e) (names e p f) (not (mapW s p f)))))

; No invalidation is owed for a page where the domain's devices could find the frame.
(define-fun settled ((e Dom) (f Frame)) Bool
  (forall ((s Space) (p Page) (u Unit) (t Tag))
    (=> (for s e) (names e p f) (stands u t s) (not (dirty u t p)))))

; No invalidation is owed for the right to write.
(define-fun settledW ((e Dom) (f Frame)) Bool
  (forall ((s Space) (p Page) (u Unit) (t Tag))
    (=> (for s e) (names e p f) (stands u t s) (not (dirtyW u t p)))))

(define-fun initially () Bool
  (and
    (forall ((s Space) (d Dom) (e Dom)) (=> (for s d) (for s e) (= d e)))
    (forall ((u Unit) (t Tag) (s Space) (r Space)) (=> (stands u t s) (stands u t r) (= s r)))
    (forall ((g Gref) (d Dom) (e Dom)) (=> (tableOf g d) (tableOf g e) (= d e)))
    (forall ((f Frame) (d Dom) (e Dom)) (=> (owner f d) (owner f e) (= d e)))
    (forall ((k Hold)) (not (unfinished k)))
    (forall ((k Hold) (e Dom) (f Frame)) (not (hold k e f)))
    (forall ((q Req) (e Dom)) (not (assigned q e)))
    (forall ((q Req)) (not (moving q)))
    (forall ((u Unit) (q Req)) (not (undrained u q)))
    (forall ((u Unit) (q Req) (s Space) (t Tag)) (and (not (ent u q s t)) (not (cent u q s t))))
    (forall ((s Space) (p Page) (f Frame)) (and (not (mapR s p f)) (not (mapW s p f))))
    (forall ((u Unit) (t Tag) (p Page) (f Frame)) (and (not (mayR u t p f)) (not (mayW u t p f))))
    (forall ((u Unit) (q Req) (t Tag) (p Page) (f Frame)) (and (not (flyR u q t p f)) (not (flyW u q t p f))))
    (forall ((u Unit) (t Tag) (p Page)) (not (dirtyW u t p)))
    (forall ((i Inv)) (and (not (queued i)) (not (done i))))
    (forall ((i Inv) (u Unit) (t Tag) (p Page)) (not (pays i u t p)))
    (forall ((i Inv) (u Unit) (q Req)) (and (not (paysQ i u q)) (not (paysF i u q))))))

