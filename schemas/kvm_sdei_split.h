/*
 * Memory layout of the structures that were proposed on 24 March 2022, in the thread of the fifth series of
 * SDEI patches for KVM, for a migration interface whose vCPUs' data go through their own file descriptors; and
 * of the transcript that keeps them (see kvm-split-transcript.md).
 *
 * C11 or C++11 and later. Every size and every offset below is asserted, so a compiler that would lay a
 * struct out differently refuses the file. All integers are in the byte order of the host; a transcript is
 * little-endian.
 *
 * The names of the first two structs, their fields and the bits of state are the proposal's. It gives no structs
 * for the queue and the state of a vCPU: those are the fifth series'. It gives no commands: the numbers below are
 * the transcript's own. Do not include this file together with kvm_sdei_v5.h or a kernel header that
 * declares the same structs.
 */
#ifndef SDEICTL_KVM_SDEI_SPLIT_H
#define SDEICTL_KVM_SDEI_SPLIT_H

#include <stddef.h>
#include <stdint.h>

/* ---- constants ---------------------------------------------------------------------------------- */

/* In critical_num and normal_num: no handler of that priority runs. */
#define KVM_SDEI_INVALID_EVENT UINT64_C(0xFFFFFFFF)

/* kvm_sdei_registered_event.state; bits 7:3 have no meaning. */
#define KVM_SDEI_EVENT_STATE_REGISTERED         (1 << 0)
#define KVM_SDEI_EVENT_STATE_ENABLE             (1 << 1)
#define KVM_SDEI_EVENT_STATE_UNREGISTER_PENDING (1 << 2)

/* Commands of the frames.                              of    payload                              */
#define KVM_SDEI_SPLIT_GET_EXPOSED_EVENT          2  /* VM    struct kvm_sdei_exposed_event[]      */
#define KVM_SDEI_SPLIT_GET_REGISTERED_EVENT       5  /* VM    struct kvm_sdei_registered_event[]   */
#define KVM_SDEI_SPLIT_GET_VCPU_EVENT             8  /* vCPU  struct kvm_sdei_vcpu_event_state[]   */
#define KVM_SDEI_SPLIT_GET_VCPU_STATE            10  /* vCPU  struct kvm_sdei_vcpu_state, one      */
#define KVM_SDEI_SPLIT_GET_VCPU_REGISTERED_EVENT 14  /* vCPU  struct kvm_sdei_registered_event[]   */

/* ---- the proposal ------------------------------------------------------------------------------- */

/* An event that the guest may register: its definition. */
struct kvm_sdei_exposed_event {
	uint32_t num;
	uint8_t type;        /* 0 private, 1 shared */
	uint8_t signaled;    /* not 0: the guest may signal it (SDEI_EVENT_SIGNAL) */
	uint8_t priority;    /* 0 normal, 1 critical */
	uint8_t padding;
};

/* One registered handler: the VM's for a shared event, a vCPU's own for a private one. */
struct kvm_sdei_registered_event {
	uint32_t num;
	uint8_t state;       /* KVM_SDEI_EVENT_STATE_... */
	uint8_t route_mode;  /* 0 RM_ANY, 1 RM_PE */
	uint8_t padding[2];
	uint64_t route_affinity;
	uint64_t ep_address;
	uint64_t ep_arg;
	uint64_t notifier;   /* address of a function in the host kernel, or 0 */
};

/* ---- as in the fifth series --------------------------------------------------------------------- */

/* An event that waits or runs on one vCPU. */
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

/* ---- the transcript ----------------------------------------------------------------------------- */

/* Without the terminating zero: 8 bytes each. */
#define SDEI_TRANSCRIPT_MAGIC "SDEIGETS"
#define SDEI_TRANSCRIPT_SPLIT "kvmsplit"
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
	uint32_t command;    /* KVM_SDEI_SPLIT_GET_... */
	uint32_t index;      /* of the vCPU, or SDEI_TRANSCRIPT_VM */
	uint32_t count;      /* structs in the payload */
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

KVM_SDEI_SIZE(kvm_sdei_exposed_event, 8);
KVM_SDEI_FIELD(kvm_sdei_exposed_event, num, 0, 4);
KVM_SDEI_FIELD(kvm_sdei_exposed_event, type, 4, 1);
KVM_SDEI_FIELD(kvm_sdei_exposed_event, signaled, 5, 1);
KVM_SDEI_FIELD(kvm_sdei_exposed_event, priority, 6, 1);
KVM_SDEI_FIELD(kvm_sdei_exposed_event, padding, 7, 1);

KVM_SDEI_SIZE(kvm_sdei_registered_event, 40);
KVM_SDEI_FIELD(kvm_sdei_registered_event, num, 0, 4);
KVM_SDEI_FIELD(kvm_sdei_registered_event, state, 4, 1);
KVM_SDEI_FIELD(kvm_sdei_registered_event, route_mode, 5, 1);
KVM_SDEI_FIELD(kvm_sdei_registered_event, padding, 6, 2);
KVM_SDEI_FIELD(kvm_sdei_registered_event, route_affinity, 8, 8);
KVM_SDEI_FIELD(kvm_sdei_registered_event, ep_address, 16, 8);
KVM_SDEI_FIELD(kvm_sdei_registered_event, ep_arg, 24, 8);
KVM_SDEI_FIELD(kvm_sdei_registered_event, notifier, 32, 8);
/* The fields together are the struct: there is no hole. */
KVM_SDEI_HOLDS(4 + 1 + 1 + 2 + 8 + 8 + 8 + 8 == sizeof(struct kvm_sdei_registered_event));

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

KVM_SDEI_HOLDS(sizeof(SDEI_TRANSCRIPT_MAGIC) == 8 + 1);
KVM_SDEI_HOLDS(sizeof(SDEI_TRANSCRIPT_SPLIT) == 8 + 1);
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

#undef KVM_SDEI_FIELD
#undef KVM_SDEI_SIZE
#undef KVM_SDEI_HOLDS

#endif
