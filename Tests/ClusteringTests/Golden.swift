import Foundation

/// A golden file: JSON that the script beside it wrote.
func golden<Values: Decodable>(_ name: String, as type: Values.Type) throws -> Values {
  let folder = Bundle.module.resourceURL!.appendingPathComponent("Goldens")
  return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name + ".json")))
}
