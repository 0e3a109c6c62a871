internal import SDEIEngine
internal import SDEIFormats
internal import SDEIJournal
internal import SDEIModel
internal import SDEIVerify
internal import SDEIWire

/// How the replay of one journal ended.
struct ReplayResult {
  let journal: String
  let stepCount: Int
  /// How many steps at its beginning were left out.
  let skipped: Int
  /// What was recorded of the step at which the replay ended.
  let recorded: Answer?
  let tail: TornTail?
  let replayer: Replayer

  /// Whether everything that was done agreed with what was recorded.
  ///
  /// A journal that ends where its recorder saw the original go astray agrees.
  var agrees: Bool {
    switch replayer.end {
    case .divergence: return false
    case .undefined(let reason, let step):
      // The recorder must have seen it, too, and nothing can come behind it.
      return recorded == .undefined(reason) && step == stepCount
    case nil: return true
    }
  }

  func lines(_ style: Style) -> [String] {
    let dialect = replayer.dispatcher.dialect.id.name
    let steps = ViewText.count(UInt64(replayer.position - skipped), "step")
    let verb = replayer.position - skipped == 1 ? "agrees" : "agree"
    switch replayer.end {
    case .divergence(let divergence): return DivergenceText(self, divergence, style).lines()
    case .undefined(let reason, let step):
      return [
        "\(journal): \(steps) \(verb) (\(dialect)), and step \(step) is the end: here the original "
          + "would have gone astray: \(reason.sentence) (\(reason.rawValue))"
          + (step < stepCount ? "; \(stepCount - step) steps behind it can not be done" : "")
          + (recorded == nil ? "; the journal does not say what came of it" : "")
      ]
    case nil:
      let rest = stepCount - replayer.position
      return [
        "\(journal): \(steps) \(verb) (\(dialect))"
          + (rest > 0 ? ", \(rest) left undone by --until" : "")
      ]
    }
  }

  static func json(
    _ results: [ReplayResult],
    _ expected: String?,
    _ differences: [Difference]
  ) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("schema")
      json.string("sdeictl/replay/1")
      json.key("journals")
      json.array { json in for result in results { result.write(&json) } }
      if let expected {
        json.key("expected")
        json.object { json in
          json.key("state")
          json.string(expected)
          json.key("differences")
          json.array { json in for difference in differences { json.string(difference.path) } }
        }
      }
      json.key("agrees")
      json.bool(results.allSatisfy(\.agrees) && differences.isEmpty)
    }
    return json.finish()
  }

  private func write(_ json: inout JSONWriter) {
    json.object { json in
      json.key("journal")
      json.string(journal)
      json.key("dialect")
      json.string(replayer.dispatcher.dialect.id.name)
      json.key("steps")
      json.number(stepCount)
      json.key("done")
      json.number(replayer.position - skipped)
      if let digest = try? SnapshotDigest(of: replayer.dispatcher.snapshot()) {
        json.key("state")
        json.string(digest.description)
      }
      if let tail {
        json.key("tornTail")
        json.object { json in
          json.key("offset")
          json.number(tail.offset)
          json.key("bytes")
          json.number(tail.byteCount)
        }
      }
      switch replayer.end {
      case .divergence(let divergence):
        json.key("divergence")
        DivergenceText(self, divergence, .plain).write(&json)
      case .undefined(let reason, let step):
        json.key("undefined")
        json.object { json in
          json.key("step")
          json.number(step)
          json.key("reason")
          json.string(reason.rawValue)
          json.key("means")
          json.string(reason.sentence)
        }
      case nil: break
      }
    }
  }
}
