/// The version of the engine's arithmetic: the same script and seed give the same bytes on every processor as long as it
/// is the same. Raised whenever an order of additions, a polynomial or a random draw changes.
public let arithmeticVersion = 1
