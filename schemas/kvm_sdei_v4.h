/*
 * Memory layout of KVM's SDEI migration interface of the patch series v2, v3 and v4 (API version 0x10000), and of
 * the transcript that keeps what its GET commands returned (see kvm-v4-transcript.md).
 *
 * C11 or C++11 and later. Every size and every offset below is asserted, so a compiler that would lay a
 * struct out differently (a 32-bit x86 one, for instance) refuses the file. All integers are in
 * the byte order of the host; a transcript is little-endian.
 *
 * Struct, field, command and constant names are the interface's own, except the members of the union in
 * kvm_sdei_cmd. The bytes that the interface leaves to the compiler are marked: they have no name, and they travel.
 * Do not include this file together with a kernel header, or with kvm_sdei_v5.h, which declare structs
 * of the same names.
 */
#ifndef SDEICTL_KVM_SDEI_V4_H
#define SDEICTL_KVM_SDEI_V4_H

#include <stddef.h>
#include <stdint.h>

/* ---- constants ---------------------------------------------------------------------------------- */

/* In critical_num and normal_num: no handler of that priority runs. In num of a GET: the first one. */
#define KVM_SDEI_INVALID_NUM UINT64_C(0)
/* The event that the kernel exposes by itself: private, critical, signalable. */
#define KVM_SDEI_DEFAULT_NUM UINT64_C(0x40400000)
/* Slots in the per-vCPU arrays and bits in the per-vCPU bitmaps of a registered event. */
#define KVM_SDEI_MAX_VCPUS 512
/* What GET_VERSION answers. */
#define KVM_SDEI_API_VERSION UINT32_C(0x10000)

/* Commands.                                  fd    what travels                                       */
#define KVM_SDEI_CMD_GET_VERSION       0  /* VM    out: version                                       */
#define KVM_SDEI_CMD_SET_EVENT         1  /* VM    in: one event                                      */
#define KVM_SDEI_CMD_GET_KEVENT_COUNT  2  /* VM    out: count                                         */
#define KVM_SDEI_CMD_GET_KEVENT        3  /* VM    in: a number; out: the event behind that one       */
#define KVM_SDEI_CMD_SET_KEVENT        4  /* VM    in: one registered event                           */
#define KVM_SDEI_CMD_GET_VEVENT_COUNT  5  /* vCPU  out: count                                         */
#define KVM_SDEI_CMD_GET_VEVENT        6  /* vCPU  in: a number; out: the queued event behind that one */
#define KVM_SDEI_CMD_SET_VEVENT        7  /* vCPU  in: one queued event                               */
#define KVM_SDEI_CMD_GET_VCPU_STATE    8  /* vCPU  out: one struct                                    */
#define KVM_SDEI_CMD_SET_VCPU_STATE    9  /* vCPU  in: one struct                                     */
#define KVM_SDEI_CMD_INJECT_EVENT     10  /* vCPU  in: num                                            */

/*
 * The one ioctl, on the VM's or on a vCPU's file descriptor: read and write (3 << 30), size of the argument
 * (<< 16), KVM's type 0xAE (<< 8), and a number that grew from series to series. The last assertions of this file
 * do that sum.
 */
#define KVM_ARM_SDEI_COMMAND_V2 UINT32_C(0xE0A0AEC8)
#define KVM_ARM_SDEI_COMMAND_V3 UINT32_C(0xE0A0AECC)
#define KVM_ARM_SDEI_COMMAND_V4 UINT32_C(0xE0A0AECE)

/* ---- what the commands carry -------------------------------------------------------------------- */

/* An event that the VM's guest may register: its definition. No command gives it back. */
struct kvm_sdei_event_state {
	uint64_t num;
	uint8_t type;        /* 0 private, 1 shared */
	uint8_t signaled;    /* not 0: the guest may signal it */
	uint8_t priority;    /* 0 normal, 1 critical */
	/* Bytes 11..15 have no name. */
	uint64_t notifier;   /* address of a function in the host kernel, or 0 */
};

/*
 * An event with a handler on at least one vCPU. A private event uses the slot and the bit of each vCPU's index
 * (order of creation), a shared event slot 0 and bit 0. Bit n is bit n % 64 of word n / 64.
 */
struct kvm_sdei_kvm_event_state {
	uint64_t num;
	uint32_t refcount;   /* occurrences that wait or run, on all vCPUs together */
	uint8_t route_mode;  /* 0 RM_ANY, 1 RM_PE */
	/* Bytes 13..15 have no name. */
	uint64_t route_affinity;
	uint64_t entries[KVM_SDEI_MAX_VCPUS];
	uint64_t params[KVM_SDEI_MAX_VCPUS];
	uint64_t registered[KVM_SDEI_MAX_VCPUS / 64];
	uint64_t enabled[KVM_SDEI_MAX_VCPUS / 64];
};

/* An event that waits or runs on one vCPU. The list has the critical queue first, then the normal one. */
struct kvm_sdei_vcpu_event_state {
	uint64_t num;
	uint32_t refcount;   /* occurrences that wait, plus the one that runs */
	/* Bytes 12..15 have no name. */
};

/* What a handler interrupted. */
struct kvm_sdei_vcpu_regs {
	uint64_t regs[18];   /* x0..x17 */
	uint64_t pc;
	uint64_t pstate;
};

/* The vCPU itself: its mask, and the running handlers with what each of them interrupted. */
struct kvm_sdei_vcpu_state {
	uint8_t masked;      /* not 0: SDEI_PE_MASK holds */
	/* Bytes 1..7 have no name. */
	uint64_t critical_num; /* event whose handler runs, or KVM_SDEI_INVALID_NUM */
	uint64_t normal_num;
	struct kvm_sdei_vcpu_regs critical_regs;
	struct kvm_sdei_vcpu_regs normal_regs;
};

/* The ioctl's argument: everything travels in it, by value. */
struct kvm_sdei_cmd {
	uint32_t cmd;        /* KVM_SDEI_CMD_... */
	/* Bytes 4..7 have no name. */
	union {
		uint32_t version;
		uint32_t count;
		uint64_t num;
		struct kvm_sdei_event_state event;
		struct kvm_sdei_kvm_event_state kvm_event;
		struct kvm_sdei_vcpu_event_state vcpu_event;
		struct kvm_sdei_vcpu_state vcpu_state;
	};
};

/* ---- the transcript ----------------------------------------------------------------------------- */

/* Without the terminating zero: 8 bytes each. */
#define SDEI_TRANSCRIPT_MAGIC   "SDEIGETS"
#define SDEI_TRANSCRIPT_DIALECT "kvm-v4\0\0"
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
	uint32_t command;    /* KVM_SDEI_CMD_GET_..., or KVM_SDEI_CMD_SET_EVENT */
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

KVM_SDEI_SIZE(kvm_sdei_event_state, 24);
KVM_SDEI_FIELD(kvm_sdei_event_state, num, 0, 8);
KVM_SDEI_FIELD(kvm_sdei_event_state, type, 8, 1);
KVM_SDEI_FIELD(kvm_sdei_event_state, signaled, 9, 1);
KVM_SDEI_FIELD(kvm_sdei_event_state, priority, 10, 1); /* ends at 11: */
KVM_SDEI_FIELD(kvm_sdei_event_state, notifier, 16, 8); /* 11..15 are hidden */

KVM_SDEI_SIZE(kvm_sdei_kvm_event_state, 8344);
KVM_SDEI_FIELD(kvm_sdei_kvm_event_state, num, 0, 8);
KVM_SDEI_FIELD(kvm_sdei_kvm_event_state, refcount, 8, 4);
KVM_SDEI_FIELD(kvm_sdei_kvm_event_state, route_mode, 12, 1); /* ends at 13: */
KVM_SDEI_FIELD(kvm_sdei_kvm_event_state, route_affinity, 16, 8); /* 13..15 are hidden */
KVM_SDEI_FIELD(kvm_sdei_kvm_event_state, entries, 24, 4096);
KVM_SDEI_FIELD(kvm_sdei_kvm_event_state, params, 4120, 4096);
KVM_SDEI_FIELD(kvm_sdei_kvm_event_state, registered, 8216, 64);
KVM_SDEI_FIELD(kvm_sdei_kvm_event_state, enabled, 8280, 64);
/* The fields together are three bytes short of the struct: this hole is the only one. */
KVM_SDEI_HOLDS(8 + 4 + 1 + 8 + 4096 + 4096 + 64 + 64 + 3 == sizeof(struct kvm_sdei_kvm_event_state));

KVM_SDEI_SIZE(kvm_sdei_vcpu_event_state, 16);
KVM_SDEI_FIELD(kvm_sdei_vcpu_event_state, num, 0, 8);
KVM_SDEI_FIELD(kvm_sdei_vcpu_event_state, refcount, 8, 4); /* ends at 12: 12..15 are hidden */

KVM_SDEI_SIZE(kvm_sdei_vcpu_regs, 160);
KVM_SDEI_FIELD(kvm_sdei_vcpu_regs, regs, 0, 144);
KVM_SDEI_FIELD(kvm_sdei_vcpu_regs, pc, 144, 8);
KVM_SDEI_FIELD(kvm_sdei_vcpu_regs, pstate, 152, 8);

KVM_SDEI_SIZE(kvm_sdei_vcpu_state, 344);
KVM_SDEI_FIELD(kvm_sdei_vcpu_state, masked, 0, 1); /* ends at 1: */
KVM_SDEI_FIELD(kvm_sdei_vcpu_state, critical_num, 8, 8); /* 1..7 are hidden */
KVM_SDEI_FIELD(kvm_sdei_vcpu_state, normal_num, 16, 8);
KVM_SDEI_FIELD(kvm_sdei_vcpu_state, critical_regs, 24, 160);
KVM_SDEI_FIELD(kvm_sdei_vcpu_state, normal_regs, 184, 160);

KVM_SDEI_SIZE(kvm_sdei_cmd, 8352);
KVM_SDEI_FIELD(kvm_sdei_cmd, cmd, 0, 4); /* ends at 4: 4..7 are hidden */
KVM_SDEI_FIELD(kvm_sdei_cmd, version, 8, 4);
KVM_SDEI_FIELD(kvm_sdei_cmd, count, 8, 4);
KVM_SDEI_FIELD(kvm_sdei_cmd, num, 8, 8);
KVM_SDEI_FIELD(kvm_sdei_cmd, event, 8, 24);
KVM_SDEI_FIELD(kvm_sdei_cmd, kvm_event, 8, 8344);
KVM_SDEI_FIELD(kvm_sdei_cmd, vcpu_event, 8, 16);
KVM_SDEI_FIELD(kvm_sdei_cmd, vcpu_state, 8, 344);

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

#define KVM_SDEI_IOCTL(number) \
	((UINT32_C(3) << 30) | ((uint32_t)sizeof(struct kvm_sdei_cmd) << 16) | (UINT32_C(0xAE) << 8) | UINT32_C(number))
KVM_SDEI_HOLDS(KVM_ARM_SDEI_COMMAND_V2 == KVM_SDEI_IOCTL(0xC8));
KVM_SDEI_HOLDS(KVM_ARM_SDEI_COMMAND_V3 == KVM_SDEI_IOCTL(0xCC));
KVM_SDEI_HOLDS(KVM_ARM_SDEI_COMMAND_V4 == KVM_SDEI_IOCTL(0xCE));

#undef KVM_SDEI_IOCTL
#undef KVM_SDEI_FIELD
#undef KVM_SDEI_SIZE
#undef KVM_SDEI_HOLDS

#endif
