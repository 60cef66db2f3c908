import Foundation

/// A golden file: JSON that the script beside it wrote into the Goldens folder of `bundle`.
public func golden<Values: Decodable>(_ name: String, in bundle: Bundle, as type: Values.Type) throws -> Values {
  let folder = bundle.resourceURL!.appendingPathComponent("Goldens")
  return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name + ".json")))
}
