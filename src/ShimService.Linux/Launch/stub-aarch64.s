// The launch stub, aarch64.  long stub(struct clone_args *x0, struct op *x1, long progress[2] *x2)
//
// The same shape and the same structures as the x86-64 stub, where they are explained. The kernel preserves every
// register over svc but x0, so nothing needs saving: x19 and above are never touched.
//
// Parent: returns what clone3 returned. Child: runs one operation after another and never returns.
	.globl	stub
stub:
	mov	x9, x1			// the operation
	mov	x10, x2			// progress
	mov	x1, #88			// sizeof(struct clone_args)
	mov	x8, #435		// clone3
	svc	#0
	cbz	x0, next
	ret
next:
	str	x9, [x10, #8]
	ldp	x8, x0, [x9]
	ldp	x1, x2, [x9, #16]
	ldp	x3, x4, [x9, #32]
	ldr	x5, [x9, #48]
	svc	#0
	ldr	x11, [x9, #56]
	cmp	x0, x11
	b.lt	below
	ldr	x11, [x9, #64]
	tbz	x11, #0, keep
	cbnz	x0, leave
keep:
	ldr	x11, [x9, #72]
	cbz	x11, done
	str	x0, [x11]
done:
	add	x9, x9, #80
	b	next
below:
	neg	x11, x0
	sub	x12, x11, #1
	cmp	x12, #62		// unsigned: a result >= 0 or an errno above 63 is never tolerated
	b.hi	failed
	ldr	x12, [x9, #64]
	lsr	x12, x12, x11
	tbnz	x12, #0, done
failed:
	str	x0, [x10]
	mov	x0, #111
quit:
	mov	x8, #94			// exit_group
	svc	#0
	brk	#0
leave:
	mov	x0, #0
	b	quit

// The calling thread's thread pointer: long thread_pointer(void). The kernel's rseq area lies at an offset from it.
	.globl	thread_pointer
	.balign	16
thread_pointer:
	mrs	x0, tpidr_el0
	ret
