; AMD-Vi. A device table entry is cached by DevID, pages and upper levels (PDEs) by DomainID. An invalidation of pages forgets upper levels only
; with its PDE bit. Commands are executed first; requests that were translated before, and walks that had passed the upper levels, end with
; COMPLETION_WAIT: such a walk reads the entry of the last level as it is then, and caches nothing. V of a device table entry stays set:
; an entry with V clear lets its device reach all memory. One that leads nowhere has V set and TV clear; it is written in two stores, the
; DomainID while TV is clear and then the tables with TV, or changed in one of 128 bits. A walk reads upper levels, or what is cached of them, at
; one instant and the last level at another; pages of tables are linked, unlinked, given back and used for other things.
(set-info :assumes-filled "AMD-Vi: before a unit is switched on, each entry of its device table has V set and TV clear; with both set, requests are translated")
(set-info :assumes-instant "AMD-Vi: the upper levels that lead to one page of tables are read at one instant, its own entry at another")
(set-info :assumes-np-cache "AMD-Vi: what is absent is not cached; with NpCache that refuses requests, and gives none (family served)")
(set-info :assumes-ordered "AMD-Vi: a walk that had passed the upper levels when a command was executed that covers it or drains its device goes on, and caches nothing more, also where the command only drains; a walk that had not passed them begins anew; any COMPLETION_WAIT that covers it or drains its device ends it, also that of commands executed before")
(define-fun initially () Bool
  (and
    (forall ((i Inv) (u Unit) (t Tag) (p Page)) (=> (coversP i u t p) (covers i u t p)))
    (forall ((u Unit) (q Req)) (and (validIn u q) (not (passes u q))))
    (forall ((u Unit) (q Req) (t Tag) (x Tag)) (=> (idIn u q t) (idIn u q x) (= t x)))
    (forall ((s Space) (p Page) (x Frame) (y Frame)) (=> (link s p x) (link s p y) (= x y)))))
(define-fun at-first () Bool
  (and
    (forall ((x Frame)) (not (ioTable x)))
    (forall ((s Space) (p Page) (x Frame)) (and (not (link s p x)) (not (unlinked x s p))))
    (forall ((u Unit) (t Tag) (p Page) (x Frame)) (not (pde u t p x)))
    (forall ((u Unit) (q Req) (t Tag) (p Page) (x Frame))
      (and (not (onWay u q t p x)) (not (lateOn u q t p x)) (not (lateR u q t p x)) (not (lateW u q t p x))))
    (forall ((u Unit) (t Tag) (p Page)) (not (dirtyP u t p)))
    (forall ((i Inv) (u Unit) (t Tag) (p Page)) (not (paysP i u t p)))
    (forall ((u Unit) (q Req) (s Space)) (not (rootIn u q s)))))

; Nothing under the tag that only this hardware has.
(define-fun calm ((u Unit) (t Tag)) Bool
  (and (forall ((p Page) (x Frame)) (not (pde u t p x)))
       (forall ((q Req) (p Page) (f Frame)) 
         (and (not (onWay u q t p f)) (not (lateOn u q t p f)) (not (lateR u q t p f)) (not (lateW u q t p f))))))

; --- Pages of tables
(set-info :take-table "a frame that nobody has is cleared to be a page of tables")
(define-fun take-table.guard ((x Frame)) Bool
  (and (not (ioTable x))
       (forall ((d Dom)) (not (owner x d)))
       (forall ((k Hold) (e Dom)) (not (hold k e x)))))
(define-fun take-table.ioTable ((x Frame) (a Frame)) Bool (or (ioTable a) (= a x)))
(define-fun take-table.leafR ((x Frame) (a Frame) (b Page) (c Frame)) Bool (and (leafR a b c) (not (= a x))))
(define-fun take-table.leafW ((x Frame) (a Frame) (b Page) (c Frame)) Bool (and (leafW a b c) (not (= a x))))

(set-info :link-table "an empty entry of an upper level is made to lead to a new page of tables, or one of the same space")
(define-fun link-table.guard ((s Space) (p Page) (x Frame)) Bool
  (and (ioTable x)
       (forall ((y Frame)) (and (not (link s p y)) (not (mapR s p y)) (not (mapW s p y)) (not (leafR x p y)) (not (leafW x p y))))
       (forall ((r Space) (q Page)) (and (=> (link r q x) (= r s)) (not (unlinked x r q))))))
(define-fun link-table.link ((s Space) (p Page) (x Frame) (a Space) (b Page) (c Frame)) Bool
  (or (link a b c) (and (= a s) (= b p) (= c x))))

(set-info :unlink-table "an entry of an upper level is emptied; what the page of tables led to is lost; invalidations of both levels are owed")
(define-fun unlink-table.guard ((s Space) (p Page) (x Frame)) Bool (link s p x))
(define-fun unlink-table.link ((s Space) (p Page) (x Frame) (a Space) (b Page) (c Frame)) Bool
  (and (link a b c) (not (and (= a s) (= b p)))))
(define-fun unlink-table.unlinked ((s Space) (p Page) (x Frame) (c Frame) (a Space) (b Page)) Bool
  (or (unlinked c a b) (and (= a s) (= b p) (= c x))))
(define-fun unlink-table.mapR ((s Space) (p Page) (x Frame) (a Space) (b Page) (c Frame)) Bool
  (and (mapR a b c) (not (and (= a s) (= b p)))))
(define-fun unlink-table.mapW ((s Space) (p Page) (x Frame) (a Space) (b Page) (c Frame)) Bool
  (and (mapW a b c) (not (and (= a s) (= b p)))))
(define-fun unlink-table.dirty ((s Space) (p Page) (x Frame) (a Unit) (b Tag) (c Page)) Bool
  (or (dirty a b c) (and (= c p) (stands a b s))))
(define-fun unlink-table.dirtyW ((s Space) (p Page) (x Frame) (a Unit) (b Tag) (c Page)) Bool
  (or (dirtyW a b c) (and (= c p) (stands a b s))))
(define-fun unlink-table.dirtyP ((s Space) (p Page) (x Frame) (a Unit) (b Tag) (c Page)) Bool
  (or (dirtyP a b c) (and (= c p) (stands a b s))))
(define-fun unlink-table.pays ((s Space) (p Page) (x Frame) (i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (pays i a b c) (not (and (= c p) (stands a b s)))))
(define-fun unlink-table.paysP ((s Space) (p Page) (x Frame) (i Inv) (a Unit) (b Tag) (c Page)) Bool
  (and (paysP i a b c) (not (and (= c p) (stands a b s)))))

(set-info :free-table "a page of tables that is linked nowhere, and cached as linked nowhere, is given back")
(define-fun free-table.guard ((x Frame)) Bool
  (and (forall ((s Space) (p Page)) (not (link s p x)))
       (forall ((s Space) (p Page) (u Unit) (t Tag)) (=> (unlinked x s p) (stands u t s) (not (dirtyP u t p))))))
(define-fun free-table.ioTable ((x Frame) (a Frame)) Bool (and (ioTable a) (not (= a x))))
(define-fun free-table.unlinked ((x Frame) (a Frame) (b Space) (c Page)) Bool (and (unlinked a b c) (not (= a x))))

(set-info :store "whoever has a frame that is no page of tables stores in it what would be an entry")
(define-fun store.guard ((x Frame) (p Page) (f Frame)) Bool (not (ioTable x)))
(define-fun store.leafR ((x Frame) (p Page) (f Frame) (a Frame) (b Page) (c Frame)) Bool
  (or (leafR a b c) (and (= a x) (= b p) (= c f))))
(define-fun store.leafW ((x Frame) (p Page) (f Frame) (a Frame) (b Page) (c Frame)) Bool
  (or (leafW a b c) (and (= a x) (= b p) (= c f))))

(define-fun allocate.besides ((f Frame) (d Dom)) Bool (not (ioTable f)))
(define-fun begin-use.besides ((k Hold) (e Dom) (f Frame)) Bool (not (ioTable f)))
(define-fun begin-use-ro.besides ((k Hold) (e Dom) (f Frame)) Bool (not (ioTable f)))

(define-fun set-entry.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool true)
(define-fun set-entry.leafR ((s Space) (p Page) (f Frame) (e Dom) (a Frame) (b Page) (c Frame)) Bool
  (ite (and (= b p) (link s p a)) (= c f) (leafR a b c)))
(define-fun set-entry.leafW ((s Space) (p Page) (f Frame) (e Dom) (a Frame) (b Page) (c Frame)) Bool
  (ite (and (= b p) (link s p a)) (= c f) (leafW a b c)))
(define-fun set-entry-ro.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool true)
(define-fun set-entry-ro.leafR ((s Space) (p Page) (f Frame) (e Dom) (a Frame) (b Page) (c Frame)) Bool
  (ite (and (= b p) (link s p a)) (= c f) (leafR a b c)))
(define-fun set-entry-wo.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool true)
(define-fun set-entry-wo.leafW ((s Space) (p Page) (f Frame) (e Dom) (a Frame) (b Page) (c Frame)) Bool
  (ite (and (= b p) (link s p a)) (= c f) (leafW a b c)))
(define-fun promote-entry.besides ((s Space) (p Page) (f Frame) (e Dom)) Bool true)
(define-fun promote-entry.leafW ((s Space) (p Page) (f Frame) (e Dom) (a Frame) (b Page) (c Frame)) Bool
  (or (leafW a b c) (and (= b p) (= c f) (link s p a))))
(define-fun demote-entry.besides ((s Space) (p Page)) Bool true)
(define-fun demote-entry.leafW ((s Space) (p Page) (a Frame) (b Page) (c Frame)) Bool
  (and (leafW a b c) (not (and (= b p) (link s p a)))))
(define-fun clear-entry.besides ((s Space) (p Page)) Bool true)
(define-fun clear-entry.leafR ((s Space) (p Page) (a Frame) (b Page) (c Frame)) Bool
  (and (leafR a b c) (not (and (= b p) (link s p a)))))
(define-fun clear-entry.leafW ((s Space) (p Page) (a Frame) (b Page) (c Frame)) Bool
  (and (leafW a b c) (not (and (= b p) (link s p a)))))
(define-fun clear-entry-ro.besides ((s Space) (p Page)) Bool true)
(define-fun clear-entry-ro.leafR ((s Space) (p Page) (a Frame) (b Page) (c Frame)) Bool
  (and (leafR a b c) (not (and (= b p) (link s p a)))))

; --- Commands. A token is the commands up to a COMPLETION_WAIT, and that.
(define-fun submit.besides ((i Inv)) Bool (not (executed i)))
(define-fun submit.pays ((i Inv) (j Inv) (a Unit) (b Tag) (c Page)) Bool
  (ite (= j i) (and (covers j a b c) (or (coversP j a b c) (not (dirtyP a b c)))) (pays j a b c)))
(define-fun submit.paysP ((i Inv) (j Inv) (a Unit) (b Tag) (c Page)) Bool (ite (= j i) (coversP j a b c) (paysP j a b c)))
(set-info :execute "the commands before a COMPLETION_WAIT are executed; requests and walks that began before are still on their way")
(define-fun execute.guard ((i Inv)) Bool (queued i))
(define-fun execute.mayR ((i Inv) (a Unit) (b Tag) (c Page) (d Frame)) Bool (and (mayR a b c d) (not (covers i a b c))))
(define-fun execute.mayW ((i Inv) (a Unit) (b Tag) (c Page) (d Frame)) Bool (and (mayW a b c d) (not (covers i a b c))))
(define-fun execute.pde ((i Inv) (a Unit) (b Tag) (c Page) (d Frame)) Bool (and (pde a b c d) (not (coversP i a b c))))
(define-fun execute.onWay ((i Inv) (a Unit) (q Req) (b Tag) (c Page) (d Frame)) Bool
  (and (onWay a q b c d) (not (covers i a b c)) (not (drains i a q))))
(define-fun execute.lateOn ((i Inv) (a Unit) (q Req) (b Tag) (c Page) (d Frame)) Bool
  (or (lateOn a q b c d) (and (onWay a q b c d) (or (covers i a b c) (drains i a q)))))
(define-fun execute.flyR ((i Inv) (a Unit) (q Req) (b Tag) (c Page) (d Frame)) Bool
  (and (flyR a q b c d) (not (covers i a b c)) (not (drains i a q))))
(define-fun execute.flyW ((i Inv) (a Unit) (q Req) (b Tag) (c Page) (d Frame)) Bool
  (and (flyW a q b c d) (not (covers i a b c)) (not (drains i a q))))
(define-fun execute.lateR ((i Inv) (a Unit) (q Req) (b Tag) (c Page) (d Frame)) Bool
  (or (lateR a q b c d) (and (flyR a q b c d) (or (covers i a b c) (drains i a q)))))
(define-fun execute.lateW ((i Inv) (a Unit) (q Req) (b Tag) (c Page) (d Frame)) Bool
  (or (lateW a q b c d) (and (flyW a q b c d) (or (covers i a b c) (drains i a q)))))
(define-fun execute.cent ((i Inv) (a Unit) (q Req) (b Space) (c Tag)) Bool (and (cent a q b c) (not (coversQ i a q))))
(define-fun execute.passes ((i Inv) (a Unit) (q Req)) Bool (and (passes a q) (not (coversQ i a q))))
(define-fun execute.queued ((i Inv) (j Inv)) Bool (and (queued j) (not (= j i))))
(define-fun execute.executed ((i Inv) (j Inv)) Bool (or (executed j) (= j i)))
(set-info :complete-invalidation "a COMPLETION_WAIT ends: the requests and the walks that began before the commands are over")
(define-fun complete-invalidation.guard ((i Inv)) Bool (executed i))
(define-fun complete-invalidation.lateR ((i Inv) (a Unit) (q Req) (b Tag) (c Page) (d Frame)) Bool
  (and (lateR a q b c d) (not (covers i a b c)) (not (drains i a q))))
(define-fun complete-invalidation.lateW ((i Inv) (a Unit) (q Req) (b Tag) (c Page) (d Frame)) Bool
  (and (lateW a q b c d) (not (covers i a b c)) (not (drains i a q))))
(define-fun complete-invalidation.lateOn ((i Inv) (a Unit) (q Req) (b Tag) (c Page) (d Frame)) Bool
  (and (lateOn a q b c d) (not (covers i a b c)) (not (drains i a q))))
(define-fun complete-invalidation.executed ((i Inv) (j Inv)) Bool (and (executed j) (not (= j i))))
(define-fun complete-invalidation.done ((i Inv) (j Inv)) Bool (or (= j i) (done j)))
(define-fun acknowledge.besides ((i Inv)) Bool true)
(define-fun acknowledge.dirtyP ((i Inv) (a Unit) (b Tag) (c Page)) Bool (and (dirtyP a b c) (not (paysP i a b c))))
(define-fun acknowledge.paysP ((i Inv) (j Inv) (a Unit) (b Tag) (c Page)) Bool (and (paysP j a b c) (not (= j i))))
(define-fun give-up.besides ((i Inv)) Bool true)
(define-fun give-up.executed ((i Inv) (j Inv)) Bool (and (executed j) (not (= j i))))
(define-fun give-up.paysP ((i Inv) (j Inv) (a Unit) (b Tag) (c Page)) Bool (and (paysP j a b c) (not (= j i))))

; --- Walks level by level
(set-info :descend "a walk passes the upper levels as they are in memory")
(define-fun descend.guard ((u Unit) (q Req) (s Space) (t Tag) (p Page) (x Frame)) Bool
  (and (or (ent u q s t) (cent u q s t)) (link s p x)))
(define-fun descend.onWay
    ((u Unit) (q Req) (s Space) (t Tag) (p Page) (x Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (onWay a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d x))))
(set-info :descend-cached "a walk passes the upper levels as they are cached")
(define-fun descend-cached.guard ((u Unit) (q Req) (s Space) (t Tag) (p Page) (x Frame)) Bool
  (and (or (ent u q s t) (cent u q s t)) (pde u t p x)))
(define-fun descend-cached.onWay
    ((u Unit) (q Req) (s Space) (t Tag) (p Page) (x Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (onWay a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d x))))
(set-info :cache-directory "the upper levels that a walk has passed are cached under its DomainID")
(define-fun cache-directory.guard ((u Unit) (q Req) (t Tag) (p Page) (x Frame)) Bool (onWay u q t p x))
(define-fun cache-directory.pde ((u Unit) (q Req) (t Tag) (p Page) (x Frame) (a Unit) (b Tag) (c Page) (d Frame)) Bool
  (or (pde a b c d) (and (= a u) (= b t) (= c p) (= d x))))
(set-info :read-entry "a walk reads the entry of the last level, in the page of tables that it has come to, whatever it is now")
(define-fun read-entry.guard ((u Unit) (q Req) (t Tag) (p Page) (x Frame) (f Frame)) Bool (onWay u q t p x))
(define-fun read-entry.flyR
    ((u Unit) (q Req) (t Tag) (p Page) (x Frame) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (flyR a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f) (leafR x p f))))
(define-fun read-entry.flyW
    ((u Unit) (q Req) (t Tag) (p Page) (x Frame) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (flyW a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f) (leafW x p f))))
(set-info :read-late "a walk that had passed the upper levels when a command was executed reads the entry of the last level, as it is now")
(define-fun read-late.guard ((u Unit) (q Req) (t Tag) (p Page) (x Frame) (f Frame)) Bool (lateOn u q t p x))
(define-fun read-late.lateR
    ((u Unit) (q Req) (t Tag) (p Page) (x Frame) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (lateR a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f) (leafR x p f))))
(define-fun read-late.lateW
    ((u Unit) (q Req) (t Tag) (p Page) (x Frame) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (lateW a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f) (leafW x p f))))
(define-fun end-walk.besides ((u Unit) (q Req)) Bool true)
(define-fun end-walk.onWay ((u Unit) (q Req) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (and (onWay a r b c d) (not (and (= a u) (= r q)))))
(define-fun end-walk.lateOn ((u Unit) (q Req) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (and (lateOn a r b c d) (not (and (= a u) (= r q)))))
(define-fun end-walk.lateR ((u Unit) (q Req) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (and (lateR a r b c d) (not (and (= a u) (= r q)))))
(define-fun end-walk.lateW ((u Unit) (q Req) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (and (lateW a r b c d) (not (and (= a u) (= r q)))))
(define-fun evict.besides ((u Unit) (t Tag) (p Page)) Bool true)
(define-fun evict.pde ((u Unit) (t Tag) (p Page) (a Unit) (b Tag) (c Page) (d Frame)) Bool
  (and (pde a b c d) (not (and (= a u) (= b t) (= c p)))))

; --- What software looks at caches for
(define-fun take-tag.besides ((u Unit) (t Tag) (s Space)) Bool (calm u t))
(define-fun return-tag.besides ((u Unit) (t Tag)) Bool (calm u t))
(define-fun waive.besides ((u Unit) (t Tag) (p Page)) Bool
  (forall ((s Space))
    (=> (stands u t s)
        (and (forall ((x Frame)) (=> (pde u t p x) (link s p x)))
             (forall ((q Req) (x Frame)) (=> (or (onWay u q t p x) (lateOn u q t p x)) (link s p x)))
             (forall ((q Req) (f Frame)) (and (=> (lateR u q t p f) (mapR s p f)) (=> (lateW u q t p f) (mapW s p f))))))))
(define-fun unname.besides ((e Dom) (p Page) (f Frame)) Bool
  (forall ((s Space) (u Unit) (t Tag))
    (=> (for s e) (stands u t s)
        (and (forall ((x Frame)) (=> (pde u t p x) (and (not (leafR x p f)) (not (leafW x p f)))))
             (forall ((q Req) (x Frame))
               (=> (or (onWay u q t p x) (lateOn u q t p x)) (and (not (leafR x p f)) (not (leafW x p f)))))
             (forall ((q Req)) (and (not (lateR u q t p f)) (not (lateW u q t p f))))))))
(define-fun waive-drain.besides ((u Unit) (q Req)) Bool
  (forall ((s Space) (t Tag) (e Dom) (p Page) (f Frame))
    (=> (for s e) (stands u t s)
        (and (not (onWay u q t p f)) (not (lateOn u q t p f)) (not (lateR u q t p f)) (not (lateW u q t p f))))))
(define-fun end-move.besides ((q Req) (d Dom) (e Dom) (x Dom)) Bool
  (forall ((v Unit) (t Tag) (s Space) (p Page) (f Frame))
    (=> (stands v t s) (or (onWay v q t p f) (lateOn v q t p f) (lateR v q t p f) (lateW v q t p f)) (for s x))))

; --- The device table. Whoever stores quadword 0 stores V; what comes of an entry without it is pass-through's.
(set-info :cache-open "an entry in which V is clear is cached")
(define-fun cache-open.guard ((u Unit) (q Req)) Bool (not (validIn u q)))
(define-fun cache-open.passes ((u Unit) (q Req) (a Unit) (r Req)) Bool (or (passes a r) (and (= a u) (= r q))))
(define-fun evict-context.besides ((u Unit) (q Req)) Bool true)
(define-fun evict-context.passes ((u Unit) (q Req) (a Unit) (r Req)) Bool (and (passes a r) (not (and (= a u) (= r q)))))
(set-info :pass-through "a request of a device in whose entry V is clear, in memory or as it is cached, passes untranslated, to any frame")
(define-fun pass-through.guard ((u Unit) (q Req) (t Tag) (p Page) (f Frame)) Bool (or (not (validIn u q)) (passes u q)))
(define-fun pass-through.flyR ((u Unit) (q Req) (t Tag) (p Page) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (flyR a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f))))
(define-fun pass-through.flyW ((u Unit) (q Req) (t Tag) (p Page) (f Frame) (a Unit) (r Req) (b Tag) (c Page) (d Frame)) Bool
  (or (flyW a r b c d) (and (= a u) (= r q) (= b t) (= c p) (= d f))))
(set-info :write-id "the quadword with the DomainID is stored, while TV is clear in the other one")
(define-fun write-id.guard ((u Unit) (q Req) (t Tag)) Bool (forall ((s Space)) (not (rootIn u q s))))
(define-fun write-id.idIn ((u Unit) (q Req) (t Tag) (a Unit) (r Req) (b Tag)) Bool
  (ite (and (= a u) (= r q)) (= b t) (idIn a r b)))
(define-fun write-id.ent ((u Unit) (q Req) (t Tag) (a Unit) (r Req) (c Space) (b Tag)) Bool
  (ite (and (= a u) (= r q)) (and (= b t) (rootIn a r c)) (ent a r c b)))
(set-info :assign "a device is given away with its entry empty, which is written in two stores")
(define-fun assign.guard ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool false)
(define-fun write-context.besides ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool
  (and (idIn u q t) (forall ((x Space)) (not (rootIn u q x)))))
(define-fun write-context.rootIn ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Space)) Bool
  (or (rootIn a r b) (and (= a u) (= r q) (= b s))))
(define-fun write-context.validIn ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (and (validIn a r) (not (and (= a u) (= r q)))) (and (= a u) (= r q))))
; TV is cleared, and V stored as it was, set.
(define-fun clear-context.besides ((u Unit) (q Req)) Bool true)
(define-fun clear-context.rootIn ((u Unit) (q Req) (a Unit) (r Req) (b Space)) Bool
  (and (rootIn a r b) (not (and (= a u) (= r q)))))
(define-fun clear-context.validIn ((u Unit) (q Req) (a Unit) (r Req)) Bool
  (or (and (validIn a r) (not (and (= a u) (= r q)))) (and (= a u) (= r q))))
(define-fun park-context.besides ((q Req) (u Unit) (s Space) (t Tag)) Bool true)
(define-fun park-context.rootIn ((q Req) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Space)) Bool
  (ite (and (= a u) (= r q)) (= b s) (rootIn a r b)))
(define-fun park-context.validIn ((q Req) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (and (validIn a r) (not (and (= a u) (= r q)))) (and (= a u) (= r q))))
(define-fun park-context.idIn ((q Req) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Tag)) Bool
  (ite (and (= a u) (= r q)) (= b t) (idIn a r b)))
(define-fun lead-context.besides ((q Req) (e Dom) (u Unit) (s Space) (t Tag)) Bool true)
(define-fun lead-context.rootIn ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Space)) Bool
  (ite (and (= a u) (= r q)) (= b s) (rootIn a r b)))
(define-fun lead-context.validIn ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (and (validIn a r) (not (and (= a u) (= r q)))) (and (= a u) (= r q))))
(define-fun lead-context.idIn ((q Req) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Tag)) Bool
  (ite (and (= a u) (= r q)) (= b t) (idIn a r b)))
(define-fun move-context.besides ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag)) Bool true)
(define-fun move-context.rootIn ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Space)) Bool
  (ite (and (= a u) (= r q)) (= b s) (rootIn a r b)))
(define-fun move-context.validIn ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req)) Bool
  (or (and (validIn a r) (not (and (= a u) (= r q)))) (and (= a u) (= r q))))
(define-fun move-context.idIn ((q Req) (d Dom) (e Dom) (u Unit) (s Space) (t Tag) (a Unit) (r Req) (b Tag)) Bool
  (ite (and (= a u) (= r q)) (= b t) (idIn a r b)))
