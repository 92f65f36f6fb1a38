; As drop.smt2, for a pin that is not held.
(set-info :says "8-bit counters: a pin dropped that is not held makes a counter wrap, and the next one changes.")
(set-info :status sat)
(set-logic QF_BV)
(declare-const pins (_ BitVec 32))   ; hstw, hstr, devw, devr from the lowest byte up
(declare-const units (_ BitVec 32))  ; one for each counter that drops a pin
(define-fun count ((word (_ BitVec 32)) (kind (_ BitVec 32))) (_ BitVec 32)
  (bvand (bvlshr word (bvshl kind (_ bv3 32))) (_ bv255 32)))
(define-fun right ((kind (_ BitVec 32))) Bool
  (= (count (bvsub pins units) kind) (bvsub (count pins kind) (count units kind))))
(assert (bvule (count units (_ bv0 32)) (_ bv1 32)))
(assert (bvule (count units (_ bv1 32)) (_ bv1 32)))
(assert (bvule (count units (_ bv2 32)) (_ bv1 32)))
(assert (bvule (count units (_ bv3 32)) (_ bv1 32)))
(assert (not (and (right (_ bv0 32)) (right (_ bv1 32)) (right (_ bv2 32)) (right (_ bv3 32)))))
