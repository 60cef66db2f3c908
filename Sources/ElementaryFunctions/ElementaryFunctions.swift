import CKernels

// Functions of numbers that results depend on: the same bits on every processor, with any C library. A file imports
// this module instead of Glibc's; with both, a call is ambiguous and does not compile.

/// e^x; relative error below 4e-16 where the result is normal, 0 and infinity beyond.
public func exp(_ x: Double) -> Double { ck_exp_double(x) }

/// The natural logarithm; relative error below 4e-16; -infinity at 0, NaN below.
public func log(_ x: Double) -> Double { ck_log_double(x) }

/// log(1 + x), accurate for small x; relative error below 6e-16.
public func log1p(_ x: Double) -> Double { ck_log1p_double(x) }

/// The decimal logarithm, exact for powers of ten up to 1e22; relative error below 1e-15.
public func log10(_ x: Double) -> Double {
  let value = log(x) * 0.434294481903251827651
  let whole = value.rounded()
  // Dividing by a power of ten is exact where multiplying by a negative one is not.
  guard whole.isFinite, abs(whole) <= 22, abs(value - whole) < 1e-9 else { return value }
  let isPower = whole >= 0 ? power(10, Int(whole)) == x : 1 / power(10, Int(-whole)) == x
  return isPower ? whole : value
}

/// The sine of an angle in radians; absolute error below 2.5e-16 for |x| up to 1e5, NaN beyond 1e9.
public func sin(_ x: Double) -> Double { ck_sin_double(x) }

/// The cosine of an angle in radians; absolute error below 2.5e-16 for |x| up to 1e5, NaN beyond 1e9.
public func cos(_ x: Double) -> Double { ck_cos_double(x) }

/// The arc cosine in radians; absolute error below 6e-16; NaN outside [-1, 1].
public func acos(_ x: Double) -> Double { ck_acos_double(x) }

/// base^exponent by repeated squaring, exact while the results are integers below 2⁵³; `exponent` is not negative.
public func power(_ base: Double, _ exponent: Int) -> Double {
  precondition(exponent >= 0, "an exponent of \(exponent) is negative")
  var (result, factor, remaining) = (1.0, base, exponent)
  while remaining > 0 {
    if remaining & 1 == 1 { result *= factor }
    factor *= factor
    remaining >>= 1
  }
  return result
}
