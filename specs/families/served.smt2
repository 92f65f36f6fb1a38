; A stricter discipline, which some software follows: what is in use is not taken out of the tables, a map returns when its entries are there, and
; where hardware caches that there was nothing, what becomes present is owed an invalidation, too. What a map returned is reachable then.
(set-info :promises-live-mapping-is-readable "no entry of a mapping in use is emptied")
(set-info :promises-live-mapping-is-writable "nor loses the right to write")
(set-info :assumes-kept "software empties no entry of another domain's frame that a mapping in use needs, and finds such a frame no new page")
(define-fun initially () Bool true)
(define-fun at-first () Bool
  (and
    (forall ((u Unit) (t Tag) (p Page)) (and (not (refusesR u t p)) (not (refusesW u t p))))
    (forall ((u Unit) (q Req)) (not (refusesQ u q)))
    (forall ((u Unit) (q Req) (t Tag) (p Page)) (and (not (flyNoR u q t p)) (not (flyNoW u q t p))))))

; The mapping needs what the space's tables have at the page.
(define-fun needs ((k Hold) (s Space) (p Page) (f Frame)) Bool
  (exists ((e Dom)) (and (hold k e f) (not (owner f e)) (for s e) (names e p f))))
; All that the mapping needs is there, and nothing that is owed can refuse it.
(define-fun ready ((k Hold)) Bool
  (forall ((e Dom) (f Frame) (s Space) (p Page))
    (=> (hold k e f) (not (owner f e)) (for s e) (names e p f)
        (and (mapR s p f)
             (=> (holdW k) (mapW s p f))
             (forall ((u Unit) (t Tag)) (=> (stands u t s) (not (dirty u t p))))))))

; --- Software
(define-fun clear-entry.besides ((s Space) (p Page)) Bool (forall ((k Hold) (f Frame)) (=> (live k) (mapR s p f) (not (needs k s p f)))))
(define-fun clear-entry-ro.besides ((s Space) (p Page)) Bool (forall ((k Hold) (f Frame)) (=> (live k) (mapR s p f) (not (needs k s p f)))))
(define-fun demote-entry.besides ((s Space) (p Page)) Bool
  (forall ((k Hold) (f Frame)) (=> (live k) (holdW k) (mapW s p f) (not (needs k s p f)))))
(define-fun name.besides ((e Dom) (p Page) (f Frame)) Bool (forall ((k Hold)) (=> (hold k e f) (not (live k)))))
(define-fun open.besides ((k Hold)) Bool (ready k))
(define-fun reopen.besides ((k Hold)) Bool (ready k))
(define-fun set-entry.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool true)
(define-fun set-entry.dirty ((s Space) (p Page) (f Frame) (e Dom) (a Unit) (b Tag) (c Page)) Bool
  (or (dirty a b c) (and (= c p) (stands a b s) (refusing a))))
(define-fun set-entry.pays ((s Space) (p Page) (f Frame) (e Dom) (i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (pays i a b c) (not (and (= c p) (stands a b s) (refusing a)))))
(define-fun set-entry-ro.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool true)
(define-fun set-entry-ro.dirty ((s Space) (p Page) (f Frame) (e Dom) (a Unit) (b Tag) (c Page)) Bool
  (or (dirty a b c) (and (= c p) (stands a b s) (refusing a))))
(define-fun set-entry-ro.pays ((s Space) (p Page) (f Frame) (e Dom) (i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (pays i a b c) (not (and (= c p) (stands a b s) (refusing a)))))
(define-fun set-entry-wo.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool true)
(define-fun set-entry-wo.dirty ((s Space) (p Page) (f Frame) (e Dom) (a Unit) (b Tag) (c Page)) Bool
  (or (dirty a b c) (and (= c p) (stands a b s) (refusing a))))
(define-fun set-entry-wo.pays ((s Space) (p Page) (f Frame) (e Dom) (i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (pays i a b c) (not (and (= c p) (stands a b s) (refusing a)))))
(define-fun promote-entry.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool true)
(define-fun promote-entry.dirty ((s Space) (p Page) (f Frame) (e Dom) (a Unit) (b Tag) (c Page)) Bool
  (or (dirty a b c) (and (= c p) (stands a b s) (refusing a))))
(define-fun promote-entry.pays ((s Space) (p Page) (f Frame) (e Dom) (i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (pays i a b c) (not (and (= c p) (stands a b s) (refusing a)))))
(define-fun take-tag.besides ((u Unit) (t Tag) (s Space)) Bool
  (forall ((p Page))
    (and (not (refusesR u t p)) (not (refusesW u t p)) (forall ((q Req)) (and (not (flyNoR u q t p)) (not (flyNoW u q t p)))))))
(define-fun waive.besides ((u Unit) (t Tag) (p Page)) Bool
  (forall ((s Space) (f Frame))
    (=> (stands u t s)
        (and (=> (mapR s p f) (and (not (refusesR u t p)) (forall ((q Req)) (not (flyNoR u q t p)))))
             (=> (mapW s p f) (and (not (refusesW u t p)) (forall ((q Req)) (not (flyNoW u q t p)))))))))
(define-fun assign.besides ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool true)
(define-fun assign.dirtyQ ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (dirtyQ a r) (and (= a u) (= r q) (refusing a))))
(define-fun assign.paysQ ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (i Inv) (a Unit) (r Req)) Bool
  (and (paysQ i a r) (not (and (= a u) (= r q) (refusing a)))))
(define-fun write-context.besides ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool true)
(define-fun write-context.dirtyQ ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (dirtyQ a r) (and (= a u) (= r q) (refusing a))))
(define-fun write-context.paysQ ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (i Inv) (a Unit) (r Req)) Bool
  (and (paysQ i a r) (not (and (= a u) (= r q) (refusing a)))))
(define-fun waive-context.besides ((u Unit) (q Req)) Bool (=> (refusesQ u q) (forall ((s Space) (t Tag)) (not (ent u q s t)))))

; --- Hardware
(set-info :walk-refused "a device's request finds nothing in the tables, or nothing to write, and that is in flight")
(define-fun walk-refused.guard ((u Unit) (q Req) (s Space) (t Tag) (p Page)) Bool (and (refusing u) (or (ent u q s t) (cent u q s t))))
(define-fun walk-refused.flyNoR ((u Unit) (q Req) (s Space) (t Tag) (p Page) (a Unit) (r Req) (b Tag) (c Page)) Bool
  (or (flyNoR a r b c) (and (= a u) (= r q) (= b t) (= c p) (forall ((f Frame)) (not (mapR s p f))))))
(define-fun walk-refused.flyNoW ((u Unit) (q Req) (s Space) (t Tag) (p Page) (a Unit) (r Req) (b Tag) (c Page)) Bool
  (or (flyNoW a r b c) (and (= a u) (= r q) (= b t) (= c p) (forall ((f Frame)) (not (mapW s p f))))))
(set-info :fill-refusal "a walk in flight ends, and that there was nothing is cached")
(define-fun fill-refusal.guard ((u Unit) (q Req) (t Tag) (p Page)) Bool (or (flyNoR u q t p) (flyNoW u q t p)))
(define-fun fill-refusal.refusesR ((u Unit) (q Req) (t Tag) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (or (refusesR a b c) (and (= a u) (= b t) (= c p) (flyNoR u q t p))))
(define-fun fill-refusal.refusesW ((u Unit) (q Req) (t Tag) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (or (refusesW a b c) (and (= a u) (= b t) (= c p) (flyNoW u q t p))))
(define-fun fill-refusal.flyNoR ((u Unit) (q Req) (t Tag) (p Page) (a Unit) (r Req) (b Tag) (c Page)) Bool
  (and (flyNoR a r b c) (not (and (= a u) (= r q) (= b t) (= c p)))))
(define-fun fill-refusal.flyNoW ((u Unit) (q Req) (t Tag) (p Page) (a Unit) (r Req) (b Tag) (c Page)) Bool
  (and (flyNoW a r b c) (not (and (= a u) (= r q) (= b t) (= c p)))))
(set-info :fill-no-context "that a device has no entry is cached")
(define-fun fill-no-context.guard ((u Unit) (q Req)) Bool (and (refusing u) (forall ((s Space) (t Tag)) (not (ent u q s t)))))
(define-fun fill-no-context.refusesQ ((u Unit) (q Req) (a Unit) (r Req)) Bool (or (refusesQ a r) (and (= a u) (= r q))))
(define-fun evict.besides ((u Unit) (t Tag) (p Page)) Bool true)
(define-fun evict.refusesR ((u Unit) (t Tag) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (and (refusesR a b c) (not (and (= a u) (= b t) (= c p)))))
(define-fun evict.refusesW ((u Unit) (t Tag) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (and (refusesW a b c) (not (and (= a u) (= b t) (= c p)))))
(define-fun evict-context.besides ((u Unit) (q Req)) Bool true)
(define-fun evict-context.refusesQ ((u Unit) (q Req) (a Unit) (r Req)) Bool (and (refusesQ a r) (not (and (= a u) (= r q)))))
(define-fun end-walk.besides ((u Unit) (q Req)) Bool true)
(define-fun end-walk.flyNoR ((u Unit) (q Req) (a Unit) (r Req) (b Tag) (c Page)) Bool (and (flyNoR a r b c) (not (and (= a u) (= r q)))))
(define-fun end-walk.flyNoW ((u Unit) (q Req) (a Unit) (r Req) (b Tag) (c Page)) Bool (and (flyNoW a r b c) (not (and (= a u) (= r q)))))
(define-fun complete-invalidation.besides ((i Inv)) Bool true)
(define-fun complete-invalidation.refusesR ((i Inv) (a Unit) (b Tag) (c Page)) Bool (and (refusesR a b c) (not (covers i a b c))))
(define-fun complete-invalidation.refusesW ((i Inv) (a Unit) (b Tag) (c Page)) Bool (and (refusesW a b c) (not (covers i a b c))))
(define-fun complete-invalidation.refusesQ ((i Inv) (a Unit) (q Req)) Bool (and (refusesQ a q) (not (coversQ i a q))))
(define-fun complete-invalidation.flyNoR ((i Inv) (a Unit) (q Req) (b Tag) (c Page)) Bool
  (and (flyNoR a q b c) (not (covers i a b c)) (not (drains i a q))))
(define-fun complete-invalidation.flyNoW ((i Inv) (a Unit) (q Req) (b Tag) (c Page)) Bool
  (and (flyNoW a q b c) (not (covers i a b c)) (not (drains i a q))))
