/// The product's version, as `--version` and the headers of saved sessions say it.
public let productVersion = "1.0.0"

/// When that version was made, as manual pages write dates; raised with it.
public let productDate = "November 28, 2026"
