# The init of a container that asks for one, aarch64. What it does is told in init-x86_64.s.
	.set	base, 0x400000
	.set	SIGCHLD, 17
	.globl	_start
file:
	.ascii	"\177ELF"
	.byte	2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0
	.short	2, 183			// an executable for aarch64
	.long	1
	.quad	base + (_start - file)
	.quad	header - file
	.quad	0
	.long	0
	.short	64, 56, 1, 0, 0, 0
header:	.long	1, 5			// PT_LOAD, readable and executable
	.quad	0, base, base
	.quad	end - file, end - file
	.quad	0x10000

_start:
	ldr	x0, [sp]		// argc
	add	x19, sp, #8		// argv
	add	x20, x19, x0, lsl #3
	add	x20, x20, #8		// envp
	sub	sp, sp, #8192		// 0: every signal, 8: the mask before, 16: a word, 64: siginfo, 256: a path
	sub	sp, sp, #256
	add	x19, x19, #8
	ldr	x1, [x19]
	cbz	x1, missing
	ldrb	w2, [x1]
	cmp	w2, #'-'
	b.ne	started
	ldrb	w2, [x1, #1]
	cmp	w2, #'-'
	b.ne	started
	ldrb	w2, [x1, #2]
	cbnz	w2, started
	add	x19, x19, #8
	ldr	x1, [x19]
	cbz	x1, missing
started:
	mov	x0, #-1
	str	x0, [sp]
	mov	x0, #0			// SIG_BLOCK
	mov	x1, sp
	add	x2, sp, #8
	mov	x3, #8
	mov	x8, #135		// rt_sigprocmask
	svc	#0
	mov	x0, #SIGCHLD
	mov	x1, #0
	mov	x2, #0
	mov	x3, #0
	mov	x4, #0
	mov	x8, #220		// clone, as fork
	svc	#0
	cmp	x0, #0
	b.lt	refused
	b.eq	child
	mov	x21, x0			// the program
	mov	x22, #-1		// its status, once it has one

wait:
	mov	x0, sp
	add	x1, sp, #64
	mov	x2, #0
	mov	x3, #8
	mov	x8, #137		// rt_sigtimedwait
	svc	#0
	cmp	w0, #0
	b.le	wait
	cmp	w0, #SIGCHLD
	b.eq	reap
	mov	w1, w0
	mov	x0, x21
	mov	x8, #129		// kill
	svc	#0
	b	wait
reap:
	mov	x0, #-1
	add	x1, sp, #16
	mov	x2, #1			// WNOHANG
	mov	x3, #0
	mov	x8, #260		// wait4
	svc	#0
	cmp	x0, #0
	b.le	reaped
	cmp	x0, x21
	b.ne	reap
	ldr	w22, [sp, #16]		// clears the upper half: no longer negative
	b	reap
reaped:
	cmp	x22, #0
	b.lt	wait
	ands	w0, w22, #0x7f
	b.ne	signalled
	ubfx	w0, w22, #8, #8
	b	exit
signalled:
	add	w0, w0, #128
exit:
	mov	x8, #94			// exit_group
	svc	#0
missing:
	mov	x0, #127
	b	exit
refused:
	mov	x0, #126
	b	exit

child:
	mov	x0, #0
	mov	x1, #0
	mov	x8, #154		// setpgid
	svc	#0
	mov	x8, #172		// getpid
	svc	#0
	str	w0, [sp, #16]
	mov	x0, #0
	mov	x1, #0x5410		// TIOCSPGRP; without a terminal nothing happens
	add	x2, sp, #16
	mov	x8, #29			// ioctl
	svc	#0
	mov	x0, #2			// SIG_SETMASK
	add	x1, sp, #8
	mov	x2, #0
	mov	x3, #8
	mov	x8, #135
	svc	#0
	mov	w23, #127		// what to end with
	ldr	x1, [x19]
slash:
	ldrb	w2, [x1], #1
	cmp	w2, #'/'
	b.eq	direct
	cbnz	w2, slash
	mov	x3, x20
variable:
	ldr	x1, [x3], #8
	cbz	x1, nopath
	ldrb	w2, [x1]
	cmp	w2, #'P'
	b.ne	variable
	ldrb	w2, [x1, #1]
	cmp	w2, #'A'
	b.ne	variable
	ldrb	w2, [x1, #2]
	cmp	w2, #'T'
	b.ne	variable
	ldrb	w2, [x1, #3]
	cmp	w2, #'H'
	b.ne	variable
	ldrb	w2, [x1, #4]
	cmp	w2, #'='
	b.ne	variable
	add	x24, x1, #5
	b	search
nopath:
	adr	x24, places
search:					// x24: the rest of PATH
	add	x4, sp, #256
	mov	x5, x4
	mov	x6, #4096
	add	x6, x4, x6		// the directory's end at the latest
directory:
	ldrb	w25, [x24], #1
	cbz	w25, name
	cmp	w25, #':'
	b.eq	name
	cmp	x5, x6
	b.hs	directory
	strb	w25, [x5], #1
	b	directory
name:					// w25 zero: this was the last one
	cmp	x5, x4
	b.ne	join
	mov	w2, #'.'		// an empty entry is the working directory
	strb	w2, [x5], #1
join:
	mov	w2, #'/'
	strb	w2, [x5], #1
	ldr	x1, [x19]
	mov	x6, #8184
	add	x6, x4, x6
copy:
	cmp	x5, x6
	b.hs	next
	ldrb	w2, [x1], #1
	strb	w2, [x5], #1
	cbnz	w2, copy
	mov	x0, x4
	mov	x1, x19
	mov	x2, x20
	mov	x8, #221		// execve
	svc	#0
	cmn	x0, #13			// EACCES: perhaps there is a better one further on
	b.eq	denied
	cmn	x0, #2			// ENOENT
	b.eq	next
	cmn	x0, #20			// ENOTDIR
	b.eq	next
	b	fail
denied:
	mov	w23, #126
next:
	cbnz	w25, search
	b	give_up
direct:
	ldr	x0, [x19]
	mov	x1, x19
	mov	x2, x20
	mov	x8, #221
	svc	#0
	cmn	x0, #2
	b.eq	give_up
fail:
	mov	w23, #126
give_up:
	mov	x0, #2
	adr	x1, message
	mov	x2, #message_end - message
	mov	x8, #64			// write
	svc	#0
	ldr	x1, [x19]
	mov	x2, #0
length:
	ldrb	w3, [x1, x2]
	cbz	w3, counted
	add	x2, x2, #1
	b	length
counted:
	mov	x0, #2
	svc	#0
	mov	x0, #2
	adr	x1, newline
	mov	x2, #1
	svc	#0
	mov	w0, w23
	b	exit
places:	.asciz	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
message:
	.ascii	"docker-init: cannot run "
message_end:
newline:
	.ascii	"\n"
end:
