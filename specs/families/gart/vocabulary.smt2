; Words of the family gart.
(declare-fun past (Unit Req Frame) Bool) ; a request whose address is that of this frame is in flight, untranslated
