/*
 * Writes the transcript of a VM's SDEI state (kvm-v4-transcript.md): for VMM authors to copy.
 *
 * Call it while every vCPU is stopped. vcpu_fds is in order of creation, which is how the kernel counts vCPUs.
 * events are the SET_EVENTs that succeeded, in their order: no GET gives them back, so the VMM must have
 * remembered them. Without any the frame is left out, and the definitions are unknown to who reads the file.
 * Returns 0, or -1 with errno, having written a part of the file that is of no use:
 *   EINVAL   the producer is longer than 32 bytes or has control characters; more than 512 vCPUs;
 *            more SET_EVENTs than fit in a frame
 *   ENOTSUP  the kernel's interface has another version, so its structs may have another layout
 *   EPROTO   the kernel's list has another length than it says, so that something changed meanwhile
 *   others   from the ioctl (EPERM: SDEI is not set up for this VM), from writing
 * producer (UTF-8, or NULL) says which VMM and which host kernel made the file.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm_sdei_v4.h"

#ifndef SDEI_IOCTL /* a test puts its own kernel here */
#include <sys/ioctl.h>
#define SDEI_IOCTL(fd, cmd) ioctl(fd, KVM_ARM_SDEI_COMMAND_V4, cmd) /* v2, v3: the others */
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "a transcript is little-endian: swap the integers on this host"
#endif

int sdei_capture(FILE *out, int vm_fd, const int *vcpu_fds, uint32_t nr_vcpus, const char *producer,
		 const struct kvm_sdei_event_state *events, uint32_t nr_events);

static int fail(int error)
{
	errno = error;
	return -1;
}

static int put(FILE *out, const void *bytes, size_t size)
{
	errno = 0;
	if (size == 0 || fwrite(bytes, size, 1, out) == 1)
		return 0;
	return fail(errno ? errno : EIO);
}

static int put_header(FILE *out, uint32_t nr_vcpus, const char *producer)
{
	struct sdei_transcript_header header = { .version = SDEI_TRANSCRIPT_VERSION, .nr_vcpus = nr_vcpus };
	const unsigned char *text = (const unsigned char *)(producer ? producer : "");

	memcpy(header.magic, SDEI_TRANSCRIPT_MAGIC, sizeof(header.magic));
	memcpy(header.dialect, SDEI_TRANSCRIPT_DIALECT, sizeof(header.dialect));
	for (size_t i = 0; text[i]; i++) {
		/* U+0000..U+001F, U+007F, and U+0080..U+009F, which UTF-8 writes as C2 80 .. C2 9F */
		int control = text[i] < 0x20 || text[i] == 0x7F ||
			(i > 0 && text[i - 1] == 0xC2 && text[i] >= 0x80 && text[i] <= 0x9F);
		if (i == sizeof(header.producer) || control)
			return fail(EINVAL);
		header.producer[i] = text[i];
	}
	return put(out, &header, sizeof(header));
}

static int put_frame(FILE *out, uint32_t command, uint32_t index, uint32_t count, const void *payload, size_t size)
{
	struct sdei_transcript_frame frame = { command, index, count, (uint32_t)size };

	return put(out, &frame, sizeof(frame)) || put(out, payload, size) ? -1 : 0;
}

/*
 * One list. GET is an iterator: KVM_SDEI_INVALID_NUM asks for the first entry, the number of an entry for
 * the one behind it, and -ENOENT says that there is none. num is the first field of each entry.
 */
static int put_list(FILE *out, int fd, uint32_t index, uint32_t command, size_t item)
{
	struct kvm_sdei_cmd cmd = { .cmd = command - 1 }; /* COUNT: always the number before the GET */
	uint32_t count;

	if (SDEI_IOCTL(fd, &cmd) < 0)
		return -1;
	count = cmd.count;
	if (count == 0 && index != SDEI_TRANSCRIPT_VM) /* a vCPU without events has no frame for them */
		return 0;
	if (count > UINT32_MAX / item)
		return fail(EPROTO);
	struct sdei_transcript_frame frame = { command, index, count, (uint32_t)(count * item) };
	if (put(out, &frame, sizeof(frame)))
		return -1;
	memset(&cmd, 0, sizeof(cmd)); /* the hidden bytes, too: the kernel copies them */
	cmd.cmd = command;
	cmd.num = KVM_SDEI_INVALID_NUM;
	for (uint32_t i = 0; i < count; i++) {
		if (SDEI_IOCTL(fd, &cmd) < 0)
			return errno == ENOENT ? fail(EPROTO) : -1;
		if (put(out, &cmd.num, item))
			return -1;
	}
	/* Behind the last one there must be none. */
	if (SDEI_IOCTL(fd, &cmd) >= 0)
		return fail(EPROTO);
	return errno == ENOENT ? 0 : -1;
}

int sdei_capture(FILE *out, int vm_fd, const int *vcpu_fds, uint32_t nr_vcpus, const char *producer,
		 const struct kvm_sdei_event_state *events, uint32_t nr_events)
{
	const uint32_t vm = SDEI_TRANSCRIPT_VM;
	struct kvm_sdei_cmd cmd = { .cmd = KVM_SDEI_CMD_GET_VERSION };

	if (nr_vcpus > KVM_SDEI_MAX_VCPUS || nr_events > UINT32_MAX / sizeof(*events))
		return fail(EINVAL);
	if (SDEI_IOCTL(vm_fd, &cmd) < 0)
		return -1;
	if (cmd.version != KVM_SDEI_API_VERSION)
		return fail(ENOTSUP);
	if (put_header(out, nr_vcpus, producer) ||
	    put_frame(out, KVM_SDEI_CMD_GET_VERSION, vm, cmd.version, NULL, 0) ||
	    (nr_events &&
	     put_frame(out, KVM_SDEI_CMD_SET_EVENT, vm, nr_events, events, nr_events * sizeof(*events))) ||
	    put_list(out, vm_fd, vm, KVM_SDEI_CMD_GET_KEVENT, sizeof(struct kvm_sdei_kvm_event_state)))
		return -1;
	for (uint32_t i = 0; i < nr_vcpus; i++) {
		memset(&cmd, 0, sizeof(cmd));
		cmd.cmd = KVM_SDEI_CMD_GET_VCPU_STATE;
		if (put_list(out, vcpu_fds[i], i, KVM_SDEI_CMD_GET_VEVENT, sizeof(struct kvm_sdei_vcpu_event_state)) ||
		    SDEI_IOCTL(vcpu_fds[i], &cmd) < 0 ||
		    put_frame(out, KVM_SDEI_CMD_GET_VCPU_STATE, i, 1, &cmd.vcpu_state, sizeof(cmd.vcpu_state)))
			return -1;
	}
	errno = 0;
	return fflush(out) == 0 ? 0 : fail(errno ? errno : EIO);
}
