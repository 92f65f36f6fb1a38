; A unit writes its fault records in turn, and whoever reads them begins at FRI and goes on until F is clear: a record behind one that is empty is
; found by nobody, and holds up those that come after it. What guests are told by Xen is recorded and read in the same way.
(set-info :says "Reading the records in turn reaches each used one; if the next record to write is used, all are.")
(set-info :kind safety)
(set-info :source "VT-d specification 2.x, chapter 7.2.1: records as a circular buffer, FSTS.FRI; Linux dmar.c: dmar_fault")

(define-fun invariant () Bool
  (forall ((q Req))
    (and (=> (inRecordDma q) (recordedDma q))
         (=> (nextRecordUsed q) (not (someRecordFree q))))))

; A fault was lost, which software can see; a device has a record that is left, and the next fault finds room.
(define-fun witness () Bool
  (exists ((q Req))
    (and (dmaFaultsLost q) (inRecordDma q) (recordedDma q) (not (nextRecordUsed q)) (someRecordFree q))))
