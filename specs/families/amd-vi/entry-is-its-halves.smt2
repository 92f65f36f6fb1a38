; Of an entry in two stores: what hardware makes of it is what lies in both quadwords, whichever was stored last.
(set-info :says "A device table entry leads to tables under a DomainID when its quadwords say so, with V and TV set, and only then.")
(set-info :kind safety)
(set-info :source "AMD IOMMU specification 2.2.2: device table entries; Xen amd_iommu_set_root_page_table; XSA-347")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (s Space) (t Tag))
    (and (=> (ent u q s t) (rootIn u q s)) (=> (ent u q s t) (idIn u q t)) (=> (rootIn u q s) (idIn u q t) (ent u q s t)))))

(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag)) (and (rootIn u q s) (idIn u q t))))
