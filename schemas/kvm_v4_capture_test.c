/*
 * Runs sdei_capture without KVM: a made-up kernel answers the ioctls for one small fixed VM.
 *
 *   kvm_v4_capture_test PATH     writes the transcript of that VM to PATH
 *
 * Silent and 0 when all is well. First every failure that sdei_capture promises is provoked (PATH is the scratch
 * file for that, too), then the transcript is written. The VM:
 *   2 vCPUs, both unmasked; API version 0x10000
 *   exposed     0x40400001  by SET_EVENT: private, normal, not signalable, notifier 0xffff800008123456
 *   registered  0x40400001  RM_ANY, on both vCPUs, enabled on both, refcount 2, entry 0xffff800008010e40,
 *                           arguments 0xffff000040000000 (vCPU 0) and 0xffff00004001f000 (vCPU 1)
 *   vCPU 0      nothing queued, nothing runs
 *   vCPU 1      0x40400001 queued with refcount 2: its normal handler runs and one occurrence waits.
 *               Interrupted: x0..x17 = 0x1000..0x1011, pc 0xffff800008765432, pstate 0x60400005
 */
#include "kvm_sdei_v4.h"

static int made_up_ioctl(int fd, struct kvm_sdei_cmd *cmd);
#define SDEI_IOCTL(fd, cmd) made_up_ioctl(fd, cmd)
#include "kvm_v4_capture.c"

enum { VM_FD = 100, VCPU_FD = 200, VCPUS = 2 };
#define EVENT UINT64_C(0x40400001)

/* What the made-up kernel does wrong, for one run of sdei_capture. */
static struct {
	int calls;         /* ioctls so far */
	int refuse;        /* the call that gets EFAULT, from 1; 0 none */
	uint32_t version;
	int wrong_count;   /* what COUNT commands tell too much */
} kernel;

static const struct kvm_sdei_event_state exposed = { .num = EVENT, .notifier = UINT64_C(0xffff800008123456) };

static void fill_registered(struct kvm_sdei_kvm_event_state *event)
{
	memset(event, 0, sizeof(*event));
	event->num = EVENT;
	event->refcount = 2;
	for (int v = 0; v < VCPUS; v++) {
		event->entries[v] = UINT64_C(0xffff800008010e40);
		event->params[v] = UINT64_C(0xffff000040000000) + (uint64_t)v * 0x1f000;
	}
	event->registered[0] = event->enabled[0] = 3;
}

static void fill_state(struct kvm_sdei_vcpu_state *state, int vcpu)
{
	memset(state, 0, sizeof(*state));
	if (vcpu == 0)
		return;
	state->normal_num = EVENT;
	for (uint64_t i = 0; i < 18; i++)
		state->normal_regs.regs[i] = 0x1000 + i;
	state->normal_regs.pc = UINT64_C(0xffff800008765432);
	state->normal_regs.pstate = 0x60400005;
}

/* The iterator: a number that is none gives the first entry; both lists have one at most. */
static int next(const struct kvm_sdei_cmd *cmd, uint32_t length)
{
	return length == 1 && cmd->num == KVM_SDEI_INVALID_NUM ? 0 : fail(ENOENT);
}

static int made_up_ioctl(int fd, struct kvm_sdei_cmd *cmd)
{
	int vm = fd == VM_FD;
	int vcpu = fd - VCPU_FD;
	uint32_t queue_length = vcpu == 1;

	if (++kernel.calls == kernel.refuse)
		return fail(EFAULT);
	if (!vm && (vcpu < 0 || vcpu >= VCPUS))
		return fail(EBADF);
	if (vm != (cmd->cmd <= KVM_SDEI_CMD_SET_KEVENT)) /* right command, wrong file descriptor */
		return fail(EINVAL);
	switch (cmd->cmd) {
	case KVM_SDEI_CMD_GET_VERSION:
		cmd->version = kernel.version;
		return 0;
	case KVM_SDEI_CMD_GET_KEVENT_COUNT:
		cmd->count = (uint32_t)(1 + kernel.wrong_count);
		return 0;
	case KVM_SDEI_CMD_GET_KEVENT:
		if (next(cmd, 1))
			return -1;
		fill_registered(&cmd->kvm_event);
		return 0;
	case KVM_SDEI_CMD_GET_VEVENT_COUNT:
		cmd->count = queue_length;
		return 0;
	case KVM_SDEI_CMD_GET_VEVENT:
		if (next(cmd, queue_length))
			return -1;
		memset(&cmd->vcpu_event, 0, sizeof(cmd->vcpu_event));
		cmd->vcpu_event.num = EVENT;
		cmd->vcpu_event.refcount = 2;
		return 0;
	case KVM_SDEI_CMD_GET_VCPU_STATE:
		fill_state(&cmd->vcpu_state, vcpu);
		return 0;
	}
	return fail(EINVAL);
}

/* Runs sdei_capture once; expected is the errno that it must give, or 0 for success. */
static void check(const char *what, const char *path, uint32_t vcpus, const char *producer, int expected)
{
	static const int fds[VCPUS] = { VCPU_FD, VCPU_FD + 1 };
	FILE *out = fopen(path, "wb");

	if (!out) {
		perror(path);
		exit(1);
	}
	int result = sdei_capture(out, VM_FD, fds, vcpus, producer, &exposed, 1);
	int got = result == 0 ? 0 : errno;
	if (fclose(out) != 0 && expected == 0)
		got = errno;
	if (got != expected || result != (expected ? -1 : 0)) {
		fprintf(stderr, "%s: sdei_capture gave %d with errno %d (%s), expected errno %d\n",
			what, result, got, strerror(got), expected);
		exit(1);
	}
	kernel.calls = kernel.refuse = 0;
	kernel.wrong_count = 0;
	kernel.version = KVM_SDEI_API_VERSION;
}

int main(int argc, char **argv)
{
	/* 32 bytes, the last two of them one letter outside ASCII: the longest that fits. */
	static const char longest[] = "made-up VMM, made-up kernel 1 \xC3\xA9";
	FILE *full;
	int ioctls;

	if (argc != 2) {
		fprintf(stderr, "usage: kvm_v4_capture_test PATH\n");
		return 64;
	}
	kernel.version = KVM_SDEI_API_VERSION;

	check("no vCPUs, no producer", argv[1], 0, NULL, 0);
	check("longest producer", argv[1], VCPUS, longest, 0);
	check("producer too long", argv[1], VCPUS, "made-up VMM, made-up kernel 1 a\xC3\xA9", EINVAL);
	check("line feed in the producer", argv[1], VCPUS, "two\nlines", EINVAL);
	check("DEL in the producer", argv[1], VCPUS, "\x7F", EINVAL);
	check("U+0085 in the producer", argv[1], VCPUS, "two\xC2\x85lines", EINVAL);
	check("too many vCPUs", argv[1], KVM_SDEI_MAX_VCPUS + 1, "", EINVAL);
	kernel.version = 0x20000;
	check("another version", argv[1], VCPUS, "", ENOTSUP);
	for (int wrong = -1; wrong <= 1; wrong += 2) {
		kernel.wrong_count = wrong;
		check("a list of another length", argv[1], VCPUS, "", EPROTO);
	}

	/* Version, the registered event and the end: 1 + 2, vCPU 0 (no event): 2, vCPU 1: 1 + 2 + 1. */
	ioctls = 1 + 3 + 2 + 4;
	for (int call = 1; call <= ioctls; call++) {
		kernel.refuse = call;
		check("an ioctl fails", argv[1], VCPUS, "", EFAULT);
	}

	full = fopen("/dev/full", "wb");
	if (full) {
		fclose(full);
		check("no room", "/dev/full", VCPUS, "", ENOSPC);
	}

	kernel.refuse = ioctls + 1; /* one more ioctl than needed would fail */
	check("transcript", argv[1], VCPUS, "made-up VMM, made-up kernel", 0);
	return 0;
}
