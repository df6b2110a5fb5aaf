# The init of a container that asks for one, x86-64: the whole program, ELF header included.
#
#   init [--] program [arguments]
#
# It blocks every signal, starts the program in a process group of its own, in the foreground of the terminal if there
# is one, and then does two things for ever: what comes as a signal goes on to the program, and what has ended is
# reaped. When the program has ended, so does it, with the same status or 128 + the signal; the kernel ends the rest.
# A program without a slash is looked for in PATH. 127 = there is none, 126 = it cannot be run.
# Blocked signals are kept for pid 1, which the kernel otherwise spares (sig_ignored, kernel/signal.c).
	.set	base, 0x400000
	.set	SIGCHLD, 17
	.globl	_start
file:
	.ascii	"\177ELF"
	.byte	2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0
	.short	2, 62			# an executable for x86-64
	.long	1
	.quad	base + (_start - file)
	.quad	header - file
	.quad	0
	.long	0
	.short	64, 56, 1, 0, 0, 0
header:	.long	1, 5			# PT_LOAD, readable and executable
	.quad	0, base, base
	.quad	end - file, end - file
	.quad	0x1000

_start:
	mov	(%rsp), %rcx		# argc
	lea	8(%rsp), %r12		# argv
	lea	16(%rsp,%rcx,8), %r13	# envp
	sub	$8448, %rsp		# 0: every signal, 8: the mask before, 16: a word, 64: siginfo, 256: a path
	add	$8, %r12
	mov	(%r12), %rsi
	test	%rsi, %rsi
	jz	missing
	cmpw	$0x2d2d, (%rsi)		# "--"
	jne	started
	cmpb	$0, 2(%rsi)
	jne	started
	add	$8, %r12
	cmpq	$0, (%r12)
	je	missing
started:
	movq	$-1, (%rsp)
	xor	%edi, %edi		# SIG_BLOCK
	mov	%rsp, %rsi
	lea	8(%rsp), %rdx
	mov	$8, %r10d
	mov	$14, %eax		# rt_sigprocmask
	syscall
	mov	$57, %eax		# fork
	syscall
	test	%rax, %rax
	js	refused
	jz	child
	mov	%rax, %r14		# the program
	mov	$-1, %r15		# its status, once it has one

wait:
	mov	%rsp, %rdi
	lea	64(%rsp), %rsi
	xor	%edx, %edx
	mov	$8, %r10d
	mov	$128, %eax		# rt_sigtimedwait
	syscall
	test	%eax, %eax
	jle	wait
	cmp	$SIGCHLD, %eax
	je	reap
	mov	%eax, %esi
	mov	%r14, %rdi
	mov	$62, %eax		# kill
	syscall
	jmp	wait
reap:
	mov	$-1, %rdi
	lea	16(%rsp), %rsi
	mov	$1, %edx		# WNOHANG
	xor	%r10d, %r10d
	mov	$61, %eax		# wait4
	syscall
	test	%rax, %rax
	jle	reaped
	cmp	%r14, %rax
	jne	reap
	mov	16(%rsp), %r15d		# clears the upper half: no longer negative
	jmp	reap
reaped:
	test	%r15, %r15
	js	wait
	mov	%r15d, %edi
	and	$0x7f, %edi
	jnz	signalled
	mov	%r15d, %edi
	shr	$8, %edi
	and	$0xff, %edi
	jmp	exit
signalled:
	add	$128, %edi
exit:
	mov	$231, %eax		# exit_group
	syscall
missing:
	mov	$127, %edi
	jmp	exit
refused:
	mov	$126, %edi
	jmp	exit

child:
	xor	%edi, %edi
	xor	%esi, %esi
	mov	$109, %eax		# setpgid
	syscall
	mov	$39, %eax		# getpid
	syscall
	mov	%eax, 16(%rsp)
	xor	%edi, %edi
	mov	$0x5410, %esi		# TIOCSPGRP; without a terminal nothing happens
	lea	16(%rsp), %rdx
	mov	$16, %eax		# ioctl
	syscall
	mov	$2, %edi		# SIG_SETMASK
	lea	8(%rsp), %rsi
	xor	%edx, %edx
	mov	$8, %r10d
	mov	$14, %eax
	syscall
	mov	$127, %ebx		# what to end with
	mov	(%r12), %rsi
slash:
	lodsb
	cmp	$'/', %al
	je	direct
	test	%al, %al
	jnz	slash
	mov	%r13, %rdx
variable:
	mov	(%rdx), %rsi
	test	%rsi, %rsi
	jz	nopath
	add	$8, %rdx
	cmpl	$0x48544150, (%rsi)	# "PATH"
	jne	variable
	cmpb	$'=', 4(%rsi)
	jne	variable
	add	$5, %rsi
	jmp	search
nopath:
	lea	places(%rip), %rsi
search:					# rsi: the rest of PATH
	lea	256(%rsp), %rdi
	lea	4352(%rsp), %r8		# the directory's end at the latest
directory:
	lodsb
	test	%al, %al
	jz	name
	cmp	$':', %al
	je	name
	cmp	%r8, %rdi
	jae	directory
	stosb
	jmp	directory
name:
	mov	%rsi, %r15
	mov	%al, %r14b		# zero: this was the last one
	lea	256(%rsp), %rax
	cmp	%rax, %rdi
	jne	join
	movb	$'.', (%rdi)		# an empty entry is the working directory
	inc	%rdi
join:
	movb	$'/', (%rdi)
	inc	%rdi
	mov	(%r12), %rsi
	lea	8440(%rsp), %r8
copy:
	cmp	%r8, %rdi
	jae	next
	lodsb
	stosb
	test	%al, %al
	jnz	copy
	lea	256(%rsp), %rdi
	mov	%r12, %rsi
	mov	%r13, %rdx
	mov	$59, %eax		# execve
	syscall
	cmp	$-13, %rax		# EACCES: perhaps there is a better one further on
	je	denied
	cmp	$-2, %rax		# ENOENT
	je	next
	cmp	$-20, %rax		# ENOTDIR
	je	next
	jmp	fail
denied:
	mov	$126, %ebx
next:
	mov	%r15, %rsi
	test	%r14b, %r14b
	jnz	search
	jmp	give_up
direct:
	mov	(%r12), %rdi
	mov	%r12, %rsi
	mov	%r13, %rdx
	mov	$59, %eax
	syscall
	cmp	$-2, %rax
	je	give_up
fail:
	mov	$126, %ebx
give_up:
	mov	$2, %edi
	lea	message(%rip), %rsi
	mov	$message_end - message, %edx
	mov	$1, %eax		# write
	syscall
	mov	(%r12), %rsi
	mov	%rsi, %rdx
length:
	cmpb	$0, (%rdx)
	je	counted
	inc	%rdx
	jmp	length
counted:
	sub	%rsi, %rdx
	mov	$2, %edi
	mov	$1, %eax
	syscall
	mov	$2, %edi
	lea	newline(%rip), %rsi
	mov	$1, %edx
	mov	$1, %eax
	syscall
	mov	%ebx, %edi
	jmp	exit
places:	.asciz	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
message:
	.ascii	"docker-init: cannot run "
message_end:
newline:
	.ascii	"\n"
end:
