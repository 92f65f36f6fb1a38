; Words of the family queue.
(declare-fun before (Inv Inv) Bool) ; the first one was submitted while the second was not yet, and is not seen to be complete
