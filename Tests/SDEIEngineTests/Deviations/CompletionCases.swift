import SDEIEngine
import SDEIModel

/// COMPLETE and COMPLETE_AND_RESUME.
extension SwitchCase {
  static let completion = [
    SwitchCase(
      "complete-outside-silent",
      doing: [.complete(), .resume(0x9000)],
      plain: .values(-3, -3),
      switched: .answers([.none, .none])
    ),
    SwitchCase(
      "resume-unchecked",
      after: .running(.normal),
      doing: [.resume(0x9002)],
      plain: .code(.invalidParameters),
      switched: .answers([.resumes])
    ),
    SwitchCase(
      "resume-denied-first",
      "a misaligned address, outside of a handler",
      doing: [.resume(0x9002)],
      plain: .code(.invalidParameters),
      switched: .code(.denied)
    ),
    SwitchCase(
      "resume-is-complete",
      after: .running(.normal),
      doing: [.resume(0x9000)],
      look: .register { $0.frame.pc },
      plain: .word(0x9000),
      switched: .word(0x4_0000)
    ),
    SwitchCase(
      "resume-is-complete",
      "ELR_EL_C is not written either",
      after: .running(.normal),
      doing: [.resume(0x9000)],
      look: .register { $0.elr },
      plain: .word(0x4_0000),
      switched: .word(0x111)
    ),
    SwitchCase(
      "resume-pstate-fresh",
      "Z and C were set",
      after: .running(.normal),
      doing: [.resume(0x9000)],
      look: .register { $0.frame.pstate },
      plain: .word(0x6000_03C5),
      switched: .word(0x3C5)
    ),
    SwitchCase(
      "unknown-status-refused",
      after: .running(.normal),
      doing: [.complete(2)],
      plain: .answers([.resumes]),
      switched: .code(.invalidParameters)
    ),
    SwitchCase(
      "resume-from-nested-denied",
      after: .nested,
      doing: [.resume(0x9000), .complete()],
      plain: .answers([.resumes, .resumes]),
      switched: .answers([.value(-3), .resumes])
    ),
    SwitchCase(
      "frames-stay",
      after: .running(.normal),
      doing: [.complete()],
      look: .snapshot { .frame($0.contexts[0, .normal]?.frame) },
      plain: .frame(nil),
      switched: .frame(World.registers.frame)
    ),
  ]
}
