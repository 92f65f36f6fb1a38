(set-info :says "Every map returns: the mapping is handed to its user, or was ended before.")
(set-info :source "Xen common/grant_table.c, map_grant_ref: nothing there waits")
(set-info :fair "software goes on with the map")
(define-fun waiting ((k Hold)) Bool (opening k))
(define-fun answered ((k Hold)) Bool (not (opening k)))

(define-fun begun.stage ((k Hold)) Bool (opening k))
(define-fun begun.takes.open ((k Hold) (j Hold)) Bool (= j k))
