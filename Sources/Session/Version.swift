/// The product's version, as `--version` and the headers of saved sessions say it.
public let productVersion = "1.0.0"
