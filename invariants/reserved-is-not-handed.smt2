; Some I/O addresses of a space mean something else than memory: the first pages, of which one is what a failed map returns, and the hole
; from 640 KiB to 1 MiB, which the bus takes for its own. An address among them is not handed out, whether chosen or given.
(set-info :says "No map returns an address that is reserved, whether it was chosen or given by the caller.")
(set-info :kind safety)
(set-info :source "Linux pci-calgary_64.c: calgary_reserve_regions, EMERGENCY_PAGES")

(define-fun invariant () Bool
  (forall ((s Space) (p Page)) (=> (handed s p) (not (heldBack p)))))

; An address is handed out while another one is reserved.
(define-fun witness () Bool
  (exists ((s Space) (p Page) (q Page)) (and (handed s p) (heldBack q))))
