public import SDEIModel

/// One SDEI call as a guest makes it: the function in W0 and its arguments in X1 to X5
/// (DEN0054C 5.1).
public struct Call: Hashable, Sendable {
  /// The function identifier, W0; any value may come.
  public var function: UInt32
  /// The first argument, X1.
  public var x1: UInt64
  /// The second argument, X2.
  public var x2: UInt64
  /// The third argument, X3.
  public var x3: UInt64
  /// The fourth argument, X4.
  public var x4: UInt64
  /// The fifth argument, X5.
  public var x5: UInt64
  /// The exception level the call comes from; nil for the client's, which may make it.
  public var level: UInt8?

  /// Makes a call from the registers as they are.
  public init(
    function: UInt32,
    _ x1: UInt64 = 0,
    _ x2: UInt64 = 0,
    _ x3: UInt64 = 0,
    _ x4: UInt64 = 0,
    _ x5: UInt64 = 0
  ) {
    self.function = function
    (self.x1, self.x2, self.x3, self.x4, self.x5) = (x1, x2, x3, x4, x5)
  }

  /// Makes a call of one of the functions of the specification.
  public init(
    _ function: FunctionID,
    _ x1: UInt64 = 0,
    _ x2: UInt64 = 0,
    _ x3: UInt64 = 0,
    _ x4: UInt64 = 0,
    _ x5: UInt64 = 0
  ) {
    self.init(function: function.rawValue, x1, x2, x3, x4, x5)
  }

  /// The five arguments in their order.
  public var arguments: [UInt64] { [x1, x2, x3, x4, x5] }
}
