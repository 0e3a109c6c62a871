/*
 * Runs sdei_capture without KVM: a made-up kernel answers the ioctls for one small fixed VM.
 *
 *   kvm_v5_capture_test PATH     writes the transcript of that VM to PATH
 *
 * Silent and 0 when all is well. First every failure that sdei_capture promises is provoked (PATH is the scratch
 * file for that, too), then the transcript is written. The VM:
 *   2 vCPUs, both unmasked; API version 0x10000
 *   exposed     0x0         private, normal, signalable, no notifier
 *               0x40400001  private, normal, not signalable, notifier 0xffff800008123456
 *   registered  0x40400001  RM_ANY, on both vCPUs, enabled on both, entry 0xffff800008010e40,
 *                           arguments 0xffff000040000000 (vCPU 0) and 0xffff00004001f000 (vCPU 1)
 *   vCPU 0      nothing queued, nothing runs
 *   vCPU 1      0x40400001 queued with event_count 2: its normal handler runs and one occurrence waits.
 *               Interrupted: x0..x17 = 0x1000..0x1011, pc 0xffff800008765432, pstate 0x60400005
 */
#include "kvm_sdei_v5.h"

static int made_up_ioctl(int fd, struct kvm_sdei_cmd *cmd);
#define SDEI_IOCTL(fd, cmd) made_up_ioctl(fd, cmd)
#include "kvm_v5_capture.c"

enum { VM_FD = 100, VCPU_FD = 200, VCPUS = 2 };
#define EVENT UINT64_C(0x40400001)

/* What the made-up kernel does wrong, for one run of sdei_capture. */
static struct {
	int calls;         /* ioctls so far */
	int refuse;        /* the call that gets EFAULT, from 1; 0 none */
	uint32_t version;
	uint32_t too_many; /* COUNT command that reports one event too many */
} kernel;

static const struct kvm_sdei_exposed_event_state exposed[2] = {
	{ .num = KVM_SDEI_DEFAULT_EVENT, .signaled = 1 },
	{ .num = EVENT, .notifier = UINT64_C(0xffff800008123456) },
};

static const struct kvm_sdei_vcpu_event_state queued[1] = { { .num = EVENT, .event_count = 2 } };

static const struct kvm_sdei_registered_event_state *registered(void)
{
	static struct kvm_sdei_registered_event_state event;

	memset(&event, 0, sizeof(event));
	event.num = EVENT;
	for (int v = 0; v < VCPUS; v++) {
		event.ep_address[v] = UINT64_C(0xffff800008010e40);
		event.ep_arg[v] = UINT64_C(0xffff000040000000) + (uint64_t)v * 0x1f000;
	}
	event.registered[0] = event.enabled[0] = 3;
	return &event;
}

static struct kvm_sdei_vcpu_state vcpu_state(int vcpu)
{
	struct kvm_sdei_vcpu_state state = {
		.critical_num = KVM_SDEI_INVALID_EVENT, .normal_num = KVM_SDEI_INVALID_EVENT,
	};

	if (vcpu == 1) {
		state.normal_num = EVENT;
		for (uint64_t i = 0; i < 18; i++)
			state.normal_regs.regs[i] = 0x1000 + i;
		state.normal_regs.pc = UINT64_C(0xffff800008765432);
		state.normal_regs.pstate = 0x60400005;
	}
	return state;
}

/* A GET as the kernel does it: as many as are asked for, zeros behind the last. */
static int give(struct kvm_sdei_cmd *cmd, const void *list, uint32_t length, size_t item)
{
	uint32_t real = cmd->count < length ? cmd->count : length;

	memcpy(cmd->data, list, real * item);
	memset((char *)cmd->data + real * item, 0, (cmd->count - real) * item);
	return 0;
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
	if (vm != (cmd->cmd <= KVM_SDEI_CMD_SET_REGISTERED_EVENT)) /* right command, wrong file descriptor */
		return fail(EINVAL);
	if (kernel.too_many && cmd->cmd == kernel.too_many) {
		cmd->count = KVM_SDEI_MAX_EVENTS + 1;
		return 0;
	}
	switch (cmd->cmd) {
	case KVM_SDEI_CMD_GET_VERSION:
		cmd->version = kernel.version;
		return 0;
	case KVM_SDEI_CMD_GET_EXPOSED_EVENT_COUNT:
		cmd->count = 2;
		return 0;
	case KVM_SDEI_CMD_GET_EXPOSED_EVENT:
		return give(cmd, exposed, 2, sizeof(exposed[0]));
	case KVM_SDEI_CMD_GET_REGISTERED_EVENT_COUNT:
		cmd->count = 1;
		return 0;
	case KVM_SDEI_CMD_GET_REGISTERED_EVENT:
		return give(cmd, registered(), 1, sizeof(*registered()));
	case KVM_SDEI_CMD_GET_VCPU_EVENT_COUNT:
		cmd->count = queue_length;
		return 0;
	case KVM_SDEI_CMD_GET_VCPU_EVENT:
		return give(cmd, queued, queue_length, sizeof(queued[0]));
	case KVM_SDEI_CMD_GET_VCPU_STATE:
		*cmd->vcpu_state = vcpu_state(vcpu);
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
	int result = sdei_capture(out, VM_FD, fds, vcpus, producer);
	int got = result == 0 ? 0 : errno;
	if (fclose(out) != 0 && expected == 0)
		got = errno;
	if (got != expected || result != (expected ? -1 : 0)) {
		fprintf(stderr, "%s: sdei_capture gave %d with errno %d (%s), expected errno %d\n",
			what, result, got, strerror(got), expected);
		exit(1);
	}
	kernel.calls = kernel.refuse = 0;
	kernel.too_many = 0;
	kernel.version = KVM_SDEI_API_VERSION;
}

int main(int argc, char **argv)
{
	/* 32 bytes, the last two of them one letter outside ASCII: the longest that fits. */
	static const char longest[] = "made-up VMM, made-up kernel 1 \xC3\xA9";
	FILE *full;
	int ioctls;

	if (argc != 2) {
		fprintf(stderr, "usage: kvm_v5_capture_test PATH\n");
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
	kernel.too_many = KVM_SDEI_CMD_GET_EXPOSED_EVENT_COUNT;
	check("too many exposed", argv[1], VCPUS, "", ERANGE);
	kernel.too_many = KVM_SDEI_CMD_GET_REGISTERED_EVENT_COUNT;
	check("too many registered", argv[1], VCPUS, "", ERANGE);
	kernel.too_many = KVM_SDEI_CMD_GET_VCPU_EVENT_COUNT;
	check("too many queued", argv[1], VCPUS, "", ERANGE);

	/* Version, two lists of two ioctls, vCPU 0 (no event): 2, vCPU 1: 3. */
	ioctls = 1 + 2 * 2 + 2 + 3;
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
