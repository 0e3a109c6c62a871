/*
 * KVM v7's pseudo-firmware registers that hold a vCPU's SDEI state, and the files that keep them (see
 * kvm-v7-registers.md). KVM_GET_ONE_REG and KVM_SET_ONE_REG on the vCPU's file descriptor reach them.
 *
 * C11 or C++11 and later; sizes and offsets are asserted. All integers are in the byte order of the host; a file is
 * little-endian.
 */
#ifndef SDEICTL_KVM_SDEI_V7_H
#define SDEICTL_KVM_SDEI_V7_H

#include <stddef.h>
#include <stdint.h>

/* An id: arm64, log2 of the payload's bytes in bits 55:52, firmware registers (0x14), the index. */
#define KVM_SDEI_REG(log2_bytes, index) \
	(UINT64_C(0x6000000000000000) | (UINT64_C(log2_bytes) << 52) | UINT64_C(0x140000) | UINT64_C(index))
/* The size of a register's payload in bytes. */
#define KVM_SDEI_REG_BYTES(id) (UINT64_C(1) << (((id) >> 52) & 0xF))

/* In the order of KVM_GET_REG_LIST. */
#define KVM_SDEI_EVENT_HANDLER_0  UINT64_C(0x6040000000140004)
#define KVM_SDEI_EVENT_HANDLER_1  UINT64_C(0x6040000000140005)
#define KVM_SDEI_EVENT_HANDLER_2  UINT64_C(0x6040000000140006) /* reads as 0, writes are dropped */
#define KVM_SDEI_EVENT_HANDLER_3  UINT64_C(0x6040000000140007) /* reads as 0, writes are dropped */
#define KVM_SDEI_EVENT_REGISTERED UINT64_C(0x6030000000140008)
#define KVM_SDEI_EVENT_ENABLED    UINT64_C(0x6030000000140009)
#define KVM_SDEI_EVENT_RUNNING    UINT64_C(0x603000000014000A)
#define KVM_SDEI_EVENT_PENDING    UINT64_C(0x603000000014000B)
#define KVM_SDEI_EVENT_CONTEXT    UINT64_C(0x608000000014000C)
#define KVM_SDEI_PE_STATE         UINT64_C(0x603000000014000D)

/* Others that a file may have. */
#define KVM_SDEI_MPIDR_EL1        UINT64_C(0x603000000013C005)
#define KVM_SDEI_PSCI_VERSION     UINT64_C(0x6030000000140000)
#define KVM_SDEI_STD_BMAP         UINT64_C(0x6030000000160000) /* bit 1: the guest may call SDEI */

/* HANDLER_n: where event n is handled. */
struct kvm_sdei_reg_handler {
	uint64_t ep_addr;
	uint64_t ep_arg;
};

/* REGISTERED, ENABLED, RUNNING, PENDING: bit n stands for event n. PE_STATE: 0 unmasked, else masked. */
typedef uint64_t kvm_sdei_reg_bits;

/* CONTEXT: what the handler interrupted. */
struct kvm_sdei_reg_context {
	uint64_t pc;         /* first, unlike in v2 to v5 */
	uint64_t pstate;
	uint64_t regs[18];   /* x0..x17 */
	uint64_t rest[12];   /* the kernel neither writes nor reads these bytes: they are the caller's */
};

/* ---- the file ----------------------------------------------------------------------------------- */

/* Without the terminating zero: 8 bytes each. */
#define SDEI_REGISTERS_MAGIC   "SDEIGETS"
#define SDEI_REGISTERS_DIALECT "kvm-v7\0\0"
#define SDEI_REGISTERS_VERSION 1
/* flags: one MPIDR_EL1 (uint64_t) per vCPU stands between the header and the first vCPU. */
#define SDEI_REGISTERS_MPIDRS  1

struct sdei_registers_header {
	uint8_t magic[8];
	uint8_t dialect[8];
	uint16_t version;
	uint16_t flags;
	uint32_t nr_vcpus;
	uint64_t reserved;
	uint8_t producer[32]; /* UTF-8, filled up with zeros; all 32 bytes may be text */
};

/* A vCPU; its registers follow. */
struct sdei_registers_vcpu {
	uint32_t index;
	uint32_t nr_registers;
};

/* A register; its payload follows. */
struct sdei_registers_register {
	uint64_t id;
	uint32_t size;       /* of the payload, in bytes: KVM_SDEI_REG_BYTES(id) */
	uint32_t reserved;   /* 0 */
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

KVM_SDEI_HOLDS(KVM_SDEI_EVENT_HANDLER_0 == KVM_SDEI_REG(4, 4));
KVM_SDEI_HOLDS(KVM_SDEI_EVENT_HANDLER_1 == KVM_SDEI_REG(4, 5));
KVM_SDEI_HOLDS(KVM_SDEI_EVENT_HANDLER_2 == KVM_SDEI_REG(4, 6));
KVM_SDEI_HOLDS(KVM_SDEI_EVENT_HANDLER_3 == KVM_SDEI_REG(4, 7));
KVM_SDEI_HOLDS(KVM_SDEI_EVENT_REGISTERED == KVM_SDEI_REG(3, 8));
KVM_SDEI_HOLDS(KVM_SDEI_EVENT_ENABLED == KVM_SDEI_REG(3, 9));
KVM_SDEI_HOLDS(KVM_SDEI_EVENT_RUNNING == KVM_SDEI_REG(3, 10));
KVM_SDEI_HOLDS(KVM_SDEI_EVENT_PENDING == KVM_SDEI_REG(3, 11));
KVM_SDEI_HOLDS(KVM_SDEI_EVENT_CONTEXT == KVM_SDEI_REG(8, 12));
KVM_SDEI_HOLDS(KVM_SDEI_PE_STATE == KVM_SDEI_REG(3, 13));

KVM_SDEI_SIZE(kvm_sdei_reg_handler, 16);
KVM_SDEI_HOLDS(KVM_SDEI_REG_BYTES(KVM_SDEI_EVENT_HANDLER_0) == sizeof(struct kvm_sdei_reg_handler));
KVM_SDEI_FIELD(kvm_sdei_reg_handler, ep_addr, 0, 8);
KVM_SDEI_FIELD(kvm_sdei_reg_handler, ep_arg, 8, 8);

KVM_SDEI_HOLDS(KVM_SDEI_REG_BYTES(KVM_SDEI_EVENT_REGISTERED) == sizeof(kvm_sdei_reg_bits));
KVM_SDEI_HOLDS(KVM_SDEI_REG_BYTES(KVM_SDEI_PE_STATE) == sizeof(kvm_sdei_reg_bits));

KVM_SDEI_SIZE(kvm_sdei_reg_context, 256);
KVM_SDEI_HOLDS(KVM_SDEI_REG_BYTES(KVM_SDEI_EVENT_CONTEXT) == sizeof(struct kvm_sdei_reg_context));
KVM_SDEI_FIELD(kvm_sdei_reg_context, pc, 0, 8);
KVM_SDEI_FIELD(kvm_sdei_reg_context, pstate, 8, 8);
KVM_SDEI_FIELD(kvm_sdei_reg_context, regs, 16, 144);
KVM_SDEI_FIELD(kvm_sdei_reg_context, rest, 160, 96);

KVM_SDEI_HOLDS(sizeof(SDEI_REGISTERS_MAGIC) == 8 + 1);
KVM_SDEI_HOLDS(sizeof(SDEI_REGISTERS_DIALECT) == 8 + 1);
KVM_SDEI_SIZE(sdei_registers_header, 64);
KVM_SDEI_FIELD(sdei_registers_header, magic, 0, 8);
KVM_SDEI_FIELD(sdei_registers_header, dialect, 8, 8);
KVM_SDEI_FIELD(sdei_registers_header, version, 16, 2);
KVM_SDEI_FIELD(sdei_registers_header, flags, 18, 2);
KVM_SDEI_FIELD(sdei_registers_header, nr_vcpus, 20, 4);
KVM_SDEI_FIELD(sdei_registers_header, reserved, 24, 8);
KVM_SDEI_FIELD(sdei_registers_header, producer, 32, 32);

KVM_SDEI_SIZE(sdei_registers_vcpu, 8);
KVM_SDEI_FIELD(sdei_registers_vcpu, index, 0, 4);
KVM_SDEI_FIELD(sdei_registers_vcpu, nr_registers, 4, 4);

KVM_SDEI_SIZE(sdei_registers_register, 16);
KVM_SDEI_FIELD(sdei_registers_register, id, 0, 8);
KVM_SDEI_FIELD(sdei_registers_register, size, 8, 4);
KVM_SDEI_FIELD(sdei_registers_register, reserved, 12, 4);

#undef KVM_SDEI_FIELD
#undef KVM_SDEI_SIZE
#undef KVM_SDEI_HOLDS

#endif
