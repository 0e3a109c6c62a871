/*
 * Memory layout of KVM's SDEI migration interface, fifth version (API version 0x10000), and of the
 * transcript that keeps what its GET commands returned (see kvm-v5-transcript.md).
 *
 * C11 or C++11 and later. Every size and every offset below is asserted, so a compiler that would lay a
 * struct out differently (a 32-bit x86 one, for instance) refuses the file. All integers are in
 * the byte order of the host; a transcript is little-endian.
 *
 * Struct, field, command and constant names are the interface's own, except the members of the unions in
 * kvm_sdei_cmd. Do not include this file together with a kernel header that declares the same structs.
 */
#ifndef SDEICTL_KVM_SDEI_V5_H
#define SDEICTL_KVM_SDEI_V5_H

#include <stddef.h>
#include <stdint.h>

/* ---- constants ---------------------------------------------------------------------------------- */

/* In critical_num and normal_num: no handler of that priority runs. */
#define KVM_SDEI_INVALID_EVENT UINT64_C(0xFFFFFFFF)
/* The software-signalled event of the specification. It is a valid number, not a marker for "none". */
#define KVM_SDEI_DEFAULT_EVENT UINT64_C(0)
/* Slots in the per-vCPU arrays and bits in the per-vCPU bitmaps of a registered event. */
#define KVM_SDEI_MAX_VCPUS 512
/* Most events in the exposed list, in the registered list, and in the queues of one vCPU. */
#define KVM_SDEI_MAX_EVENTS 128
/* What GET_VERSION answers. */
#define KVM_SDEI_API_VERSION UINT32_C(0x10000)

/* Commands.                                          fd    what travels                               */
#define KVM_SDEI_CMD_GET_VERSION                0  /* VM    out: version                               */
#define KVM_SDEI_CMD_GET_EXPOSED_EVENT_COUNT    1  /* VM    out: count                                 */
#define KVM_SDEI_CMD_GET_EXPOSED_EVENT          2  /* VM    in: count, pointer; out: the array         */
#define KVM_SDEI_CMD_SET_EXPOSED_EVENT          3  /* VM    in: count, pointer, the array              */
#define KVM_SDEI_CMD_GET_REGISTERED_EVENT_COUNT 4  /* VM    out: count                                 */
#define KVM_SDEI_CMD_GET_REGISTERED_EVENT       5  /* VM    in: count, pointer; out: the array         */
#define KVM_SDEI_CMD_SET_REGISTERED_EVENT       6  /* VM    in: count, pointer, the array              */
#define KVM_SDEI_CMD_GET_VCPU_EVENT_COUNT       7  /* vCPU  out: count                                 */
#define KVM_SDEI_CMD_GET_VCPU_EVENT             8  /* vCPU  in: count, pointer; out: the array         */
#define KVM_SDEI_CMD_SET_VCPU_EVENT             9  /* vCPU  in: count, pointer, the array              */
#define KVM_SDEI_CMD_GET_VCPU_STATE            10  /* vCPU  in: pointer; out: one struct               */
#define KVM_SDEI_CMD_SET_VCPU_STATE            11  /* vCPU  in: pointer, one struct                    */
#define KVM_SDEI_CMD_INJECT_EVENT              12  /* vCPU  in: num                                    */

/*
 * The one ioctl, on the VM's or on a vCPU's file descriptor: read and write (3 << 30), size of the argument
 * (<< 16), KVM's type 0xAE (<< 8), number 0xD0. The last assertion of this file does that sum.
 */
#define KVM_ARM_SDEI_COMMAND UINT32_C(0xC010AED0)

/* ---- what the commands carry -------------------------------------------------------------------- */

/* An event that the VM's guest may register: its definition. List order is the order of exposure. */
struct kvm_sdei_exposed_event_state {
	uint64_t num;
	uint8_t type;        /* 0 private, 1 shared */
	uint8_t signaled;    /* not 0: the guest may signal it (SDEI_EVENT_SIGNAL) */
	uint8_t priority;    /* 0 normal, 1 critical */
	uint8_t padding[5];
	uint64_t notifier;   /* address of a function in the host kernel, or 0 */
};

/*
 * An event with a handler on at least one vCPU. A private event uses the slot and the bit of each vCPU's index
 * (order of creation), a shared event slot 0 and bit 0. Bit n is bit n % 64 of word n / 64.
 */
struct kvm_sdei_registered_event_state {
	uint64_t num;
	uint8_t route_mode;  /* 0 RM_ANY, 1 RM_PE */
	uint8_t padding[3];
	/*
	 * Bytes 12..15 have no name: the compiler aligns the next field to 8, and the named padding is four
	 * bytes short. They are part of the struct, they travel through GET and SET unchanged, and a
	 * transcript has them. A struct assignment in C need not copy them; memcpy does.
	 */
	uint64_t route_affinity;
	uint64_t ep_address[KVM_SDEI_MAX_VCPUS];
	uint64_t ep_arg[KVM_SDEI_MAX_VCPUS];
	uint64_t registered[KVM_SDEI_MAX_VCPUS / 64];
	uint64_t enabled[KVM_SDEI_MAX_VCPUS / 64];
	uint64_t unregister_pending[KVM_SDEI_MAX_VCPUS / 64];
};

/* An event that waits or runs on one vCPU. The list has the critical queue first, then the normal one. */
struct kvm_sdei_vcpu_event_state {
	uint64_t num;
	uint32_t event_count; /* occurrences that wait, plus the one that runs */
	uint32_t padding;
};

/* What a handler interrupted. */
struct kvm_sdei_vcpu_regs_state {
	uint64_t regs[18];   /* x0..x17 */
	uint64_t pc;
	uint64_t pstate;
};

/* The vCPU itself: its mask, and the running handlers with what each of them interrupted. */
struct kvm_sdei_vcpu_state {
	uint8_t masked;      /* not 0: SDEI_PE_MASK holds */
	uint8_t padding[7];
	uint64_t critical_num; /* event whose handler runs, or KVM_SDEI_INVALID_EVENT */
	uint64_t normal_num;
	struct kvm_sdei_vcpu_regs_state critical_regs;
	struct kvm_sdei_vcpu_regs_state normal_regs;
};

/* The ioctl's argument. */
struct kvm_sdei_cmd {
	uint32_t cmd;        /* KVM_SDEI_CMD_... */
	union {
		uint32_t version;
		uint32_t count;
	};
	union {
		struct kvm_sdei_exposed_event_state *exposed;
		struct kvm_sdei_registered_event_state *registered;
		struct kvm_sdei_vcpu_event_state *vcpu_event;
		struct kvm_sdei_vcpu_state *vcpu_state;
		void *data;
		uint64_t num;
	};
};

/* ---- the transcript ----------------------------------------------------------------------------- */

/* Without the terminating zero: 8 bytes each. */
#define SDEI_TRANSCRIPT_MAGIC   "SDEIGETS"
#define SDEI_TRANSCRIPT_DIALECT "kvm-v5\0\0"
#define SDEI_TRANSCRIPT_VERSION 1
/* flags: one MPIDR_EL1 (uint64_t) per vCPU stands between the header and the first frame. */
#define SDEI_TRANSCRIPT_MPIDRS  1
/* index of a frame that belongs to the VM. */
#define SDEI_TRANSCRIPT_VM      UINT32_C(0xFFFFFFFF)

struct sdei_transcript_header {
	uint8_t magic[8];
	uint8_t dialect[8];
	uint16_t version;
	uint16_t flags;
	uint32_t nr_vcpus;
	uint64_t reserved;
	uint8_t producer[32]; /* UTF-8, filled up with zeros; all 32 bytes may be text */
};

struct sdei_transcript_frame {
	uint32_t command;    /* KVM_SDEI_CMD_GET_... */
	uint32_t index;      /* of the vCPU, or SDEI_TRANSCRIPT_VM */
	uint32_t count;      /* structs in the payload; GET_VERSION: the version */
	uint32_t size;       /* of the payload, which follows, in bytes */
};

/* ---- assertions --------------------------------------------------------------------------------- */

#ifdef __cplusplus
#define KVM_SDEI_HOLDS(condition) static_assert(condition, #condition)
#else
#define KVM_SDEI_HOLDS(condition) _Static_assert(condition, #condition)
#endif
#define KVM_SDEI_SIZE(type, bytes) KVM_SDEI_HOLDS(sizeof(struct type) == (bytes))
#define KVM_SDEI_FIELD(type, field, offset, bytes) \
	KVM_SDEI_HOLDS(offsetof(struct type, field) == (offset) && sizeof(((struct type *)0)->field) == (bytes))

KVM_SDEI_SIZE(kvm_sdei_exposed_event_state, 24);
KVM_SDEI_FIELD(kvm_sdei_exposed_event_state, num, 0, 8);
KVM_SDEI_FIELD(kvm_sdei_exposed_event_state, type, 8, 1);
KVM_SDEI_FIELD(kvm_sdei_exposed_event_state, signaled, 9, 1);
KVM_SDEI_FIELD(kvm_sdei_exposed_event_state, priority, 10, 1);
KVM_SDEI_FIELD(kvm_sdei_exposed_event_state, padding, 11, 5);
KVM_SDEI_FIELD(kvm_sdei_exposed_event_state, notifier, 16, 8);

KVM_SDEI_SIZE(kvm_sdei_registered_event_state, 8408);
KVM_SDEI_FIELD(kvm_sdei_registered_event_state, num, 0, 8);
KVM_SDEI_FIELD(kvm_sdei_registered_event_state, route_mode, 8, 1);
KVM_SDEI_FIELD(kvm_sdei_registered_event_state, padding, 9, 3); /* ends at 12: */
KVM_SDEI_HOLDS(offsetof(struct kvm_sdei_registered_event_state, padding) + 3 == 12); /* the hole begins ... */
KVM_SDEI_FIELD(kvm_sdei_registered_event_state, route_affinity, 16, 8); /* ... and is 12..15 */
KVM_SDEI_FIELD(kvm_sdei_registered_event_state, ep_address, 24, 4096);
KVM_SDEI_FIELD(kvm_sdei_registered_event_state, ep_arg, 4120, 4096);
KVM_SDEI_FIELD(kvm_sdei_registered_event_state, registered, 8216, 64);
KVM_SDEI_FIELD(kvm_sdei_registered_event_state, enabled, 8280, 64);
KVM_SDEI_FIELD(kvm_sdei_registered_event_state, unregister_pending, 8344, 64);
/* The fields together are four bytes short of the struct: this hole is the only one. */
KVM_SDEI_HOLDS(8 + 1 + 3 + 8 + 4096 + 4096 + 64 + 64 + 64 + 4 == sizeof(struct kvm_sdei_registered_event_state));

KVM_SDEI_SIZE(kvm_sdei_vcpu_event_state, 16);
KVM_SDEI_FIELD(kvm_sdei_vcpu_event_state, num, 0, 8);
KVM_SDEI_FIELD(kvm_sdei_vcpu_event_state, event_count, 8, 4);
KVM_SDEI_FIELD(kvm_sdei_vcpu_event_state, padding, 12, 4);

KVM_SDEI_SIZE(kvm_sdei_vcpu_regs_state, 160);
KVM_SDEI_FIELD(kvm_sdei_vcpu_regs_state, regs, 0, 144);
KVM_SDEI_FIELD(kvm_sdei_vcpu_regs_state, pc, 144, 8);
KVM_SDEI_FIELD(kvm_sdei_vcpu_regs_state, pstate, 152, 8);

KVM_SDEI_SIZE(kvm_sdei_vcpu_state, 344);
KVM_SDEI_FIELD(kvm_sdei_vcpu_state, masked, 0, 1);
KVM_SDEI_FIELD(kvm_sdei_vcpu_state, padding, 1, 7);
KVM_SDEI_FIELD(kvm_sdei_vcpu_state, critical_num, 8, 8);
KVM_SDEI_FIELD(kvm_sdei_vcpu_state, normal_num, 16, 8);
KVM_SDEI_FIELD(kvm_sdei_vcpu_state, critical_regs, 24, 160);
KVM_SDEI_FIELD(kvm_sdei_vcpu_state, normal_regs, 184, 160);

KVM_SDEI_SIZE(kvm_sdei_cmd, 16);
KVM_SDEI_FIELD(kvm_sdei_cmd, cmd, 0, 4);
KVM_SDEI_FIELD(kvm_sdei_cmd, version, 4, 4);
KVM_SDEI_FIELD(kvm_sdei_cmd, count, 4, 4);
KVM_SDEI_FIELD(kvm_sdei_cmd, exposed, 8, sizeof(void *));
KVM_SDEI_FIELD(kvm_sdei_cmd, registered, 8, sizeof(void *));
KVM_SDEI_FIELD(kvm_sdei_cmd, vcpu_event, 8, sizeof(void *));
KVM_SDEI_FIELD(kvm_sdei_cmd, vcpu_state, 8, sizeof(void *));
KVM_SDEI_FIELD(kvm_sdei_cmd, data, 8, sizeof(void *));
KVM_SDEI_FIELD(kvm_sdei_cmd, num, 8, 8);

KVM_SDEI_HOLDS(sizeof(SDEI_TRANSCRIPT_MAGIC) == 8 + 1);
KVM_SDEI_HOLDS(sizeof(SDEI_TRANSCRIPT_DIALECT) == 8 + 1);
KVM_SDEI_SIZE(sdei_transcript_header, 64);
KVM_SDEI_FIELD(sdei_transcript_header, magic, 0, 8);
KVM_SDEI_FIELD(sdei_transcript_header, dialect, 8, 8);
KVM_SDEI_FIELD(sdei_transcript_header, version, 16, 2);
KVM_SDEI_FIELD(sdei_transcript_header, flags, 18, 2);
KVM_SDEI_FIELD(sdei_transcript_header, nr_vcpus, 20, 4);
KVM_SDEI_FIELD(sdei_transcript_header, reserved, 24, 8);
KVM_SDEI_FIELD(sdei_transcript_header, producer, 32, 32);

KVM_SDEI_SIZE(sdei_transcript_frame, 16);
KVM_SDEI_FIELD(sdei_transcript_frame, command, 0, 4);
KVM_SDEI_FIELD(sdei_transcript_frame, index, 4, 4);
KVM_SDEI_FIELD(sdei_transcript_frame, count, 8, 4);
KVM_SDEI_FIELD(sdei_transcript_frame, size, 12, 4);

KVM_SDEI_HOLDS(KVM_ARM_SDEI_COMMAND ==
	((UINT32_C(3) << 30) | ((uint32_t)sizeof(struct kvm_sdei_cmd) << 16) | (UINT32_C(0xAE) << 8) | UINT32_C(0xD0)));

#undef KVM_SDEI_FIELD
#undef KVM_SDEI_SIZE
#undef KVM_SDEI_HOLDS

#endif
