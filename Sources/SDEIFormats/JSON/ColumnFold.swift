public import SDEIModel
internal import SDEIWire

/// What a column says of some vCPUs: one value for all of them, or a progression over a range.
public struct ColumnFold: Hashable, Sendable {
  /// The vCPUs.
  public var vcpus: Bitmap
  /// The value, or the value of the first.
  public var base: UInt64
  /// The step from one vCPU to the next, 0 for one value.
  public var stride: UInt64

  /// A column as folds: the one with the most vCPUs first, among equals the lowest vCPU.
  ///
  /// Equal values are one fold wherever they stand; `zeros` are vCPUs whose value 0 is to be listed.
  /// O(n log n) in runs and literals.
  public static func folds(
    _ column: Column,
    zeros: Bitmap = Bitmap(),
    keepsAffine: Bool = true
  ) -> [ColumnFold] {
    var constants: [UInt64: [IndexRange]] = [:]
    var folds: [ColumnFold] = []
    for run in column.runs {
      switch run.values {
      case .affine(let base, 0): constants[base, default: []].append(run.range)
      case .affine(let base, let stride) where keepsAffine:
        folds.append(ColumnFold(vcpus: Bitmap(run.range), base: base, stride: stride))
      default:
        for index in run.range.first...run.range.last {
          constants[column.value(of: run, at: index), default: []].append(IndexRange(index, index))
        }
      }
    }
    if !zeros.isEmpty { constants[0] = zeros.ranges }
    for (value, ranges) in constants {
      folds.append(ColumnFold(vcpus: Bitmap(ranges), base: value, stride: 0))
    }
    let keyed = folds.map { (fold: $0, count: $0.vcpus.count, first: $0.vcpus.ranges[0].first) }
    return keyed.sorted { ($1.count, $0.first) < ($0.count, $1.first) }.map(\.fold)
  }

  /// Writes the fold as an object.
  func write(
    _ json: inout JSONWriter,
    event: EventNumber? = nil,
    key: String = "value",
    _ value: (inout JSONWriter, UInt64) -> Void = { $0.string(hex($1)) }
  ) {
    json.object { json in
      if let event {
        json.key("event")
        json.string(event.description)
      }
      json.key("vcpus")
      json.string(vcpus.description)
      if stride == 0 {
        json.key(key)
        value(&json, base)
      } else {
        json.key("base")
        json.string(hex(base))
        json.key("stride")
        json.string(hex(stride))
      }
    }
  }
}
