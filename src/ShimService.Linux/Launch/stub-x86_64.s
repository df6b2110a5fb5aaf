# The launch stub, x86-64.  long stub(struct clone_args *rdi, struct op *rsi, long progress[2] *rdx)
#
# Parent: returns what clone3 returned (pid, or -errno). With CLONE_VFORK that is after the child's
# execve or exit. Child: runs one operation after another and never returns.
#
#   struct op { long nr, a0, a1, a2, a3, a4, a5;   system call and arguments
#               long min;              smallest result that counts as success: 0; 1 for a gate's read, so that
#                                      end-of-file can never open it
#               unsigned long tolerated;  bit e set: errno e (1..63) counts as success; its result is not stored;
#                                      bit 0: a result above 0 ends the process at once, quietly: the parent of a
#                                      clone, whose child goes on with the next operation
#               long *store; };        where to put the result, or null: an argument of a later operation
#   sizeof(op) = 80
#
# progress[1] holds the address of the operation being run, written before each system call, so that a child
# that is killed still tells where it was. progress[0] stays 0 until an operation fails: then its result.
# A failed operation exits with 111. progress[] is MAP_SHARED.
# No stack, no libc, no memory but the plan's: safe with CLONE_VM | CLONE_VFORK and after a plain fork.
	.globl	stub
stub:
	push	%rbx
	push	%r12
	push	%r13
	mov	%rsi, %r12
	mov	%rdx, %r13
	mov	$88, %esi		# sizeof(struct clone_args)
	mov	$435, %eax		# clone3
	syscall
	test	%rax, %rax
	jz	next
	pop	%r13
	pop	%r12
	pop	%rbx
	ret
next:
	mov	%r12, 8(%r13)
	mov	(%r12), %rax
	mov	8(%r12), %rdi
	mov	16(%r12), %rsi
	mov	24(%r12), %rdx
	mov	32(%r12), %r10
	mov	40(%r12), %r8
	mov	48(%r12), %r9
	syscall
	cmp	56(%r12), %rax
	jl	below
	testb	$1, 64(%r12)
	jz	keep
	test	%rax, %rax
	jnz	leave
keep:
	mov	72(%r12), %rbx
	test	%rbx, %rbx
	jz	done
	mov	%rax, (%rbx)
done:
	add	$80, %r12
	jmp	next
below:
	mov	%rax, %rbx
	neg	%rbx
	lea	-1(%rbx), %rcx
	cmp	$62, %rcx		# unsigned: a result >= 0 or an errno above 63 is never tolerated
	ja	failed
	mov	64(%r12), %rdx
	bt	%rbx, %rdx
	jc	done
failed:
	mov	%rax, (%r13)
	mov	$111, %edi
quit:
	mov	$231, %eax		# exit_group
	syscall
	hlt
leave:
	xor	%edi, %edi
	jmp	quit

# The calling thread's thread pointer: long thread_pointer(void). The kernel's rseq area lies at an offset from it.
	.globl	thread_pointer
	.balign	16, 0xcc
thread_pointer:
	mov	%fs:0, %rax
	ret
