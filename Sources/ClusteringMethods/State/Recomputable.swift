/// A stored property that follows from what is learnt and the images, kept because it takes long to work out: it is not
/// saved, and whether it is there changes nothing but time.
///
/// What a mirror shows of a method is its state, of which this is no part.
@propertyWrapper
package struct Recomputable<Value: Sendable>: Sendable, CustomReflectable {
  package var wrappedValue: Value

  package init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
