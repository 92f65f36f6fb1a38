/* Entry points of domain 0 and of the domains it makes, the ELF notes for Xen, and what C cannot say. */
        .macro  note type, text
        .pushsection .note.xen, "a", @note
        .long   4, 2f - 1f, \type
        .asciz  "Xen"
1:      .asciz  "\text"
2:      .align  4
        .popsection
        .endm
        .macro  note_address type, value
        .pushsection .note.xen, "a", @note
        .long   4, 8, \type
        .asciz  "Xen"
        .quad   \value
        .popsection
        .endm

        note_address 1, start
        note_address 2, hypercall_page
        note_address 3, _image
        note_address 4, _image
        note    5, "xen-3.0"
        note    6, "moat-live"
        note    8, "generic"
        note    9, "yes"

        .text
        .globl  start, child_start, hypercall_page, page_fault, guarded_copy
start:
        cld
        lea     stack_end(%rip), %rsp
        mov     %rsi, %rdi
        call    dom0_main
child_start:
        cld
        call    child_main

/* int guarded_copy(void *to, const void *from, u64 length): 1 if a page was not there for it, otherwise 0. */
guarded_copy:
        mov     %rdx, %rcx
guarded:
        rep movsb
        xor     %eax, %eax
        ret

/* A page fault: Xen pushed rcx, r11, the error code, then rip, cs, rflags, rsp, ss. Any but a guarded one is fatal. */
page_fault:
        lea     guarded(%rip), %rax
        cmp     %rax, 24(%rsp)
        jne     1f
        mov     48(%rsp), %rsp
        mov     $1, %eax
        ret
1:      mov     24(%rsp), %rdi
        call    stray_fault

        .balign 4096
hypercall_page:
        .skip   4096

        .bss
        .balign 16
        .globl  stack_end
        .skip   65536
stack_end:
        .section .note.GNU-stack, "", @progbits
