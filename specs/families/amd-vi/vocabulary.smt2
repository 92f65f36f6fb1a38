; Words of the family amd-vi. Table pages are frames; ioTable says which.
(declare-fun link (Space Page Frame) Bool)         ; a walk of the page goes on in this page of tables; the entries of all upper levels as one
(declare-fun leafR (Frame Page Frame) Bool)        ; what lies in this page, read as tables: the page's entry lets that frame be read
(declare-fun leafW (Frame Page Frame) Bool)        ; and written
(declare-fun unlinked (Frame Space Page) Bool)     ; ghost: the page of tables was linked there, and has not been given back since
(declare-fun pde (Unit Tag Page Frame) Bool)       ; upper levels as cached under a DomainID: a walk of the page may go on in this page of tables
(declare-fun onWay (Unit Req Tag Page Frame) Bool) ; a walk has passed the upper levels and goes on in this page of tables
(declare-fun dirtyP (Unit Tag Page) Bool)          ; an invalidation of what is cached of upper levels is owed
(declare-fun coversP (Inv Unit Tag Page) Bool)     ; and which of these the invalidation removes: its PDE bit is set; never changes
(declare-fun paysP (Inv Unit Tag Page) Bool)       ; the same, and not weakened since it was submitted
(declare-fun executed (Inv) Bool)                  ; its commands are executed, its COMPLETION_WAIT is not
(declare-fun lateR (Unit Req Tag Page Frame) Bool) ; a request that was translated before such a command was executed is still to read the frame
(declare-fun lateW (Unit Req Tag Page Frame) Bool) ; or to write it
(declare-fun lateOn (Unit Req Tag Page Frame) Bool); a walk that had passed the upper levels by then is still to read the entry in this page of tables
(declare-fun rootIn (Unit Req Space) Bool)         ; quadword 0 of the device table entry: V and TV set, and these tables
(declare-fun validIn (Unit Req) Bool)              ; V set there; without it requests pass untranslated, with V and without TV they are refused
(declare-fun passes (Unit Req) Bool)               ; the entry as cached has V clear: requests pass, until that is forgotten
(declare-fun idIn (Unit Req Tag) Bool)             ; quadword 1: the DomainID
