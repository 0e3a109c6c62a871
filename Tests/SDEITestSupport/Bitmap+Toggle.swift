import SDEIModel

extension Bitmap {
  /// Puts an index in or takes it out.
  package mutating func toggle(_ index: UInt32) {
    if contains(index) { remove(index) } else { insert(index) }
  }
}
