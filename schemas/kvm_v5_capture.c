/*
 * Writes the transcript of a VM's SDEI state (kvm-v5-transcript.md): for VMM authors to copy.
 *
 * Call it while every vCPU is stopped: the number of events is asked first and the events then, and a vCPU
 * that runs in between can change it. vcpu_fds is in order of creation, which is how the kernel counts vCPUs.
 * Returns 0, or -1 with errno, having written a part of the file that is of no use:
 *   EINVAL   the producer is longer than 32 bytes or has control characters; more than 512 vCPUs
 *   ENOTSUP  the kernel's interface has another version, so its structs may have another layout
 *   ERANGE   the kernel reports more events than its own limit
 *   others   from the ioctl (EPERM: SDEI is not set up for this VM), from calloc, from writing
 * producer (UTF-8, or NULL) says which VMM and which host kernel made the file.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm_sdei_v5.h"

#ifndef SDEI_IOCTL /* a test puts its own kernel here */
#include <sys/ioctl.h>
#define SDEI_IOCTL(fd, cmd) ioctl(fd, KVM_ARM_SDEI_COMMAND, cmd)
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "a transcript is little-endian: swap the integers on this host"
#endif

int sdei_capture(FILE *out, int vm_fd, const int *vcpu_fds, uint32_t nr_vcpus, const char *producer);

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

/* One list: its COUNT command (always the number before the GET), then the GET, then the frame. */
static int put_list(FILE *out, int fd, uint32_t index, uint32_t command, size_t item)
{
	struct kvm_sdei_cmd count = { .cmd = command - 1 };
	struct kvm_sdei_cmd get = { .cmd = command };
	int result = -1, error;

	if (SDEI_IOCTL(fd, &count) < 0)
		return -1;
	if (count.count > KVM_SDEI_MAX_EVENTS)
		return fail(ERANGE);
	if (count.count == 0) /* a vCPU without events has no frame for them */
		return index == SDEI_TRANSCRIPT_VM ? put_frame(out, command, index, 0, NULL, 0) : 0;
	void *items = calloc(count.count, item);
	if (!items)
		return fail(ENOMEM);
	get.count = count.count;
	get.data = items;
	if (SDEI_IOCTL(fd, &get) >= 0)
		result = put_frame(out, command, index, count.count, items, count.count * item);
	error = errno;
	free(items);
	errno = error;
	return result;
}

int sdei_capture(FILE *out, int vm_fd, const int *vcpu_fds, uint32_t nr_vcpus, const char *producer)
{
	const uint32_t vm = SDEI_TRANSCRIPT_VM;
	struct kvm_sdei_cmd get = { .cmd = KVM_SDEI_CMD_GET_VERSION };

	if (nr_vcpus > KVM_SDEI_MAX_VCPUS)
		return fail(EINVAL);
	if (SDEI_IOCTL(vm_fd, &get) < 0)
		return -1;
	if (get.version != KVM_SDEI_API_VERSION)
		return fail(ENOTSUP);
	if (put_header(out, nr_vcpus, producer) ||
	    put_frame(out, KVM_SDEI_CMD_GET_VERSION, vm, get.version, NULL, 0) ||
	    put_list(out, vm_fd, vm, KVM_SDEI_CMD_GET_EXPOSED_EVENT, sizeof(struct kvm_sdei_exposed_event_state)) ||
	    put_list(out, vm_fd, vm, KVM_SDEI_CMD_GET_REGISTERED_EVENT, sizeof(struct kvm_sdei_registered_event_state)))
		return -1;
	for (uint32_t i = 0; i < nr_vcpus; i++) {
		struct kvm_sdei_vcpu_state state = { 0 };
		struct kvm_sdei_cmd get_state = { .cmd = KVM_SDEI_CMD_GET_VCPU_STATE, .vcpu_state = &state };
		if (put_list(out, vcpu_fds[i], i, KVM_SDEI_CMD_GET_VCPU_EVENT, sizeof(struct kvm_sdei_vcpu_event_state)) ||
		    SDEI_IOCTL(vcpu_fds[i], &get_state) < 0 ||
		    put_frame(out, KVM_SDEI_CMD_GET_VCPU_STATE, i, 1, &state, sizeof(state)))
			return -1;
	}
	errno = 0;
	return fflush(out) == 0 ? 0 : fail(errno ? errno : EIO);
}
