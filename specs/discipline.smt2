; The discipline: the abstract steps that an implementation may take. An action A with parameters x is
;   (set-info :A "what it does")
;   (define-fun A.guard (x) Bool ...)      when it may happen, in terms of the state before
;   (define-fun A.r (x y) Bool ...)        for each relation r that it changes: r(y) in the state after, in terms of
;                                          the state before; y has one variable for each place of r
; A relation that an action does not name stays as it is. Relations that no action changes are the same for ever.
; "initially" is true in the states where everything starts. The fragment is that of the vocabulary.
;
; Starts and returns are apart: an unmap is begin-close, clear-entry or demote-entry, submit, the hardware's
; complete-invalidation, acknowledge, and only then end-hold. What the software knows is in the guards of its actions. Few
; guards of software actions look at a cache, because the books that tell are not modelled: waive, waive-context, waive-drain, unname,
; take-tag, return-tag, end-move. They are safe, and that software is right to take them is checked at each use, not proved.

(set-info :assumes-drain "a completed invalidation has also ended the requests in flight that used what it covers")
(set-info :assumes-guests "guests take back only what no unfinished mapping uses; of the safety properties only holds-granted needs it")
(set-info :assumes-instant "a walk reads one consistent translation at one instant; no level above the last is freed")
(set-info :assumes-meaning "a space always belongs to one domain, or to none; a tag means another space only once nothing is filed under it")
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

; Nothing is filed under the tag at the unit, nothing in flight is, and no device entry, in memory or cached, has it.
(define-fun quiet ((u Unit) (t Tag)) Bool
  (and (forall ((q Req) (s Space)) (and (not (ent u q s t)) (not (cent u q s t))))
       (forall ((p Page) (f Frame)) (and (not (mayR u t p f)) (not (mayW u t p f))))
       (forall ((q Req) (p Page) (f Frame)) (and (not (flyR u q t p f)) (not (flyW u q t p f))))))

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
    (forall ((q Req) (d Dom) (e Dom)) (not (between q d e)))
    (forall ((u Unit) (q Req)) (not (undrained u q)))
    (forall ((u Unit) (q Req) (s Space) (t Tag)) (and (not (ent u q s t)) (not (cent u q s t))))
    (forall ((s Space) (p Page) (f Frame)) (and (not (mapR s p f)) (not (mapW s p f))))
    (forall ((u Unit) (t Tag) (p Page) (f Frame)) (and (not (mayR u t p f)) (not (mayW u t p f))))
    (forall ((u Unit) (q Req) (t Tag) (p Page) (f Frame)) (and (not (flyR u q t p f)) (not (flyW u q t p f))))
    (forall ((u Unit) (t Tag) (p Page)) (not (dirtyW u t p)))
    (forall ((i Inv)) (and (not (queued i)) (not (done i))))
    (forall ((i Inv) (u Unit) (t Tag) (p Page)) (not (pays i u t p)))
    (forall ((i Inv) (u Unit) (q Req)) (and (not (paysQ i u q)) (not (paysF i u q))))))

; --- Frames

(set-info :allocate "a frame without an owner is given to a domain")
(define-fun allocate.guard ((f Frame) (d Dom)) Bool (forall ((x Dom)) (not (owner f x))))
(define-fun allocate.owner ((f Frame) (d Dom) (a Frame) (b Dom)) Bool (ite (= a f) (= b d) (owner a b)))

(set-info :free "an owner loses a frame that nobody maps any more")
(define-fun free.guard ((f Frame) (d Dom)) Bool
  (and (owner f d)
       (forall ((k Hold) (e Dom)) (=> (hold k e f) (not (unfinished k))))
       (unmappedR d f)
       (unmappedW d f)
       (settled d f)))
(define-fun free.owner ((f Frame) (d Dom) (a Frame) (b Dom)) Bool (and (owner a b) (not (= a f))))

(set-info :protect "a frame is put to a use that no device may touch, such as a page table")
(define-fun protect.guard ((f Frame) (d Dom)) Bool (and (owner f d) (unmappedR d f) (unmappedW d f) (settled d f)))
(define-fun protect.notdma ((f Frame) (d Dom) (a Frame)) Bool (or (= a f) (notdma a)))

(set-info :unprotect "a frame returns to ordinary use")
(define-fun unprotect.guard ((f Frame)) Bool true)
(define-fun unprotect.notdma ((f Frame) (a Frame)) Bool (and (notdma a) (not (= a f))))

; --- Grants and holds

(set-info :grant "a guest offers a frame for reading and writing through an unused entry")
(define-fun grant.guard ((g Gref) (e Dom) (f Frame)) Bool (forall ((x Dom) (y Frame)) (not (offer g x y))))
(define-fun grant.offer ((g Gref) (e Dom) (f Frame) (a Gref) (b Dom) (c Frame)) Bool
  (ite (= a g) (and (= b e) (= c f)) (offer a b c)))
(define-fun grant.offerW ((g Gref) (e Dom) (f Frame) (a Gref)) Bool (or (= a g) (offerW a)))

(set-info :grant-ro "a guest offers a frame for reading through an unused entry")
(define-fun grant-ro.guard ((g Gref) (e Dom) (f Frame)) Bool (forall ((x Dom) (y Frame)) (not (offer g x y))))
(define-fun grant-ro.offer ((g Gref) (e Dom) (f Frame) (a Gref) (b Dom) (c Frame)) Bool
  (ite (= a g) (and (= b e) (= c f)) (offer a b c)))
(define-fun grant-ro.offerW ((g Gref) (e Dom) (f Frame) (a Gref)) Bool (and (offerW a) (not (= a g))))

(set-info :end-access "a guest takes back an offer that no unfinished mapping uses")
(define-fun end-access.guard ((g Gref)) Bool (forall ((k Hold)) (=> (by k g) (not (unfinished k)))))
(define-fun end-access.offer ((g Gref) (a Gref) (b Dom) (c Frame)) Bool (and (offer a b c) (not (= a g))))
(define-fun end-access.offerW ((g Gref) (a Gref)) Bool (and (offerW a) (not (= a g))))

(set-info :restrict "a guest takes back the right to write that no unfinished mapping uses")
(define-fun restrict.guard ((g Gref)) Bool (forall ((k Hold)) (=> (by k g) (holdW k) (not (unfinished k)))))
(define-fun restrict.offerW ((g Gref) (a Gref)) Bool (and (offerW a) (not (= a g))))

(set-info :widen "a guest lets an entry be used for writing too, whatever it offered before")
(define-fun widen.guard ((g Gref)) Bool true)
(define-fun widen.offerW ((g Gref) (a Gref)) Bool (or (= a g) (offerW a)))

(set-info :begin-open "pins are taken for a mapping for reading and writing")
(define-fun begin-open.guard ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame)) Bool
  (and (not (unfinished k)) (offer g e f) (offerW g) (tableOf g d) (owner f d)))
(define-fun begin-open.hold ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame) (a Hold) (b Dom) (c Frame)) Bool
  (ite (= a k) (and (= b e) (= c f)) (hold a b c)))
(define-fun begin-open.holdW ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame) (a Hold)) Bool (or (= a k) (holdW a)))
(define-fun begin-open.by ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame) (a Hold) (b Gref)) Bool
  (ite (= a k) (= b g) (by a b)))
(define-fun begin-open.opening ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame) (a Hold)) Bool (or (= a k) (opening a)))

(set-info :begin-open-ro "pins are taken for a mapping for reading")
(define-fun begin-open-ro.guard ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame)) Bool
  (and (not (unfinished k)) (offer g e f) (tableOf g d) (owner f d)))
(define-fun begin-open-ro.hold ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame) (a Hold) (b Dom) (c Frame)) Bool
  (ite (= a k) (and (= b e) (= c f)) (hold a b c)))
(define-fun begin-open-ro.holdW ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame) (a Hold)) Bool
  (and (holdW a) (not (= a k))))
(define-fun begin-open-ro.by ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame) (a Hold) (b Gref)) Bool
  (ite (= a k) (= b g) (by a b)))
(define-fun begin-open-ro.opening ((k Hold) (g Gref) (d Dom) (e Dom) (f Frame) (a Hold)) Bool
  (or (= a k) (opening a)))

; Where nobody grants, what a kernel maps for a device is the device's to use because the kernel says so.
(set-info :begin-use "a kernel maps a frame for a device, for reading and writing, without a grant")
(define-fun begin-use.guard ((k Hold) (e Dom) (f Frame)) Bool
  (and (not (unfinished k)) (forall ((g Gref) (d Dom)) (not (tableOf g d)))))
(define-fun begin-use.hold ((k Hold) (e Dom) (f Frame) (a Hold) (b Dom) (c Frame)) Bool
  (ite (= a k) (and (= b e) (= c f)) (hold a b c)))
(define-fun begin-use.holdW ((k Hold) (e Dom) (f Frame) (a Hold)) Bool (or (= a k) (holdW a)))
(define-fun begin-use.by ((k Hold) (e Dom) (f Frame) (a Hold) (b Gref)) Bool (and (by a b) (not (= a k))))
(define-fun begin-use.opening ((k Hold) (e Dom) (f Frame) (a Hold)) Bool (or (= a k) (opening a)))

(set-info :begin-use-ro "a kernel maps a frame for a device, for reading, without a grant")
(define-fun begin-use-ro.guard ((k Hold) (e Dom) (f Frame)) Bool
  (and (not (unfinished k)) (forall ((g Gref) (d Dom)) (not (tableOf g d)))))
(define-fun begin-use-ro.hold ((k Hold) (e Dom) (f Frame) (a Hold) (b Dom) (c Frame)) Bool
  (ite (= a k) (and (= b e) (= c f)) (hold a b c)))
(define-fun begin-use-ro.holdW ((k Hold) (e Dom) (f Frame) (a Hold)) Bool (and (holdW a) (not (= a k))))
(define-fun begin-use-ro.by ((k Hold) (e Dom) (f Frame) (a Hold) (b Gref)) Bool (and (by a b) (not (= a k))))
(define-fun begin-use-ro.opening ((k Hold) (e Dom) (f Frame) (a Hold)) Bool (or (= a k) (opening a)))

(set-info :open "a mapping is handed to its user")
(define-fun open.guard ((k Hold)) Bool (opening k))
(define-fun open.opening ((k Hold) (a Hold)) Bool (and (opening a) (not (= a k))))
(define-fun open.live ((k Hold) (a Hold)) Bool (or (live a) (= a k)))

(set-info :begin-close "an unmap starts; the pins are kept")
(define-fun begin-close.guard ((k Hold)) Bool (live k))
(define-fun begin-close.live ((k Hold) (a Hold)) Bool (and (live a) (not (= a k))))
(define-fun begin-close.closing ((k Hold) (a Hold)) Bool (or (closing a) (= a k)))

(set-info :split "an unmap of one side of a mapping starts; the other side stays, and so do the pins of both")
(define-fun split.guard ((k Hold) (j Hold) (g Gref) (e Dom) (f Frame)) Bool
  (and (unfinished k) (not (unfinished j)) (by k g) (hold k e f)))
(define-fun split.hold ((k Hold) (j Hold) (g Gref) (e Dom) (f Frame) (a Hold) (b Dom) (c Frame)) Bool
  (ite (= a j) (and (= b e) (= c f)) (hold a b c)))
(define-fun split.holdW ((k Hold) (j Hold) (g Gref) (e Dom) (f Frame) (a Hold)) Bool
  (ite (= a j) (holdW k) (holdW a)))
(define-fun split.by ((k Hold) (j Hold) (g Gref) (e Dom) (f Frame) (a Hold) (b Gref)) Bool
  (ite (= a j) (= b g) (by a b)))
(define-fun split.closing ((k Hold) (j Hold) (g Gref) (e Dom) (f Frame) (a Hold)) Bool (or (closing a) (= a j)))

(set-info :reopen "an unmap failed; the mapping stays its user's")
(define-fun reopen.guard ((k Hold)) Bool (closing k))
(define-fun reopen.closing ((k Hold) (a Hold)) Bool (and (closing a) (not (= a k))))
(define-fun reopen.live ((k Hold) (a Hold)) Bool (or (live a) (= a k)))

; The rights that end are either kept by other means, or no table and no cache knows them any more.
(set-info :end-hold "an unmap, or a map that failed, returns; the pins are dropped")
(define-fun end-hold.guard ((k Hold) (e Dom) (f Frame)) Bool
  (and (or (opening k) (closing k))
       (hold k e f)
       (or (and (unmappedR e f) (settled e f))
           (and (owner f e) (not (notdma f)))
           (exists ((j Hold)) (and (hold j e f) (unfinished j) (not (= j k)))))
       (or (not (holdW k))
           (and (unmappedW e f) (settledW e f))
           (and (owner f e) (not (notdma f)))
           (exists ((j Hold)) (and (hold j e f) (holdW j) (unfinished j) (not (= j k)))))))
(define-fun end-hold.opening ((k Hold) (e Dom) (f Frame) (a Hold)) Bool (and (opening a) (not (= a k))))
(define-fun end-hold.closing ((k Hold) (e Dom) (f Frame) (a Hold)) Bool (and (closing a) (not (= a k))))
(define-fun end-hold.hold ((k Hold) (e Dom) (f Frame) (a Hold) (b Dom) (c Frame)) Bool
  (and (hold a b c) (not (= a k))))
(define-fun end-hold.holdW ((k Hold) (e Dom) (f Frame) (a Hold)) Bool (and (holdW a) (not (= a k))))
(define-fun end-hold.by ((k Hold) (e Dom) (f Frame) (a Hold) (b Gref)) Bool (and (by a b) (not (= a k))))

; --- Where frames are found

(set-info :name "a domain's devices are to find a frame at a page from now on")
(define-fun name.guard ((e Dom) (p Page) (f Frame)) Bool true)
(define-fun name.names ((e Dom) (p Page) (f Frame) (a Dom) (b Page) (c Frame)) Bool
  (or (names a b c) (and (= a e) (= b p) (= c f))))

(set-info :unname "a page at which no table, cache or request in flight knows the frame any more is not looked at for it")
(define-fun unname.guard ((e Dom) (p Page) (f Frame)) Bool
  (forall ((s Space))
    (=> (for s e)
        (and (not (mapR s p f)) (not (mapW s p f))
             (forall ((u Unit) (t Tag))
               (=> (stands u t s)
                   (and (not (mayR u t p f)) (not (mayW u t p f))
                        (forall ((q Req)) (and (not (flyR u q t p f)) (not (flyW u q t p f)))))))))))
(define-fun unname.names ((e Dom) (p Page) (f Frame) (a Dom) (b Page) (c Frame)) Bool
  (and (names a b c) (not (and (= a e) (= b p) (= c f)))))

; --- Tags. That nothing is left under one is the work of the invalidation before; the guards look, as that of waive does.

(set-info :take-tag "a tag under which nothing is filed means a space from now on")
(define-fun take-tag.guard ((u Unit) (t Tag) (s Space)) Bool (and (quiet u t) (forall ((r Space)) (not (stands u t r)))))
(define-fun take-tag.stands ((u Unit) (t Tag) (s Space) (a Unit) (b Tag) (c Space)) Bool
  (or (stands a b c) (and (= a u) (= b t) (= c s))))

(set-info :return-tag "a tag under which nothing is filed any more means nothing")
(define-fun return-tag.guard ((u Unit) (t Tag)) Bool (quiet u t))
(define-fun return-tag.stands ((u Unit) (t Tag) (a Unit) (b Tag) (c Space)) Bool
  (and (stands a b c) (not (and (= a u) (= b t)))))

; --- Tables

(set-info :set-entry "an empty table entry is made to allow reading and writing")
(define-fun set-entry.guard ((s Space) (p Page) (f Frame) (e Dom)) Bool
  (and (for s e) (names e p f) (entitledW e f)
       (forall ((x Frame)) (and (not (mapR s p x)) (not (mapW s p x))))))
(define-fun set-entry.mapR ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (ite (and (= a s) (= b p)) (= c f) (mapR a b c)))
(define-fun set-entry.mapW ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (ite (and (= a s) (= b p)) (= c f) (mapW a b c)))

(set-info :set-entry-ro "an empty table entry is made to allow reading")
(define-fun set-entry-ro.guard ((s Space) (p Page) (f Frame) (e Dom)) Bool
  (and (for s e) (names e p f) (entitled e f)
       (forall ((x Frame)) (and (not (mapR s p x)) (not (mapW s p x))))))
(define-fun set-entry-ro.mapR ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (ite (and (= a s) (= b p)) (= c f) (mapR a b c)))
(define-fun set-entry-ro.mapW ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (and (mapW a b c) (not (and (= a s) (= b p)))))

(set-info :set-entry-wo "an empty table entry is made to allow writing only, as some tables can say")
(define-fun set-entry-wo.guard ((s Space) (p Page) (f Frame) (e Dom)) Bool
  (and (for s e) (names e p f) (entitledW e f)
       (forall ((x Frame)) (and (not (mapR s p x)) (not (mapW s p x))))))
(define-fun set-entry-wo.mapW ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (ite (and (= a s) (= b p)) (= c f) (mapW a b c)))

(set-info :promote-entry "a table entry for reading is made to allow writing too")
(define-fun promote-entry.guard ((s Space) (p Page) (f Frame) (e Dom)) Bool
  (and (for s e) (mapR s p f) (entitledW e f)))
(define-fun promote-entry.mapW ((s Space) (p Page) (f Frame) (e Dom) (a Space) (b Page) (c Frame)) Bool
  (or (mapW a b c) (and (= a s) (= b p) (= c f))))

(set-info :demote-entry "a table entry loses the right to write; an invalidation is owed")
(define-fun demote-entry.guard ((s Space) (p Page)) Bool true)
(define-fun demote-entry.mapW ((s Space) (p Page) (a Space) (b Page) (c Frame)) Bool
  (and (mapW a b c) (not (and (= a s) (= b p)))))
(define-fun demote-entry.dirty ((s Space) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (or (dirty a b c) (and (= c p) (stands a b s))))
(define-fun demote-entry.dirtyW ((s Space) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (or (dirtyW a b c) (and (= c p) (stands a b s))))
(define-fun demote-entry.pays ((s Space) (p Page) (i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (pays i a b c) (not (and (= c p) (stands a b s)))))

(set-info :clear-entry "a table entry is emptied; an invalidation is owed")
(define-fun clear-entry.guard ((s Space) (p Page)) Bool true)
(define-fun clear-entry.mapR ((s Space) (p Page) (a Space) (b Page) (c Frame)) Bool
  (and (mapR a b c) (not (and (= a s) (= b p)))))
(define-fun clear-entry.mapW ((s Space) (p Page) (a Space) (b Page) (c Frame)) Bool
  (and (mapW a b c) (not (and (= a s) (= b p)))))
(define-fun clear-entry.dirty ((s Space) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (or (dirty a b c) (and (= c p) (stands a b s))))
(define-fun clear-entry.dirtyW ((s Space) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (or (dirtyW a b c) (and (= c p) (stands a b s))))
(define-fun clear-entry.pays ((s Space) (p Page) (i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (pays i a b c) (not (and (= c p) (stands a b s)))))

; Who ends a right to write need not wait for the invalidation of an entry that another one empties afterwards.
(set-info :clear-entry-ro "a table entry that allows reading only is emptied; an invalidation is owed")
(define-fun clear-entry-ro.guard ((s Space) (p Page)) Bool (forall ((x Frame)) (not (mapW s p x))))
(define-fun clear-entry-ro.mapR ((s Space) (p Page) (a Space) (b Page) (c Frame)) Bool
  (and (mapR a b c) (not (and (= a s) (= b p)))))
(define-fun clear-entry-ro.dirty ((s Space) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (or (dirty a b c) (and (= c p) (stands a b s))))
(define-fun clear-entry-ro.pays ((s Space) (p Page) (i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (pays i a b c) (not (and (= c p) (stands a b s)))))

(set-info :owe "the software takes an invalidation to be owed where no right was lost, such as after a promotion")
(define-fun owe.guard ((u Unit) (t Tag) (p Page)) Bool true)
(define-fun owe.dirty ((u Unit) (t Tag) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (or (dirty a b c) (and (= a u) (= b t) (= c p))))
(define-fun owe.pays ((u Unit) (t Tag) (p Page) (i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (pays i a b c) (not (and (= a u) (= b t) (= c p)))))

(set-info :owe-write "what is owed is taken to be owed for the right to write too, such as for all pages of a batch")
(define-fun owe-write.guard ((u Unit) (t Tag) (p Page)) Bool true)
(define-fun owe-write.dirtyW ((u Unit) (t Tag) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (or (dirtyW a b c) (and (= a u) (= b t) (= c p))))

(set-info :waive "nothing of a page is cached or in flight that the tables do not allow, so no invalidation is owed for it")
(define-fun waive.guard ((u Unit) (t Tag) (p Page)) Bool
  (forall ((s Space) (f Frame))
    (=> (stands u t s)
        (and (=> (mayR u t p f) (mapR s p f))
             (=> (mayW u t p f) (mapW s p f))
             (forall ((q Req))
               (and (=> (flyR u q t p f) (mapR s p f))
                    (=> (flyW u q t p f) (mapW s p f))))))))
(define-fun waive.dirty ((u Unit) (t Tag) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (and (dirty a b c) (not (and (= a u) (= b t) (= c p)))))
(define-fun waive.dirtyW ((u Unit) (t Tag) (p Page) (a Unit) (b Tag) (c Page)) Bool
  (and (dirtyW a b c) (not (and (= a u) (= b t) (= c p)))))

; --- Invalidation. What one of them covers comes with its token, so choosing a token is choosing a range.

(set-info :submit "an invalidation is put into the queue")
(define-fun submit.guard ((i Inv)) Bool (and (not (queued i)) (not (done i))))
(define-fun submit.queued ((i Inv) (j Inv)) Bool (or (= j i) (queued j)))
(define-fun submit.pays ((i Inv) (j Inv) (a Unit) (b Tag) (c Page)) Bool
  (ite (= j i) (covers j a b c) (pays j a b c)))
(define-fun submit.paysQ ((i Inv) (j Inv) (a Unit) (b Req)) Bool (ite (= j i) (coversQ j a b) (paysQ j a b)))
(define-fun submit.paysF ((i Inv) (j Inv) (a Unit) (b Req)) Bool
  (ite (= j i)
       (and (drains j a b) (forall ((s Space) (t Tag)) (not (ent a b s t))) (not (dirtyQ a b)))
       (paysF j a b)))

(set-info :complete-invalidation "the hardware removes what the invalidation covers and drains the walks in flight")
(define-fun complete-invalidation.guard ((i Inv)) Bool (queued i))
(define-fun complete-invalidation.mayR ((i Inv) (a Unit) (b Tag) (c Page) (d Frame)) Bool
  (and (mayR a b c d) (not (covers i a b c))))
(define-fun complete-invalidation.mayW ((i Inv) (a Unit) (b Tag) (c Page) (d Frame)) Bool
  (and (mayW a b c d) (not (covers i a b c))))
(define-fun complete-invalidation.flyR ((i Inv) (a Unit) (q Req) (b Tag) (c Page) (d Frame)) Bool
  (and (flyR a q b c d) (not (covers i a b c)) (not (drains i a q))))
(define-fun complete-invalidation.flyW ((i Inv) (a Unit) (q Req) (b Tag) (c Page) (d Frame)) Bool
  (and (flyW a q b c d) (not (covers i a b c)) (not (drains i a q))))
(define-fun complete-invalidation.cent ((i Inv) (a Unit) (q Req) (b Space) (c Tag)) Bool
  (and (cent a q b c) (not (coversQ i a q))))
(define-fun complete-invalidation.queued ((i Inv) (j Inv)) Bool (and (queued j) (not (= j i))))
(define-fun complete-invalidation.done ((i Inv) (j Inv)) Bool (or (= j i) (done j)))

(set-info :acknowledge "the software sees that an invalidation completed; what it pays is no longer owed")
(define-fun acknowledge.guard ((i Inv)) Bool (done i))
(define-fun acknowledge.dirty ((i Inv) (a Unit) (b Tag) (c Page)) Bool (and (dirty a b c) (not (pays i a b c))))
(define-fun acknowledge.dirtyW ((i Inv) (a Unit) (b Tag) (c Page)) Bool (and (dirtyW a b c) (not (pays i a b c))))
(define-fun acknowledge.dirtyQ ((i Inv) (a Unit) (b Req)) Bool (and (dirtyQ a b) (not (paysQ i a b))))
(define-fun acknowledge.undrained ((i Inv) (a Unit) (b Req)) Bool (and (undrained a b) (not (paysF i a b))))
(define-fun acknowledge.done ((i Inv) (j Inv)) Bool (and (done j) (not (= j i))))
(define-fun acknowledge.pays ((i Inv) (j Inv) (a Unit) (b Tag) (c Page)) Bool (and (pays j a b c) (not (= j i))))
(define-fun acknowledge.paysQ ((i Inv) (j Inv) (a Unit) (b Req)) Bool (and (paysQ j a b) (not (= j i))))
(define-fun acknowledge.paysF ((i Inv) (j Inv) (a Unit) (b Req)) Bool (and (paysF j a b) (not (= j i))))

; Hardware may still do it; what it removes then, it removes of its own accord. The debts stay.
(set-info :give-up "the software stops waiting for an invalidation; it pays nothing")
(define-fun give-up.guard ((i Inv)) Bool true)
(define-fun give-up.queued ((i Inv) (j Inv)) Bool (and (queued j) (not (= j i))))
(define-fun give-up.done ((i Inv) (j Inv)) Bool (and (done j) (not (= j i))))
(define-fun give-up.pays ((i Inv) (j Inv) (a Unit) (b Tag) (c Page)) Bool (and (pays j a b c) (not (= j i))))
(define-fun give-up.paysQ ((i Inv) (j Inv) (a Unit) (b Req)) Bool (and (paysQ j a b) (not (= j i))))
(define-fun give-up.paysF ((i Inv) (j Inv) (a Unit) (b Req)) Bool (and (paysF j a b) (not (= j i))))

; --- What devices and the IOMMU do on their own

(set-info :walk "a device's request is translated by the tables in memory and is in flight")
(define-fun walk.guard ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame)) Bool
  (or (ent u q s t) (cent u q s t)))
(define-fun walk.flyR
    ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (flyR a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f) (mapR s p f))))
(define-fun walk.flyW
    ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (flyW a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f) (mapW s p f))))

(set-info :hit "a device's request is translated by what a cache has and is in flight")
(define-fun hit.guard ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame)) Bool (or (ent u q s t) (cent u q s t)))
(define-fun hit.flyR
    ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (flyR a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f) (mayR u t p f))))
(define-fun hit.flyW
    ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (flyW a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f) (mayW u t p f))))

(set-info :fill "a walk in flight ends and its translation is cached")
(define-fun fill.guard ((u Unit) (q Req) (t Tag) (p Page) (f Frame)) Bool (or (flyR u q t p f) (flyW u q t p f)))
(define-fun fill.mayR ((u Unit) (q Req) (t Tag) (p Page) (f Frame) (a Unit) (b Tag) (c Page) (d Frame)) Bool
  (or (mayR a b c d) (and (= a u) (= b t) (= c p) (= d f) (flyR u q t p f))))
(define-fun fill.mayW ((u Unit) (q Req) (t Tag) (p Page) (f Frame) (a Unit) (b Tag) (c Page) (d Frame)) Bool
  (or (mayW a b c d) (and (= a u) (= b t) (= c p) (= d f) (flyW u q t p f))))
(define-fun fill.flyR
    ((u Unit) (q Req) (t Tag) (p Page) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (and (flyR a r b c d) (not (and (= a u) (= r q) (= b t) (= c p) (= d f)))))
(define-fun fill.flyW
    ((u Unit) (q Req) (t Tag) (p Page) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (and (flyW a r b c d) (not (and (= a u) (= r q) (= b t) (= c p) (= d f)))))

(set-info :end-walk "a request in flight ends and nothing is cached")
(define-fun end-walk.guard ((u Unit) (q Req)) Bool true)
(define-fun end-walk.flyR ((u Unit) (q Req) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (and (flyR a r b c d) (not (and (= a u) (= r q)))))
(define-fun end-walk.flyW ((u Unit) (q Req) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (and (flyW a r b c d) (not (and (= a u) (= r q)))))

(set-info :evict "a cache forgets a translation")
(define-fun evict.guard ((u Unit) (t Tag) (p Page)) Bool true)
(define-fun evict.mayR ((u Unit) (t Tag) (p Page) (a Unit) (b Tag) (c Page) (d Frame)) Bool
  (and (mayR a b c d) (not (and (= a u) (= b t) (= c p)))))
(define-fun evict.mayW ((u Unit) (t Tag) (p Page) (a Unit) (b Tag) (c Page) (d Frame)) Bool
  (and (mayW a b c d) (not (and (= a u) (= b t) (= c p)))))

(set-info :fill-context "a device entry is cached")
(define-fun fill-context.guard ((u Unit) (q Req) (s Space) (t Tag)) Bool (ent u q s t))
(define-fun fill-context.cent
    ((u Unit) (q Req) (s Space) (t Tag) (a Unit) (r Req) (b Space) (c Tag)) Bool
  (ite (and (= a u) (= r q)) (and (= b s) (= c t)) (cent a r b c)))

(set-info :evict-context "a cached device entry is forgotten")
(define-fun evict-context.guard ((u Unit) (q Req)) Bool true)
(define-fun evict-context.cent ((u Unit) (q Req) (a Unit) (r Req) (b Space) (c Tag)) Bool
  (and (cent a r b c) (not (and (= a u) (= r q)))))

; --- Devices

(set-info :assign "a device without a domain is given to one, and its entry is written")
(define-fun assign.guard ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool
  (and (for s e) (stands u t s)
       (forall ((x Dom)) (not (assigned q x)))
       (not (moving q))
       (forall ((v Unit) (x Space) (y Tag)) (not (ent v q x y)))
       (forall ((v Unit)) (not (dirtyQ v q)))))
(define-fun assign.assigned ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Req) (b Dom)) Bool
  (or (assigned a b) (and (= a q) (= b e))))
(define-fun assign.ent
    ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Space) (c Tag)) Bool
  (or (ent a r b c) (and (= a u) (= r q) (= b s) (= c t))))
(define-fun assign.undrained ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (undrained a r) (and (= a u) (= r q))))
(define-fun assign.paysF ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (i Inv) (a Unit) (r Req)) Bool
  (and (paysF i a r) (not (and (= a u) (= r q)))))

(set-info :give-device "a device without a domain is given to one; its entry is still empty")
(define-fun give-device.guard ((q Req) (e Dom)) Bool
  (and (forall ((x Dom)) (not (assigned q x)))
       (not (moving q))
       (forall ((v Unit) (x Space) (y Tag) (z Dom)) (=> (ent v q x y) (not (for x z))))
       (forall ((v Unit)) (not (dirtyQ v q)))))
(define-fun give-device.assigned ((q Req) (e Dom) (a Req) (b Dom)) Bool (or (assigned a b) (and (= a q) (= b e))))

(set-info :write-context "the entry of a domain's device is written")
(define-fun write-context.guard ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool
  (and (assigned q e) (for s e) (stands u t s)))
(define-fun write-context.ent
    ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Space) (c Tag)) Bool
  (or (ent a r b c) (and (= a u) (= r q) (= b s) (= c t))))
(define-fun write-context.undrained ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (undrained a r) (and (= a u) (= r q))))
(define-fun write-context.paysF ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (i Inv) (a Unit) (r Req)) Bool
  (and (paysF i a r) (not (and (= a u) (= r q)))))

(set-info :clear-context "a device's entry is emptied; an invalidation is owed")
(define-fun clear-context.guard ((u Unit) (q Req)) Bool true)
(define-fun clear-context.ent ((u Unit) (q Req) (a Unit) (r Req) (b Space) (c Tag)) Bool
  (and (ent a r b c) (not (and (= a u) (= r q)))))
(define-fun clear-context.dirtyQ ((u Unit) (q Req) (a Unit) (r Req)) Bool (or (dirtyQ a r) (and (= a u) (= r q))))
(define-fun clear-context.paysQ ((u Unit) (q Req) (i Inv) (a Unit) (r Req)) Bool
  (and (paysQ i a r) (not (and (= a u) (= r q)))))

(set-info :owe-context "the software takes an invalidation of a device entry to be owed, such as of the fact that there was none")
(define-fun owe-context.guard ((u Unit) (q Req)) Bool true)
(define-fun owe-context.dirtyQ ((u Unit) (q Req) (a Unit) (r Req)) Bool (or (dirtyQ a r) (and (= a u) (= r q))))
(define-fun owe-context.paysQ ((u Unit) (q Req) (i Inv) (a Unit) (r Req)) Bool
  (and (paysQ i a r) (not (and (= a u) (= r q)))))

(set-info :waive-context "the cached device entry, if there is one, is that in memory, so no invalidation is owed for it")
(define-fun waive-context.guard ((u Unit) (q Req)) Bool
  (forall ((s Space) (t Tag)) (=> (cent u q s t) (ent u q s t))))
(define-fun waive-context.dirtyQ ((u Unit) (q Req) (a Unit) (r Req)) Bool
  (and (dirtyQ a r) (not (and (= a u) (= r q)))))

(set-info :owe-drain "the software takes a drain of a device's requests to be owed, such as when it takes it away again after a failure")
(define-fun owe-drain.guard ((u Unit) (q Req)) Bool true)
(define-fun owe-drain.undrained ((u Unit) (q Req) (a Unit) (r Req)) Bool (or (undrained a r) (and (= a u) (= r q))))
(define-fun owe-drain.paysF ((u Unit) (q Req) (i Inv) (a Unit) (r Req)) Bool
  (and (paysF i a r) (not (and (= a u) (= r q)))))

(set-info :waive-drain "a device is led to no domain's tables, by no entry, cached or not, and has nothing of theirs in flight, so no drain is owed")
(define-fun waive-drain.guard ((u Unit) (q Req)) Bool
  (and (forall ((s Space) (t Tag) (e Dom)) (=> (for s e) (and (not (ent u q s t)) (not (cent u q s t)))))
       (forall ((s Space) (t Tag) (e Dom) (p Page) (f Frame))
         (=> (for s e) (stands u t s) (and (not (flyR u q t p f)) (not (flyW u q t p f)))))))
(define-fun waive-drain.undrained ((u Unit) (q Req) (a Unit) (r Req)) Bool
  (and (undrained a r) (not (and (= a u) (= r q)))))

(set-info :park-context "the entry of a device leads to tables that are no domain's, such as a scratch page's; an invalidation is owed")
(define-fun park-context.guard ((q Req) (u Unit) (s Space) (t Tag)) Bool
  (and (stands u t s) (forall ((x Dom)) (not (for s x)))))
(define-fun park-context.ent ((q Req) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Space) (c Tag)) Bool
  (ite (and (= a u) (= r q)) (and (= b s) (= c t)) (ent a r b c)))
(define-fun park-context.dirtyQ ((q Req) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (dirtyQ a r) (and (= a u) (= r q))))
(define-fun park-context.paysQ ((q Req) (u Unit) (s Space) (t Tag) (i Inv) (a Unit) (r Req)) Bool
  (and (paysQ i a r) (not (and (= a u) (= r q)))))
(define-fun park-context.paysF ((q Req) (u Unit) (s Space) (t Tag) (i Inv) (a Unit) (r Req)) Bool
  (and (paysF i a r) (not (and (= a u) (= r q)))))

(set-info :lead-context "the entry of a domain's device, which led to no domain's tables, leads to the domain's; an invalidation is owed")
(define-fun lead-context.guard ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool
  (and (assigned q e) (for s e) (stands u t s)))
(define-fun lead-context.ent
    ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Space) (c Tag)) Bool
  (ite (and (= a u) (= r q)) (and (= b s) (= c t)) (ent a r b c)))
(define-fun lead-context.dirtyQ ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (dirtyQ a r) (and (= a u) (= r q))))
(define-fun lead-context.paysQ ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (i Inv) (a Unit) (r Req)) Bool
  (and (paysQ i a r) (not (and (= a u) (= r q)))))
(define-fun lead-context.undrained ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (undrained a r) (and (= a u) (= r q))))
(define-fun lead-context.paysF ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (i Inv) (a Unit) (r Req)) Bool
  (and (paysF i a r) (not (and (= a u) (= r q)))))

(set-info :begin-move "a device is to go from one domain to another, and is neither's until it has gone")
(define-fun begin-move.guard ((q Req) (d Dom) (e Dom)) Bool (assigned q d))
(define-fun begin-move.assigned ((q Req) (d Dom) (e Dom) (a Req) (b Dom)) Bool (and (assigned a b) (not (= a q))))
(define-fun begin-move.moving ((q Req) (d Dom) (e Dom) (a Req)) Bool (or (moving a) (= a q)))
(define-fun begin-move.between ((q Req) (d Dom) (e Dom) (a Req) (b Dom) (c Dom)) Bool
  (or (between a b c) (and (= a q) (= b d) (= c e))))

(set-info :move-context "the entry of a device that is being moved leads to the other domain at once; an invalidation is owed")
(define-fun move-context.guard ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag)) Bool
  (and (between q d e) (or (for s d) (for s e)) (stands u t s)))
(define-fun move-context.ent
    ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Space) (c Tag)) Bool
  (ite (and (= a u) (= r q)) (and (= b s) (= c t)) (ent a r b c)))
(define-fun move-context.dirtyQ ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (dirtyQ a r) (and (= a u) (= r q))))
(define-fun move-context.paysQ ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag) (i Inv) (a Unit) (r Req)) Bool
  (and (paysQ i a r) (not (and (= a u) (= r q)))))
(define-fun move-context.undrained ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (undrained a r) (and (= a u) (= r q))))
(define-fun move-context.paysF ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag) (i Inv) (a Unit) (r Req)) Bool
  (and (paysF i a r) (not (and (= a u) (= r q)))))

; That nothing is in flight for the other domain is the work of the invalidation of its tag; the guard looks, as that of waive does.
(set-info :end-move "a device that was moved is the domain's to which its entries lead; nothing of the other one's is cached or in flight")
(define-fun end-move.guard ((q Req) (d Dom) (e Dom) (x Dom)) Bool
  (and (between q d e) (or (= x d) (= x e))
       (forall ((v Unit)) (not (dirtyQ v q)))
       (forall ((v Unit) (s Space) (t Tag)) (=> (ent v q s t) (for s x)))
       (forall ((v Unit) (t Tag) (s Space) (p Page) (f Frame))
         (=> (stands v t s) (or (flyR v q t p f) (flyW v q t p f)) (for s x)))))
(define-fun end-move.assigned ((q Req) (d Dom) (e Dom) (x Dom) (a Req) (b Dom)) Bool
  (or (assigned a b) (and (= a q) (= b x))))
(define-fun end-move.moving ((q Req) (d Dom) (e Dom) (x Dom) (a Req)) Bool (and (moving a) (not (= a q))))
(define-fun end-move.between ((q Req) (d Dom) (e Dom) (x Dom) (a Req) (b Dom) (c Dom)) Bool
  (and (between a b c) (not (= a q))))

; A drain counts only if no entry was left when it was submitted, in memory or cached; so this asks for the whole sequence.
(set-info :deassign "a domain loses a device once a drain has ended what was in flight after its entry was emptied and forgotten")
(define-fun deassign.guard ((q Req)) Bool (forall ((v Unit)) (not (undrained v q))))
(define-fun deassign.assigned ((q Req) (a Req) (b Dom)) Bool (and (assigned a b) (not (= a q))))
