public import SDEIModel

/// One place of the model that holds something else than before, with both values.
///
/// Changes of many vCPUs are folded where all of them go from one value, or one progression, to
/// another. Two changes of one difference never speak of the same place and vCPU, so their order means
/// nothing.
public struct Change: Hashable, Sendable {
  /// What changed.
  public var place: Place
  /// The vCPUs, or slots of an event, at which it did; empty where the place has none.
  public var vcpus: Bitmap
  /// What was there.
  public var before: ChangeValue
  /// What is there now.
  public var after: ChangeValue

  /// Makes a change.
  public init(
    _ place: Place,
    vcpus: Bitmap = Bitmap(),
    before: ChangeValue,
    after: ChangeValue
  ) {
    self.place = place
    self.vcpus = vcpus
    self.before = before
    self.after = after
  }

  /// The change that undoes this one.
  public var inverse: Change { Change(place, vcpus: vcpus, before: after, after: before) }

  /// Where it is: `events[0x40400001].vcpus[0-511].entry`.
  ///
  /// A change of one field of a context names the field, one of several fields the context.
  public var path: String {
    guard case .context(let level) = place, case .context(let fields) = after,
      fields.items.count == 1
    else { return place.path(vcpus) }
    return ModelPath.contexts(vcpus, level, fields.items[0].field.name)
  }
}
