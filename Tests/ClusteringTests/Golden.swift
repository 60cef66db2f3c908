import Foundation
import TestSupport

/// A golden file of these tests.
func golden<Values: Decodable>(_ name: String, as type: Values.Type) throws -> Values {
  try golden(name, in: .module, as: type)
}
